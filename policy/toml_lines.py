"""Where in a TOML text each table, key and array element stands.

The standard reader gives values without places; an editor of a rule file needs the line. This walks
a text that is already known to be valid, so it only has to follow the brackets and quotes.
"""

from __future__ import annotations

Path = tuple[str | int, ...]


class _Walker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {(): 1}
        self.counts: dict[Path, int] = {}

    def step(self, count: int = 1) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def peek(self, word: str) -> bool:
        return self.text.startswith(word, self.at)

    def skip_blank(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.step((len(self.text) if end < 0 else end) - self.at)
            elif self.text[self.at] in " \t\r\n":
                self.step()
            else:
                return

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip_blank()
            quote = self.text[self.at]
            if quote in "\"'":
                end = self.at + 1
                while self.text[end] != quote:
                    end += 2 if quote == '"' and self.text[end] == "\\" else 1
                parts.append(self.text[self.at + 1 : end])
                self.step(end + 1 - self.at)
            else:
                end = self.at
                while self.text[end] not in " \t.=]":
                    end += 1
                parts.append(self.text[self.at : end])
                self.step(end - self.at)
            self.skip_blank()
            if not self.peek("."):
                return parts
            self.step()

    def note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def string(self) -> None:
        for quote in ('"""', "'''"):
            if self.peek(quote):
                self.step(3)
                while not self.peek(quote):
                    self.step(2 if quote[0] == '"' and self.text[self.at] == "\\" else 1)
                self.step(3)
                while self.at < len(self.text) and self.text[self.at] == quote[0]:
                    self.step()
                return
        quote = self.text[self.at]
        self.step()
        while self.text[self.at] != quote:
            self.step(2 if quote == '"' and self.text[self.at] == "\\" else 1)
        self.step()

    def value(self, path: Path) -> None:
        self.skip_blank()
        char = self.text[self.at]
        if char in "\"'":
            self.string()
        elif char == "[":
            self.array(path)
        elif char == "{":
            self.inline(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.step()

    def array(self, path: Path) -> None:
        self.step()
        index = 0
        while True:
            self.skip_blank()
            if self.peek("]"):
                self.step()
                return
            if self.peek(","):
                self.step()
                continue
            self.note((*path, index), self.line)
            self.value((*path, index))
            index += 1

    def inline(self, path: Path) -> None:
        self.step()
        while True:
            self.skip_blank()
            if self.peek("}"):
                self.step()
                return
            if self.peek(","):
                self.step()
                continue
            self.pair(path)

    def pair(self, path: Path) -> None:
        line = self.line
        inner = (*path, *self.key())
        self.note(inner, line)
        self.step()
        self.value(inner)

    def header(self) -> Path:
        line, array = self.line, self.peek("[[")
        self.step(2 if array else 1)
        path: Path = ()
        parts = self.key()
        for number, part in enumerate(parts, start=1):
            path = (*path, part)
            if array and number == len(parts):
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.step(2 if array else 1)
        self.note(path, line)
        return path

    def walk(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self.skip_blank()
            if self.at >= len(self.text):
                return self.lines
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)


def locate(text: str) -> dict[Path, int]:
    """The 1-based line of every table, key and array element of a valid TOML text."""
    return _Walker(text).walk()


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of the deepest part of `path` that is written; 0 when no text is known."""
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0
