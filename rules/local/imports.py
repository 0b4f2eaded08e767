"""Bringing a rule file in: the same checks as on the page, each refusal with its line; all or nothing."""

from __future__ import annotations

from typing import Any

from core.errors import Refused, Several
from core.verbs import verb
from policy.errors import PackError
from policy.loader import load_text
from policy.local_rules import Refusal, check_local_rule
from policy.schema import Pack
from policy.toml_lines import Path, line_of, locate
from policy.write import pack_data
from rules.book import shipped_book
from rules.desks import Desk, desks
from rules.local.services import Paper, save_draft
from rules.models import LocalRule
from teams.models import User

MAX_BYTES = 512 * 1024


@verb("local_rule.import")
def import_rule(*, acting_user: User, file: Any, form_key: str) -> LocalRule:
    """A draft from a rule file. Raises Several with a sentence per line at fault; then nothing is kept."""
    text = _text(file)
    try:
        pack = load_text(text, "文件")
    except PackError as error:
        raise _refused([(problem.line, problem.path, problem.why) for problem in error.problems]) from error
    except (RecursionError, ValueError) as error:
        raise Refused("file", "这个文件读不出来，用导出的文件作样子再写", field="file") from error
    lines = locate(text.replace("\r\n", "\n"))
    desk = _desk(pack, acting_user, lines)
    base = shipped_book().pack(pack.pack.under)
    refusals = check_local_rule(base, pack, shipped_book().common)
    if refusals:
        raise _refused([(_line(each, lines), "", each.says) for each in refusals])
    data = pack_data(pack)
    header = data.pop("pack")
    names = {
        code: name for code, name in header.get("parties", {}).items() if base.pack.parties.get(code) != name
    }
    return save_draft(
        acting_user=acting_user,
        form_key=form_key,
        region_id=desk.region.pk,
        paper=Paper(
            under=base.id,
            answers=next(iter(pack.pack.answers), ""),
            title=pack.pack.title,
            number=pack.pack.number,
            issuer=pack.pack.issuer,
            issued=pack.pack.issued,
            valid_from=pack.pack.from_,
            team_kinds=pack.pack.team_kinds,
            tables={**data, "parties": names} if names else data,
            code=pack.id,
        ),
    )


def _text(file: Any) -> str:
    if file.size > MAX_BYTES:
        raise Refused("file_size", "制度文件超过 512 KB，不像是一份制度", field="file")
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("file_encoding", "文件不是 UTF-8 编码的文字，用 UTF-8 另存一次", field="file") from None
    if "\0" in text:
        raise Refused("file_content", "这不是文字文件，换一个文件", field="file")
    return str(text)


def _desk(pack: Pack, user: User, lines: dict[Path, int]) -> Desk:
    """The user's desk for the file's region, whose document it must name."""
    mine = desks(user)
    desk = next((desk for desk in mine if desk.region.rule_code == pack.pack.region.code), None)
    if desk is None:
        names = "、".join(f"{each.region.name}（{each.region.rule_code}）" for each in mine)
        why = f"文件写的是{pack.pack.region.name}（{pack.pack.region.code}），您登记的是{names}"
        raise _refused([(line_of(lines, ("pack", "region")), "pack.region", why)])
    found = []
    known = {each.id: each.pack.title for each in desk.documents}
    if pack.pack.under not in known:
        names = "、".join(f"{code}（《{title}》）" for code, title in known.items())
        found.append((line_of(lines, ("pack", "under")), "pack.under", f"under 要写所依据的文件：{names}"))
    if len(pack.pack.answers) > 1:
        found.append((line_of(lines, ("pack", "answers")), "pack.answers", "answers 只能写一项"))
    if pack.pack.region.level != desk.region.level:
        found.append((line_of(lines, ("pack", "region")), "pack.region", f"level 要写 {desk.region.level}"))
    if found:
        raise _refused(found)
    return desk


def _line(refusal: Refusal, lines: dict[Path, int]) -> int:
    """The line of the row a refusal is about: the tier, the row, or the topic's first row."""
    path: Path = (refusal.topic, refusal.row or 0)
    if refusal.tier is not None:
        path = (*path, "tiers", refusal.tier)
    if refusal.topic == "leave" and not any(each[:1] == ("leave",) for each in lines):
        path = ("leave_type", 0)
    return line_of(lines, path)


def _refused(found: list[tuple[int, str, str]]) -> Several:
    return Several(
        Refused(
            "file_line",
            (f"第 {line} 行" if line else "")
            + (f"（{path}）" if path else "")
            + ("：" if line or path else "")
            + why,
            field="file",
        )
        for line, path, why in found[:50]
    )
