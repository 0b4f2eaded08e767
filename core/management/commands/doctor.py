from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from core.doctor import findings


class Command(BaseCommand):
    help = "检查这套系统能不能正常办事：触发器、节假日、密钥、部门职能、任职。有问题时退出码为 1。"

    def handle(self, *args, **options) -> None:
        wrong = 0
        for what, sentences in findings().items():
            self.stdout.write(f"{'✗' if sentences else '✓'} {what}")
            for sentence in sentences:
                self.stdout.write(f"    {sentence}")
            wrong += len(sentences)
        self.stdout.write(f"共 {wrong} 处要处理。" if wrong else "没有发现问题。")
        if wrong:
            sys.exit(1)
