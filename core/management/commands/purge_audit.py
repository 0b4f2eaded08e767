from __future__ import annotations

import getpass
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.context import working_from
from core.errors import Refused
from core.trail_care import purge


class Command(BaseCommand):
    help = "清除早于某一天的审计记录。六个月以内的不能清除；留下的仍能校验。清除以前先做备份。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--before", required=True, metavar="2026-01-01", help="清除这一天以前的记录")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = date.fromisoformat(options["before"])
        except ValueError:
            raise CommandError("日期写成 2026-01-01 的样子") from None
        with working_from("command"):
            try:
                anchor = purge(before=clock.at(day, 0), acting_user=None, by=getpass.getuser())
            except Refused as refused:
                raise CommandError(refused.sentence) from None
        if anchor is None:
            self.stdout.write(f"没有早于 {day} 的记录，没有改动。")
        else:
            self.stdout.write(f"已清除 {anchor.events} 条，链从位置 {anchor.position} 之后开始：{anchor}")
