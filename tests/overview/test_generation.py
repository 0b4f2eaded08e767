"""Generated data are what the verbs would have written, as many as was asked for, and the same for the same seed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import Seat, Signature, SignOff
from approvals.plans import content_hash
from core import calendar
from core.doctor import findings
from leave.models import LeaveRequest
from leave.subject import content
from overview.generation import generate
from teams.models import Appointment, Person, User
from tests.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def made(clock):
    calendar.seed(range(2024, 2027))
    return generate(members=60, months=6)


def test_as_many_as_asked_for(made) -> None:
    assert made.people == 60
    assert Appointment.objects.full_time().count() == 60
    assert made.requests == LeaveRequest.objects.count() > 60
    assert LeaveRequest.objects.exclude(state="back").count() == 0


def test_every_signature_covers_what_the_request_says(made) -> None:
    for sign_off in SignOff.objects.all():
        request = LeaveRequest.objects.get(pk=sign_off.subject_id)
        assert sign_off.content_hash == content_hash(content(request), sign_off.plan, 1)
    unsigned = Seat.objects.filter(need="all", signature=None)
    assert not unsigned.exists()
    assert Signature.objects.count() >= SignOff.objects.count()


def test_the_longer_the_leave_the_higher_it_went(made) -> None:
    for days, party in ((3, "team:captain"), (4, "town:party_secretary"), (7, "county:agriculture")):
        asked = LeaveRequest.objects.filter(absence_halves=days * 2).first()
        seat = Seat.objects.filter(sign_off__subject_id=asked.pk).first()
        assert seat.party == party


def test_people_find_it_on_their_pages(made, client) -> None:
    client.force_login(
        User.objects.get(username="c0-t0-captain"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(reverse("leave:list"))
    assert "已销假" in text(page)
    assert "共" in text(page)


def test_the_house_finds_nothing_wrong(made) -> None:
    assert {what: said for what, said in findings().items() if said} == {}


def test_the_same_seed_makes_the_same_people_and_leave() -> None:
    def one_run(seed: int) -> list[tuple[str, date, int]]:
        with transaction.atomic():
            generate(members=10, months=6, seed=seed)
            rows = LeaveRequest.objects.order_by("pk")
            found = list(rows.values_list("applicant__name", "start", "absence_halves"))
            transaction.set_rollback(True)
        return found

    calendar.seed(range(2024, 2027))
    assert one_run(1) == one_run(1) != one_run(2)


def test_a_second_run_goes_on_where_the_first_ended(made) -> None:
    generate(members=50, months=1)
    assert User.objects.filter(username="c1-t0-captain").exists()
    assert Appointment.objects.full_time().count() == 110


@pytest.mark.parametrize("document", ["zhumadian", "yongxing"])
def test_a_county_under_a_document_with_quotas_has_everybody_judged(document: str, client) -> None:
    """As often asked for sixty people as for ten, and each of them has what his document asks on the page."""
    calendar.seed(range(2024, 2027))

    def quotas(members: int) -> tuple[int, str]:
        with transaction.atomic():
            generate(members=members, months=2, document=document)
            chief = User.objects.get(username="c0-chief")
            client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")
            client.get(reverse("overview:home"))
            with CaptureQueriesContext(connection) as asked:
                page = text(client.get(reverse("attendance:quotas"), {"month": "2026-10"}))
            assert {what: said for what, said in findings().items() if said} == {}
            assert LeaveRequest.objects.exists() == (document == "zhumadian")
            transaction.set_rollback(True)
        return len(asked), page

    few, page = quotas(10)
    many, whole = quotas(60)
    assert few == many
    assert "没有规定这样的驻村天数" not in whole
    assert "值班的半天算在岗" in page


def test_no_county_is_made_twice(made) -> None:
    for document in ("puning", "yongxing"):
        with pytest.raises(CommandError, match="各只有一个县"):
            call_command("generate", members=1001, document=document)
    with pytest.raises(CommandError, match="各只有一个县"):
        call_command("generate", members=10, document="puning")


@pytest.mark.parametrize("wrong", [{"members": 0}, {"months": -1}, {"months": 121}])
def test_numbers_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(CommandError, match="人数至少 1"):
        call_command("generate", **wrong)
    assert not Person.objects.exists()


def test_never_in_production(settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="生产环境"):
        call_command("generate", members=1)
