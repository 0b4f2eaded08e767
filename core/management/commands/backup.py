from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.backup import nightly
from core.backup.taking import take


class Command(BaseCommand):
    help = (
        "做一份备份：数据库和文件，一个压缩包，用的时候不必停机。不写文件名就放进备份目录，和每晚自动做的在一起。"
        "密钥不在里面，另外保存。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="备份文件放在哪里（以 .zip 结尾）")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["path"]
        if path is not None and (path.exists() or path.suffix != ".zip"):
            why = "已经有这个文件" if path.exists() else "文件名要以 .zip 结尾"
            raise CommandError(f"{why}：{path}")
        taken = take(path) if path is not None else nightly.make()
        manifest = taken.manifest
        self.stdout.write(f"✓ {taken.path}（{taken.size / 1_000_000:.1f} MB）")
        self.stdout.write(f"  {len(manifest.tables)} 张表 {manifest.rows} 行，文件 {len(manifest.files)} 个")
        self.stdout.write(f"  审计链头 {manifest.audit_head}")
        self.stdout.write(f"  SHA-256 {taken.sha256}")
        for name in manifest.missing:
            self.stdout.write(f"✗ 有记录而没有文件：{name}")
