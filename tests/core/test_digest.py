"""One checksum for the content of rows."""

from __future__ import annotations

from datetime import date

import pytest

from core.digest import checksum


def test_equal_content_is_equal_in_whatever_order_its_keys_come() -> None:
    assert checksum({"a": 1, "事": [1, 2]}) == checksum({"事": [1, 2], "a": 1})
    assert checksum({"a": 1, "事": [1, 2]}) != checksum({"a": 1, "事": [2, 1]})
    assert checksum({"a": 1}) != checksum({"a": "1"})


def test_what_is_no_json_needs_a_word_on_how_it_is_written() -> None:
    with pytest.raises(TypeError):
        checksum([date(2026, 11, 23)])
    assert checksum([date(2026, 11, 23)], write=str) == checksum(["2026-11-23"])
