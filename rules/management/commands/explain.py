"""``manage.py explain``: who decides a leave, who is told, why, by which clause and interpretation."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandParser

from policy.book import RuleBook
from policy.carries import carries
from policy.days import format_days
from policy.decision import LeaveDecision
from policy.errors import PolicyInputError
from rules.asking import as_json, ask
from rules.book import rule_book
from rules.clauses import ROUTED
from rules.management.questions import QuestionCommand, Wrong

REQUIRED = {"place": "地点", "role": "身份", "days": "天数"}


@carries(*ROUTED)
class Command(QuestionCommand):
    help = "按文件回答：请几天假由谁批、报谁备案、依据哪一条。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", help="地点：文件代号（puning）、区划代码（445281）或名称（普宁市）")
        parser.add_argument("--role", help="身份：captain 队长、member 队员、first_secretary 驻村第一书记")
        parser.add_argument("--days", help="天数，以半天为单位，例如 3 或 3.5")
        parser.add_argument("--type", default="personal", help="假别代号，默认 personal（事假）")
        parser.add_argument("--on", help="申请日期，例如 2024-09-01，默认今天")
        parser.add_argument("--start", help="从哪一天开始，默认申请当天")
        parser.add_argument(
            "--dispatched-by", default="county", help="派出机关的层级，默认 county（县直单位）"
        )
        parser.add_argument("--also-first-secretary", action="store_true", help="兼任驻村第一书记")
        parser.add_argument("--json", action="store_true", dest="as_json", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        for name, label in REQUIRED.items():
            if options[name] is None:
                raise Wrong(f"缺少 --{name}（{label}）")
        book = rule_book()
        try:
            decision, note = ask(
                book,
                place=str(options["place"]),
                role=str(options["role"]),
                days=str(options["days"]),
                type=str(options["type"]),
                on=options["on"],
                start=options["start"],
                dispatched_by=str(options["dispatched_by"]),
                also_first_secretary=options["also_first_secretary"],
            )
        except PolicyInputError as error:
            raise Wrong(str(error)) from None
        if options["as_json"]:
            self.stdout.write(json.dumps(as_json(decision, note), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(book, decision, note)))


def _lines(book: RuleBook, decision: LeaveDecision, note: str) -> list[str]:
    lines = [decision.text]
    if decision.charged_halves != decision.absence_halves:
        lines.append(
            f"离岗 {format_days(decision.absence_halves)} 天，计假 {format_days(decision.charged_halves)} 天。"
        )
    if note:
        lines.append(note)
    for clause_id in decision.clauses:
        clause = book.clause(clause_id)
        article = "（文件没有写）" if clause.article == "（无）" else clause.article
        lines.append(f"条款：{article} {clause.text}（{clause_id}）")
    lines += [f"解释：{each.says}。理由：{each.why}。（{each.id}）" for each in decision.interpretations]
    return lines
