"""督查通报: its lists side by side."""

from __future__ import annotations

from django.urls import reverse

PAGES = {"bulletins": "通报", "checks": "查岗", "talks": "约谈"}


def pages(here: str) -> list[dict[str, object]]:
    """The three lists."""
    return [
        {"label": label, "url": reverse(f"inspection:{name}"), "active": name == here}
        for name, label in PAGES.items()
    ]
