from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import Refused
from core.verify import parse_head, verify


class Command(BaseCommand):
    help = (
        "校验审计链：逐条重算校验码，指出被改、被删、被调换、被截去的记录，以及还没有封存的尾巴。有断点时退出码为 1。"
        "最后一行是链头，抄下来另存；以后用 --head 和它比对，链尾被截去也看得出来。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], metavar="位置:校验码", help="以前抄下的链头，可写多次"
        )
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heads = [parse_head(text) for text in options["head"]]
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        report = verify(heads=heads)
        head = f"{report.last}:{report.hash}"
        if options["json"]:
            told = {
                "ok": report.whole,
                "first": report.first,
                "last": report.last,
                "links": report.links,
                "head": head,
                "breaks": list(report.breaks),
                "unsealed": report.unsealed,
                "unsealed_seconds": report.unsealed_seconds,
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for sentence in report.breaks:
                self.stdout.write(f"✗ {sentence}")
            if report.whole:
                self.stdout.write(f"✓ {report.links} 条记录首尾相接，没有断点")
            waits = f"，最早的 {report.unsealed_seconds} 秒" if report.unsealed else ""
            self.stdout.write(f"还没有封存的 {report.unsealed} 条{waits}")
            self.stdout.write(f"链头 {head}")
        if not report.whole:
            sys.exit(1)
