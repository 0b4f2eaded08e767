from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core.context import working_from
from core.rotation import rotate_batch, tables


class Command(BaseCommand):
    help = (
        "换密钥以后运行：用 FIELD_ENCRYPTION_KEYS 的第一把重新加密身份证号和电话，用 IDENTIFIER_HASH_KEYS 的第一把"
        "重算索引。分批进行，中断后再运行一次就接着做。全部完成以后才能去掉旧密钥。有行解不开时退出码为 1。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = 0
        with working_from("command"):
            for model, columns in tables():
                after, read, encrypted, hashed, unreadable = None, 0, 0, 0, 0
                while True:
                    batch = rotate_batch(model=model, after=after, acting_user=None)
                    read, encrypted = read + batch.read, encrypted + batch.encrypted
                    hashed, unreadable = hashed + batch.hashed, unreadable + batch.unreadable
                    if batch.last is None:
                        break
                    after = batch.last
                names = "、".join(str(field.verbose_name) for field in columns)
                self.stdout.write(
                    f"{model._meta.verbose_name}（{names}）：{read} 行，重新加密 {encrypted} 处，"
                    f"重算索引 {hashed} 处，解不开 {unreadable} 行"
                )
                lost += unreadable
        if lost:
            sys.exit(1)
