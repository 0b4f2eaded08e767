"""How dates, spans, day counts, clock times and telephone numbers are written on every page.

Full-width punctuation, a space between a numeral and its unit, the 24-hour clock, Beijing time; a countdown
always stands beside the clock time it counts to. Nothing here reads a clock: the moment is handed in.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

WEEKDAYS = "一二三四五六日"
HALVES = {"am": "上午", "pm": "下午"}
NOTHING = "—"
SOON = timedelta(hours=24)


def _day(value: date | datetime) -> date:
    """The Beijing calendar day of a date or an aware moment."""
    if isinstance(value, datetime):
        return _moment(value).date()
    return value


def _moment(value: datetime) -> datetime:
    """The moment in Beijing time; a naive one is taken to be Beijing time already."""
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def cn_date(value: date | datetime | None, form: str = "") -> str:
    """``11月24日（周二）``; ``"year"``: ``2026年11月24日（周二）``; ``"short"``: no weekday. None: —."""
    if not value:
        return NOTHING
    day = _day(value)
    text = f"{day.month}月{day.day}日"
    if form == "short":
        return text
    if form == "year":
        text = f"{day.year}年{text}"
    return f"{text}（周{WEEKDAYS[day.weekday()]}）"


@register.filter
def cn_datetime(value: datetime | None, form: str = "") -> str:
    """``11月20日 17:30``; with ``"year"`` ``2026年11月20日 17:30``; with ``"clock"`` ``17:30``. None: —."""
    if not value:
        return NOTHING
    moment = _moment(value)
    if form == "clock":
        return f"{moment:%H:%M}"
    year = f"{moment.year}年" if form == "year" else ""
    return f"{year}{moment.month}月{moment.day}日 {moment:%H:%M}"


@register.filter
def cn_month(value: date | datetime | None) -> str:
    """``2026年11月``. None: —."""
    if not value:
        return NOTHING
    day = _day(value)
    return f"{day.year}年{day.month}月"


@register.filter
def cn_halfday(value: date | datetime | None, half: str) -> str:
    """``11月24日（周二）上午``; ``half`` is ``am`` or ``pm``. None: —."""
    if not value:
        return NOTHING
    return f"{cn_date(value)}{HALVES[half]}"


@register.filter
def days(halves: int | None) -> str:
    """A number of half-days as days: 7 → ``3.5``, 8 → ``4``. None: —."""
    if halves is None:
        return NOTHING
    whole, rest = divmod(int(halves), 2)
    return f"{whole}.5" if rest else str(whole)


@register.filter
def day_count(value: Decimal | float | int | None) -> str:
    """A number of days without idle zeros: ``3.50`` → ``3.5``, ``4.0`` → ``4``. None: —."""
    if value is None:
        return NOTHING
    text = f"{Decimal(str(value)):.2f}"
    return text.rstrip("0").rstrip(".")


@register.simple_tag
def cn_span(start: date, start_half: str, end: date, end_half: str) -> str:
    """A span in half-days, saying each thing once.

    Whole days: ``11月24日（周二）至 27日（周五）``; with a half: ``11月24日（周二）下午至 27日（周五）下午``;
    one day ``11月24日（周二）``; one half ``11月24日（周二）上午``. Years appear only when they differ.
    """
    first, last = _day(start), _day(end)
    whole = start_half == "am" and end_half == "pm"
    if first == last:
        both = start_half != end_half
        return cn_date(first) if both else cn_halfday(first, start_half)
    if first.year != last.year:
        opening, closing = cn_date(first, "year"), cn_date(last, "year")
    else:
        opening, closing = cn_date(first), cn_date(last)
        if first.month == last.month:
            closing = closing.partition("月")[2]
    if whole:
        return f"{opening}至 {closing}"
    return f"{opening}{HALVES[start_half]}至 {closing}{HALVES[end_half]}"


def _amount(gap: timedelta) -> str:
    """A length of time in its one fitting unit, rounded down: nobody is promised more than there is."""
    minutes = int(gap.total_seconds() // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时"
    return f"{minutes // (24 * 60)} 天"


@register.simple_tag
def remaining(due: datetime | None, now: datetime) -> str:
    """``剩 22 小时（11月20日 17:30 前）`` or ``超期 3 小时（应在 … 前）``; empty without a due time."""
    if due is None:
        return ""
    clock = cn_datetime(due)
    if now > due:
        return f"超期 {_amount(now - due).removeprefix('不到 ')}（应在 {clock} 前）"
    return f"剩 {_amount(due - now)}（{clock} 前）".replace("剩 不到", "剩不到")


@register.simple_tag
def remaining_class(due: datetime | None, now: datetime) -> str:
    """The class for the line ``remaining`` writes: overdue, due within a day, or none."""
    if due is None:
        return ""
    if now > due:
        return "left-over"
    return "left-soon" if due - now <= SOON else ""


@register.filter
def mask_phone(value: str | None) -> str:
    """``138****5678``; shorter numbers keep their last two digits. None or empty: —."""
    if not value:
        return NOTHING
    text = str(value).strip()
    if len(text) >= 11:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return f"{'*' * max(len(text) - 2, 1)}{text[-2:]}"


@register.filter
def mask_identity(value: str | None) -> str:
    """``4405**********1234``; shorter numbers keep their last two signs. None or empty: —."""
    if not value:
        return NOTHING
    text = str(value).strip()
    if len(text) >= 15:
        return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}"
    return f"{'*' * max(len(text) - 2, 1)}{text[-2:]}"


@register.filter
def file_size(value: int | None) -> str:
    """A size in bytes as ``860 KB`` or ``2.4 MB``. None: —."""
    if value is None:
        return NOTHING
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{value / 1024 / 1024:.1f} MB"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A glyph of ``static/icons/sprite.svg``; decoration only, the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def field_kind(field) -> str:
    """How ``forms/field.html`` lays a bound field out: ``check``, ``choices``, ``file`` or ``line``."""
    widget = field.field.widget
    input_type = getattr(widget, "input_type", "")
    if input_type == "checkbox" and not getattr(widget, "allow_multiple_selected", False):
        return "check"
    if input_type in ("checkbox", "radio"):
        return "choices"
    return "file" if input_type == "file" else "line"
