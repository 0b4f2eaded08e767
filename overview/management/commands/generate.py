from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import CalendarNotice
from overview.generation import generate
from overview.generation.places import KIND_UNDER


class Command(BaseCommand):
    help = (
        "造出很多虚构的人员和已办结的请假，用来量速度，不用来演示。同样的种子造出同样的数据；再运行一次接着往后造。"
        "生产环境不运行。账号没有密码，登录不了。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=int, default=1000, help="队员人数（默认 1000，每县 1000）")
        parser.add_argument("--months", type=int, default=12, help="本月以前有几个月的请假（默认 12）")
        parser.add_argument(
            "--document",
            choices=sorted(KIND_UNDER),
            default="",
            help="各县在哪份文件之下（默认第一个县是普宁，其余在驻马店；驻马店和永兴的文件有驻村天数要求）",
        )
        parser.add_argument("--seed", type=int, default=1, help="随机种子（默认 1）")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("这是生产环境，不造数据。")
        if options["members"] < 1 or not 0 <= options["months"] <= 120:
            raise CommandError("人数至少 1，月数从 0 到 120。")
        if not CalendarNotice.objects.exists():
            call_command("prepare", verbosity=0)
        started = time.monotonic()
        try:
            made = generate(
                members=options["members"],
                months=options["months"],
                seed=options["seed"],
                document=options["document"],
            )
        except ValueError as error:
            raise CommandError("普宁和永兴各只有一个县，最多 1000 人，而且不能再造第二个。") from error
        self.stdout.write(
            f"造了 {made.people} 人、{made.requests} 件请假，用了 {time.monotonic() - started:.1f} 秒。"
        )
