"""What a check of a person or a team finds, and whether it may be passed over with a reason and a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from policy.base import WAIVABLE
from policy.basis import plain
from policy.book import RuleBook
from policy.errors import PolicyInputError


class FindingState(StrEnum):
    """How a condition stands: `advisory` is for a person to weigh and bars nothing."""

    MET = "met"
    WAIVABLE = "waivable"
    NOT_WAIVABLE = "not_waivable"
    MISSING = "missing"
    ADVISORY = "advisory"


STATE_LABELS: dict[FindingState, str] = {
    FindingState.MET: "符合",
    FindingState.WAIVABLE: "不符合，可说明理由后例外",
    FindingState.NOT_WAIVABLE: "不符合，没有例外",
    FindingState.MISSING: "缺材料",
    FindingState.ADVISORY: "由人判断",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition, how it stands, in words, by which clause. `ref`: the person it is about, when one."""

    code: str
    label: str
    state: FindingState
    says: str
    clause: str
    article: str
    modality: str
    ref: str = ""

    def as_json(self) -> dict[str, Any]:
        """What a record keeps."""
        found: dict[str, Any] = plain(self)
        return found


@dataclass(frozen=True, slots=True)
class Waiving:
    """An exception: which condition, for which reason, on whose word. `ref` as in the finding."""

    code: str
    reason: str
    by: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether everything stands: nothing barred, nothing missing, every exception given a reason and a name."""

    passes: bool
    barred: tuple[Finding, ...]
    missing: tuple[Finding, ...]
    to_waive: tuple[Finding, ...]
    waived: tuple[Finding, ...]


def finding(
    book: RuleBook, rule: Any, met: bool | None, says: str, *, ref: str = "", advisory: bool = False
) -> Finding:
    """The finding of one rule: `met` is None while the fact is not known."""
    if met:
        state = FindingState.MET
    elif advisory or rule.modality in ("prefer", "may"):
        state = FindingState.ADVISORY
    elif met is None:
        state = FindingState.MISSING
    else:
        state = FindingState.WAIVABLE if rule.modality in WAIVABLE else FindingState.NOT_WAIVABLE
    article = book.clause(rule.clause).article
    return Finding(rule.code, rule.label, state, says, rule.clause, article, rule.modality, ref)


def verdict(findings: Iterable[Finding], waivings: Iterable[Waiving] = ()) -> Verdict:
    """Weigh findings with the exceptions made.

    Raises PolicyInputError for an exception without a reason or a name, or from a condition that has none.
    """
    found = tuple(findings)
    made = {(each.code, each.ref): each for each in waivings}
    for waiving in made.values():
        _check(waiving, found)
    waivable = tuple(each for each in found if each.state is FindingState.WAIVABLE)
    waived = tuple(each for each in waivable if (each.code, each.ref) in made)
    open_ = tuple(each for each in waivable if each not in waived)
    barred = tuple(each for each in found if each.state is FindingState.NOT_WAIVABLE)
    missing = tuple(each for each in found if each.state is FindingState.MISSING)
    return Verdict(not (open_ or barred or missing), barred, missing, open_, waived)


def _check(waiving: Waiving, found: tuple[Finding, ...]) -> None:
    about = [each for each in found if (each.code, each.ref) == (waiving.code, waiving.ref)]
    if not about:
        raise PolicyInputError(f"没有“{waiving.code}”这一项条件", field="code")
    first = about[0]
    if first.state is FindingState.NOT_WAIVABLE:
        raise PolicyInputError(f"“{first.label}”没有例外（{first.article}）", field="code")
    if first.state is not FindingState.WAIVABLE:
        raise PolicyInputError(f"“{first.label}”不用例外", field="code")
    if not waiving.reason.strip():
        raise PolicyInputError(f"写明“{first.label}”例外的理由", field="reason")
    if not waiving.by.strip():
        raise PolicyInputError(f"写明“{first.label}”例外由谁批准", field="by")
