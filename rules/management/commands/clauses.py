"""``manage.py clauses``: every clause of every document, where it works and which test shows it."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from rules.book import shipped_book
from rules.carriers import WORKING, clause_rows
from rules.management.questions import QuestionCommand, Wrong


class Command(QuestionCommand):
    help = "列出各份文件的条款：由系统的哪一处执行，由哪个测试证明。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pack", help="只看一份文件，例如 puning")
        parser.add_argument("--json", action="store_true", dest="as_json", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        book, pack = shipped_book(), options["pack"]
        if pack is not None and pack not in book.packs:
            raise Wrong(f"没有“{pack}”这份文件，可以写：{'、'.join(book.packs)}")
        rows = clause_rows(book, pack)
        if options["as_json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write(
                "\t".join(
                    [
                        row["id"],
                        row["article"],
                        row["mode"],
                        row["status"],
                        "、".join(row["where"]),
                        row["test"],
                    ]
                )
            )
        working = sum(row["status"] == WORKING for row in rows)
        self.stdout.write(
            f"共 {len(rows)} 条，已在系统里执行 {working} 条，还没有的 {len(rows) - working} 条。"
        )
