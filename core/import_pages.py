"""The pages of an import: the field for the workbook, what has to be mended, and the lines that were looked through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest

from core import web
from core.errors import Refused
from core.imported import ImportedWorkbook

#: Problems shown at once; whoever has more starts with these.
MOST_PROBLEMS = 200
#: Lines of one page: a county's roster is a few hundred.
LINES = 100


def workbook_field(label: str) -> forms.FileField:
    """The field for one .xlsx; what may come in, :func:`core.imported.take` says."""
    return forms.FileField(
        label=label,
        help_text=".xlsx，不超过 3 MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "选一个文件",
            "missing": "选一个文件",
            "invalid": "选一个文件",
            "empty": "这是空文件，换一个文件",
        },
    )


def problems_shown(problems: Sequence[Any]) -> dict[str, Any]:
    """``problems`` and ``more_problems`` as the pages name them."""
    return {"problems": list(problems)[:MOST_PROBLEMS], "more_problems": len(problems) - MOST_PROBLEMS}


def lines_shown(
    request: HttpRequest,
    row: ImportedWorkbook,
    kinds: Mapping[str, str],
    here: str,
    refused: Refused | None,
) -> dict[str, Any]:
    """One import, filtered by ``?kind=`` of ``kinds`` (code → word); ``here`` is the page's own address."""
    asked = request.GET.get("kind", "")
    kind = asked if asked in kinds else ""
    results = [{"label": "全部", "url": here, "active": not kind, "count": len(row.lines)}]
    results += [
        {"label": word, "url": f"{here}?kind={each}", "active": kind == each, "count": row.count(each)}
        for each, word in kinds.items()
    ]
    lines = [{**line, "word": kinds[line["kind"]]} for line in row.lines if not kind or line["kind"] == kind]
    return {
        "row": row,
        "kind": kind,
        "results": results,
        "page": web.page_of(request, lines, LINES),
        "waiting": row.state == ImportedWorkbook.State.CHECKED,
        "refused": refused,
        "problems": getattr(refused, "problems", [])[:MOST_PROBLEMS],
    }
