"""One row of 待办 in words, from what a subject says of itself."""

from __future__ import annotations

from typing import Any

from core.templatetags.zhubang import cn_span


def row_of(summary: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One row of ``components/todo_row.html`` from a subject's summary."""
    span = summary.get("span")
    row = {
        "url": summary.get("url", ""),
        "name": summary.get("person", ""),
        "post": summary.get("post", ""),
        "type": summary.get("what", ""),
        "span": cn_span(span.start, span.start_half, span.end, span.end_half) if span else "",
        "status_kind": summary.get("status_kind", ""),
        "status_label": summary.get("status_label", ""),
    }
    return row | more
