"""Identity numbers of residents: the check digit, the birthday inside, and how they are shown."""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def check_digit(first_seventeen: str) -> str:
    """The last sign of an identity number (GB 11643)."""
    return _CHECKS[
        sum(int(sign) * weight for sign, weight in zip(first_seventeen, _WEIGHTS, strict=True)) % 11
    ]


def problem(number: str) -> str:
    """What is wrong with an identity number, as a sentence that does not repeat it; empty where it is right."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return (
            f"身份证号要 18 位，现在是 {len(number)} 位"
            if len(number) != 18
            else "身份证号只能是数字，末位可以是 X"
        )
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号里的出生日期不存在，核对第 7 至 14 位"
    if check_digit(number[:17]) != number[17]:
        return "身份证号校验不对，有一位写错了，逐位核对"
    return ""


def masked(number: str | None) -> str:
    """``4402************17``: enough to tell two papers apart, not enough to use. Empty: an empty text."""
    if not number:
        return ""
    return f"{number[:4]}{'*' * max(len(number) - 6, 1)}{number[-2:]}"
