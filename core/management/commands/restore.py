from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.backup import restoring
from core.errors import Refused


class Command(BaseCommand):
    help = (
        "从备份恢复，SQLite 和 PostgreSQL 之间也可以。先把备份从头读一遍，有一处不对就什么也不动；"
        "放回去以后再逐表核对，并校验审计链。恢复以前停下网站、worker 和 beat。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="备份文件")
        parser.add_argument("--check", action="store_true", help="只检查备份，不恢复")
        parser.add_argument("--replace", action="store_true", help="这里已有账号和数据，换掉它们")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                manifest = restoring.check(options["path"])
                self.stdout.write(
                    f"✓ 备份完好：{manifest.made_at} 做的，{manifest.rows} 行，文件 {len(manifest.files)} 个"
                )
                return
            manifest, report = restoring.restore(options["path"], replace=options["replace"])
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"✓ 已恢复 {manifest.made_at} 的备份：{len(manifest.tables)} 张表 {manifest.rows} 行，"
            f"文件 {len(manifest.files)} 个，逐表核对无误"
        )
        self.stdout.write(f"✓ 审计链 {report.links} 条首尾相接，链头 {report.last}:{report.hash}")
        self.stdout.write("所有人要重新登录。备份以后停用的账号、结束的任职和收回的授权，要再办一次。")
