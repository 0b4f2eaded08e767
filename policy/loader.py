"""Reading rule packs from TOML or from plain data. A pack with any fault does not load."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from policy.book import RuleBook
from policy.errors import PackError, PolicyError, Problem
from policy.schema import Common, Pack
from policy.toml_lines import Path as TomlPath
from policy.toml_lines import line_of, locate

PACKS = Path(__file__).parent / "packs"
COMMON = PACKS / "_common.toml"
# Tables whose rows are told apart by their code.
CODED = (
    "obligation", "report", "quota", "deadline", "chain", "fund", "support", "eligibility", "composition",
    "assessment", "filing", "discipline", "duty", "management", "procedure",
)  # fmt: skip
M = TypeVar("M", bound=BaseModel)

_SENTENCES: dict[str, str] = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少必填的键",
    "string_type": "要写成文字（加引号）",
    "string_too_short": "不能是空的",
    "string_pattern_mismatch": "写法不对，不合 {pattern}",
    "int_type": "要写成整数",
    "float_type": "要写成数字",
    "bool_type": "要写成 true 或 false",
    "date_type": "要写成日期，例如 2024-08-19（不加引号）",
    "tuple_type": "要写成列表 […]",
    "dict_type": "要写成表",
    "model_type": "要写成表",
    "too_short": "至少要有一项",
    "literal_error": "只能是 {expected}",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
}


def load_pack(path: Path | str) -> Pack:
    """The pack in a TOML file. Raises PackError naming each line at fault and why."""
    path = Path(path)
    return load_text(path.read_text(encoding="utf-8"), path.name)


def load_text(text: str, name: str = "text") -> Pack:
    """The pack in a TOML text; `name` is what errors call it."""
    data, lines = _read(text, name)
    return _pack(data, name, lines)


def build_pack(data: Mapping[str, Any], name: str) -> Pack:
    """The pack in plain data (a local rule from the database); dates may be ISO texts.

    Raises PackError; its problems name paths, since there are no lines.
    """
    return _pack(_dates(dict(data)), name, {})


def load_common(path: Path | str = COMMON) -> Common:
    """What stands above every document."""
    path = Path(path)
    data, lines = _read(path.read_text(encoding="utf-8"), path.name)
    common = _validate(Common, data, path.name, lines)
    unknown = [common.join.interpretation] if common.join.interpretation not in common.interpretation else []
    if unknown:
        raise PackError(
            path.name, [Problem(line_of(lines, ("join",)), "join", f"没有这条解释：{unknown[0]}")]
        )
    return common


@cache
def load_all() -> RuleBook:
    """Every pack shipped with the system. Read once."""
    packs = [load_pack(path) for path in sorted(PACKS.glob("[!_]*.toml"))]
    book = RuleBook(packs, load_common())
    for key, interpretation in book.common.interpretation.items():
        for clause in interpretation.clauses:
            if not book.has_clause(clause):
                raise PolicyError(f"_common.toml 的解释 {key} 引用了没有的条款 {clause}")
    return book


def _read(text: str, name: str) -> tuple[dict[str, Any], dict[TomlPath, int]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise PackError(name, [Problem(line, "", f"不是正确的 TOML：{error}")]) from None
    return data, locate(text.replace("\r\n", "\n"))


def _validate(model: type[M], data: Mapping[str, Any], name: str, lines: dict[TomlPath, int]) -> M:
    try:
        return model.model_validate(_tuples(data))
    except ValidationError as error:
        problems = [_problem(detail, lines) for detail in error.errors()]
        raise PackError(name, sorted(problems, key=lambda each: each.line)) from None


def _problem(detail: ErrorDetails, lines: dict[TomlPath, int]) -> Problem:
    path = detail["loc"]
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        why = str(context["error"])
    else:
        why = _SENTENCES.get(kind, detail["msg"]).format(**context)
        if kind in ("extra_forbidden", "missing") and path:
            why += f" {path[-1]}"
        elif kind not in ("too_short", "tuple_type", "dict_type", "model_type"):
            why += f"（现在是 {detail['input']!r}）"
    return Problem(line_of(lines, path), _dotted(path), why)


def _pack(data: Mapping[str, Any], name: str, lines: dict[TomlPath, int]) -> Pack:
    pack = _validate(Pack, data, name, lines)
    problems = [Problem(line_of(lines, path), _dotted(path), why) for path, why in _faults(pack)]
    if problems:
        raise PackError(name, sorted(problems, key=lambda each: each.line))
    return pack


def _faults(pack: Pack) -> Iterator[tuple[TomlPath, str]]:
    """What the shape of each row alone cannot show: clauses that are missing, doubled or foreign."""
    known: set[str] = set()
    for index, clause in enumerate(pack.clause):
        where = ("clause", index, "id")
        if clause.id in known:
            yield where, f"条款 {clause.id} 写了两次"
        if not clause.id.startswith(f"{pack.id}-"):
            yield where, f"条款 {clause.id} 要以本文件的代号 {pack.id}- 开头"
        known.add(clause.id)
    for path, clause_id in _cited(pack, ()):
        if clause_id not in known:
            yield path, f"没有这个条款：{clause_id}"
    for key in pack.interpretation:
        if not key.startswith(f"{pack.id}-"):
            yield ("interpretation", key), f"解释 {key} 要以本文件的代号 {pack.id}- 开头"
    codes: set[tuple[str, str]] = set()
    for topic in CODED:
        for index, row in enumerate(pack.rules(topic)):
            if (topic, row.code) in codes and row.from_ is None:
                yield (topic, index, "code"), f"代号 {row.code} 写了两次"
            codes.add((topic, row.code))


def _cited(value: Any, path: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    """Every clause id that a rule or interpretation names, with its place."""
    if isinstance(value, BaseModel):
        for field, info in type(value).model_fields.items():
            inner, key = getattr(value, field), info.alias or field
            if field in ("clause", "within") and isinstance(inner, str):
                if inner:
                    yield (*path, key), inner
            elif field == "clauses":
                for index, clause_id in enumerate(inner):
                    yield (*path, key, index), clause_id
            else:
                yield from _cited(inner, (*path, key))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _cited(inner, (*path, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _cited(inner, (*path, index))


def clauses_used(pack: Pack) -> frozenset[str]:
    """The clauses that some row of the pack carries; being listed, or read by an interpretation, is not enough."""
    rows = (
        getattr(pack, name) for name in Pack.model_fields if name not in ("pack", "clause", "interpretation")
    )
    return frozenset(clause for each in rows for _, clause in _cited(each, ()))


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _tuples(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_tuples(inner) for inner in value)
    return value


def _dates(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {inner_key: _dates(inner, str(inner_key)) for inner_key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_dates(inner) for inner in value]
    if key in ("from", "to", "issued") and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _dotted(path: TomlPath) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
