"""Commands that a clerk or a script asks: a wrong question is one Chinese sentence and exit code 2."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

WRONG = 2
# Django gives these to every command; a sentence about our own flags leaves them out.
_COMMON = frozenset(
    {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
)


class Wrong(CommandError):
    """The question is wrong; the message is the sentence to show."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, returncode=WRONG)


class QuestionCommand(BaseCommand):
    """Reads its own arguments, so that every mistake is answered in the same words as everywhere else.

    No system checks: the rules can be asked on a machine whose database has not been made yet.
    """

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)

        def refuse(message: str) -> None:
            raise Wrong(_in_chinese(message, parser))

        parser.error = refuse  # type: ignore[method-assign,assignment]
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """As Django's own, but a wrong question is shown as its sentence alone."""
        try:
            super().run_from_argv(argv)
        except Wrong as wrong:  # raised while the arguments were read, before Django's own handling
            self._refuse(wrong)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Wrong as wrong:
            if not self._called_from_command_line:
                raise
            self._refuse(wrong)
            return None

    def _refuse(self, wrong: Wrong) -> None:
        self.stderr.write(str(wrong), self.style.NOTICE)
        sys.exit(WRONG)


def _in_chinese(message: str, parser: argparse.ArgumentParser) -> str:
    """argparse's sentence in our words."""
    known = "、".join(
        action.option_strings[-1]
        for action in parser._actions
        if action.option_strings and action.dest not in _COMMON
    )
    if message.startswith("unrecognized arguments: "):
        return f"没有“{message.removeprefix('unrecognized arguments: ')}”这个参数，可以写的有：{known}"
    if message.startswith("argument ") and message.endswith("expected one argument"):
        return f"{_flag(message)} 后面要写值"
    if message.startswith("argument ") and "ignored explicit argument" in message:
        return f"{_flag(message)} 后面不写值"
    if message.startswith("argument "):
        return f"{_flag(message)} 的值不对，用 --help 看可以写什么"
    return f"参数写得不对，可以写的有：{known}"


def _flag(message: str) -> str:
    """``argument -v/--verbosity: invalid choice`` → ``--verbosity``."""
    return message.removeprefix("argument ").partition(":")[0].rpartition("/")[2]
