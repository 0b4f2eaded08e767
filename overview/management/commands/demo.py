from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core import calendar, clock, seal
from overview.demo import loader
from teams.models import Person


class Command(BaseCommand):
    help = (
        "在空的数据库里建立示例数据：五个地方、虚构的人员和各种状态的请假。已有人员时不做任何事。"
        "示例里的日期都从今天算起；设环境变量 ZHUBANG_TODAY=2026-11-24 可以让系统停在某一天，"
        "以后打开看到的还是建立那天的样子。生产环境不运行。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="只列出示例账号和共同的密码")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("这是生产环境，不建立也不列出示例数据。")
        if options["accounts"]:
            self.stdout.write("\n".join(account_lines()))
            return
        if Person.objects.exists():
            self.stdout.write("数据库里已有人员，没有改动。")
            return
        today = clock.today()
        if today < loader.EARLIEST:
            raise CommandError(
                f"示例里的文件 {loader.EARLIEST} 起都已施行，今天不能早于那天：改 ZHUBANG_TODAY 再运行。"
            )
        calendar.seed(range(today.year - 1, today.year + 2))
        with transaction.atomic():
            world = loader.load()
        # The story lies in the past, so its events would look like a sealer that had stopped long ago.
        seal.seal()
        self.stdout.write(f"示例数据已建立：{len(world.users)} 人，以 {today} 为今天。")


def account_lines() -> list[str]:
    """The demo accounts as a table by place and role."""
    rows = [(row.place, row.role, row.name, row.username, row.see) for row in loader.accounts()]
    head = ("地方", "角色", "姓名", "账号", "")
    wide = [max(width(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [f"示例账号（密码都是 {loader.PASSWORD}）", "", _line(head, wide)]
    place = ""
    for row in rows:
        lines.append(_line(("" if row[0] == place else row[0], *row[1:]), wide))
        place = row[0]
    return lines


def width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _line(cells: tuple[str, ...], wide: list[int]) -> str:
    return "  ".join(
        cell + " " * (size - width(cell)) for cell, size in zip(cells, wide, strict=True)
    ).rstrip()
