"""A list's pages: the number asked for, the nearest one out of reach, each row once, the same count everywhere."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from core.web import page_of
from teams.models import Person

SIZE = 3


@pytest.fixture
def people(db):
    Person.objects.bulk_create(Person(name=f"王{number:02}", pinyin=f"w{number:02}") for number in range(10))
    return Person.objects.filter(name__startswith="王").select_related("registered_in").order_by("pinyin")


@pytest.mark.parametrize(
    ("asked", "number", "first"),
    [("", 1, 0), ("2", 2, 3), ("4", 4, 9), ("9", 4, 9), ("0", 4, 9), ("-1", 4, 9), ("x", 1, 0), ("２", 2, 3)],
)
def test_page_asked_for(people, asked, number, first):
    page = page_of(RequestFactory().get("/", {"page": asked}), people, SIZE)
    assert (page.number, page.paginator.count, page.paginator.num_pages) == (number, 10, 4)
    assert [each.pinyin for each in page] == [f"w{at:02}" for at in range(first, min(first + SIZE, 10))]


def test_list_without_rows(people):
    page = page_of(RequestFactory().get("/", {"page": "3"}), people.none(), SIZE)
    assert (page.number, page.paginator.count, list(page)) == (1, 0, [])


def test_two_questions_whatever_the_page(people, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(page_of(RequestFactory().get("/", {"page": "2"}), people, SIZE).object_list) == SIZE
