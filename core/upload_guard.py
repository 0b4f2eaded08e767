"""Nothing a stranger made is opened by the web process: a small process with limits looks into it first."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Refused

HOUSE = str(Path(__file__).resolve().parent.parent)
#: Isolated from the environment and the working directory; only the house itself is put on the path.
CHILD = "import sys; sys.path.insert(0, sys.argv.pop(1)); from core.inspection.main import main; main()"
#: Seconds by the clock on the wall; the process's own limits come first unless the machine stands still.
PATIENCE = 20
#: Packed formats, whose inside has to be looked at.
PACKED = frozenset({"docx", "xlsx"})
#: The container in which Office keeps encrypted files, and all files before 2007.
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Why a file is refused, after its name.
SENTENCES = {
    "old": "加了密码，或是 2007 年以前的格式；去掉密码，另存为 .xlsx 或 .docx 再上传",
    "encrypted": "加了密码，去掉密码再上传",
    "macros": "含有宏，另存为不带宏的文件再上传",
    "entries": "里面的部件太多，不是普通的 Word 或 Excel 文件；用原来的程序另存一次再上传",
    "bomb": "展开后太大，删去不用的工作表、图片和空行再上传",
    "heavy": "太复杂，读不下来；删去不用的工作表、图片和格式再上传",
    "lying": "文件头和内容对不上，用原来的程序另存一次再上传",
    "broken": "已损坏，或不是它自称的文件；用原来的程序另存一次再上传",
    "kind": "的内容和扩展名不符，用原来的程序另存一次再上传",
    "nested": "里面还套着别的文件或压缩包，取出来分别上传",
    "entities": "里面声明了外部实体，不是普通的 Word 或 Excel 文件；用原来的程序另存一次再上传",
    "outside": "引用了外面的模板或对象，断开链接再上传",
    "sheets": "的工作表太多，只留要用的再上传",
    "picture": "读不出来",
    "pixels": "像素太多",
    "rows": "有工作表超过 10000 行（空行也算），删去下面的空行再上传",
}
#: The same for a picture.
PICTURES = {
    "picture": "照片读不出来，换一张 JPEG 或 PNG 格式的",
    "pixels": "照片像素太多，换一张小一点的",
    "heavy": "照片太大，读不下来，换一张小一点的",
    "bomb": "照片超过 10 MB，换一张小一点的",
}


@dataclass(frozen=True)
class Sheet:
    """One worksheet: its name and the rows that hold anything, each with its number from 1.

    A cell is None, a text, a number, True or False, or ``{"date": "2026-03-01"}``.
    """

    name: str
    rows: list[tuple[int, list[Any]]]


def look(content: bytes, ending: str, *, name: str, field: str) -> None:
    """Raise Refused, with the sentence for ``field``, unless the file may be kept. Under a second, under 100 MB."""
    if content.startswith(OLD_CONTAINER):
        raise _refused("old", name, field)
    if ending in PACKED:
        _ask("look", content, ending, name, field)


def read_workbook(content: bytes, *, name: str, field: str) -> list[Sheet]:
    """The sheets of an .xlsx that has been found harmless; Refused with a sentence otherwise."""
    if content.startswith(OLD_CONTAINER):
        raise _refused("old", name, field)
    answer = _ask("read", content, "xlsx", name, field)
    return [
        Sheet(sheet["name"], [(number, cells) for number, cells in sheet["rows"]])
        for sheet in answer["sheets"]
    ]


def renew_picture(content: bytes, *, field: str) -> bytes:
    """A photo made anew from its pixels, as a plain JPEG: what the camera wrote beside them is gone.

    Refused with a sentence for what is no JPEG, PNG or WebP, or too large to be decoded.
    """
    try:
        answer = _ask("picture", content, "jpg", "", field)
    except Refused as refused:
        word = PICTURES.get(refused.code.removeprefix("file_"), PICTURES["picture"])
        raise Refused(refused.code, word, field=field) from refused
    return base64.b64decode(answer["picture"])


def _ask(task: str, content: bytes, ending: str, name: str, field: str) -> dict[str, Any]:
    answer = _answer(task, content, ending)
    if "refused" in answer:
        raise _refused(answer["refused"], name, field)
    return answer


def _answer(task: str, content: bytes, ending: str) -> dict[str, Any]:
    """What the small process says of the file."""
    command = [sys.executable, "-I", "-c", CHILD, HOUSE, task, ending]
    try:
        done = subprocess.run(
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            env={},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        # Ended by one of its limits, it has nothing left to say.
        return {"refused": "heavy"}
    return answer


def _refused(code: str, name: str, field: str) -> Refused:
    return Refused(f"file_{code}", f"“{name}”{SENTENCES[code]}", field=field)
