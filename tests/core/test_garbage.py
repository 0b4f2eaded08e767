"""Python looks for rubbish seldom, but what a large page leaves behind does not wait for ever."""

from __future__ import annotations

import subprocess
import sys

# A hundred pages of 20,000 objects that know each other, each begun before the last one is let go, as two threads do.
_PAGES = """
import weakref
from core.garbage import what_is_loaded_stays

class Page:
    pass

def page():
    whole = Page()
    whole.rows = [[whole, number] for number in range(20_000)]
    return whole

{first}
known, last = [], None
for _ in range(100):
    last = page()
    known.append(weakref.ref(last))
print(sum(each() is not None for each in known))
"""


def _kept(first: str) -> int:
    """How many of the pages are still in memory at the end."""
    done = subprocess.run(
        [sys.executable, "-c", _PAGES.format(first=first)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return int(done.stdout)


def test_what_a_large_page_leaves_behind_goes_after_some_more_pages() -> None:
    assert _kept("what_is_loaded_stays()") <= 25


def test_with_searches_as_rare_as_they_must_not_be_it_stays() -> None:
    assert _kept("what_is_loaded_stays(); import gc; gc.set_threshold(50_000, 20, 100)") > 25
