"""The main job, on a phone of 390 px, under each of the five documents: ask, decide, come back."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from leave.models import LeaveRequest
from tests import cast
from tests.browser.people import OnPhone, with_passwords

TODAY = date(2026, 11, 23)
#: The Monday after; its week has no holiday.
START = date(2026, 11, 30)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_server, settings) -> cast.World:
    """The cast with passwords, standing on a Monday morning."""
    settings.ZHUBANG_TODAY = TODAY
    cast.published()
    world = cast.build()
    cast.add_yongxing(world)
    cast.add_ganzhou(world)
    with_passwords()
    return world


def _back_after(settings, day: date) -> None:
    settings.ZHUBANG_TODAY = day


def _state() -> str:
    return LeaveRequest.objects.get().state


@pytest.mark.parametrize(
    ("who", "days", "button", "decider"),
    [
        ("liusha_member", 3, "提交给队长", "liusha_captain"),
        pytest.param("liusha_member", 3.5, "提交给镇党委书记", "liusha_secretary", marks=pytest.mark.slow),
        ("liusha_member", 5, "提交给镇党委书记", "liusha_secretary"),
        ("liusha_member", 5.5, "提交给市农业农村局", "pn_agri_chief"),
        pytest.param("liusha_captain", 5, "提交给镇党委书记", "liusha_secretary", marks=pytest.mark.slow),
        ("liusha_captain", 6, "提交给市农业农村局", "pn_agri_chief"),
    ],
)
def test_puning_from_asking_to_coming_back(phone: Page, world, settings, who, days, button, decider) -> None:
    me = OnPhone(phone).sign_in(who).fill_leave(START, days)
    expect(phone.get_by_role("button", name=button)).to_be_visible()
    me.sees("第六条").page_fits()
    phone.get_by_role("button", name=button).click()
    me.sees("已提交").page_fits()
    path = phone.url.partition("/leave/")[2]

    OnPhone(phone).sign_in(decider).open_first_task(world.human(who).name).page_fits().agree().page_fits()
    assert _state() == "approved"

    _back_after(settings, date(2026, 12, 8))
    OnPhone(phone).sign_in(who)
    phone.goto(f"/leave/{path}")
    phone.get_by_label("返岗日期").fill(START.isoformat() if days < 1 else "2026-12-08")
    phone.get_by_label("说明").fill("雨天塌方，班车停开")
    OnPhone(phone).sees("待核")
    phone.get_by_role("button", name="确认返岗").click()
    OnPhone(phone).sees("已销假").page_fits()
    assert _state() == "back"


def test_puning_first_secretary_goes_by_his_own_system_and_is_decided_by_hand(
    phone: Page, world, settings
) -> None:
    me = OnPhone(phone).type_password("liusha_first").fill_leave(START, 3)
    me.sees("驻村第一书记请销假制度")
    path = _submit(phone)
    _assigned_and_agreed(phone, world, "pn_agri_chief", "liusha_first", "队长", "liusha_captain")
    _come_back(phone, settings, "liusha_first", path)


def test_zhumadian_seven_days_go_to_the_town_committee_and_two_filings(phone: Page, world, settings) -> None:
    OnPhone(phone).sign_in("sc_member").fill_leave(START, 7).sees(
        "县（区）委组织部", "备案", "第十六条"
    ).page_fits()
    path = _submit(phone)
    OnPhone(phone).sign_in("zhuli_secretary").open_first_task("上队员").agree()
    assert _state() == "approved"
    for office in ("sc_org_chief", "sc_rural_chief"):
        OnPhone(phone).sign_in(office)
        phone.goto("/todo/?tab=told")
        OnPhone(phone).sees("上队员", "备案").page_fits()
    _come_back(phone, settings, "sc_member", path)


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (7.5, ("sc_org_chief", "sc_rural_chief", "sc_unit_chief")),
        pytest.param(8, ("sc_unit_chief", "sc_rural_chief", "sc_org_chief"), marks=pytest.mark.slow),
    ],
)
def test_zhumadian_longer_leave_is_joint_in_any_order(phone: Page, world, settings, days, order) -> None:
    OnPhone(phone).sign_in("sc_member").fill_leave(START, days).sees("共同批准").page_fits()
    path = _submit(phone)
    for number, office in enumerate(order):
        assert _state() == "pending", f"decided after {number} of 3"
        OnPhone(phone).sign_in(office).open_first_task("上队员").page_fits().agree()
    assert _state() == "approved"
    _come_back(phone, settings, "sc_member", path)


@pytest.mark.parametrize(
    ("who", "office", "label", "decider"),
    [
        ("xf_member", "xf_rural_chief", "队长", "xf_captain"),
        ("yx_member", "yx_office_chief", "队长", "yx_captain"),
        ("gz_member", "gz_rural_chief", "队长", "gz_captain"),
    ],
)
def test_where_the_document_is_silent_the_county_names_the_decider(
    phone: Page, world, settings, who, office, label, decider
) -> None:
    OnPhone(phone).sign_in(who).fill_leave(START, 2).sees("没有规定").page_fits()
    path = _submit(phone)
    _assigned_and_agreed(phone, world, office, who, label, decider)
    _come_back(phone, settings, who, path)


def _submit(phone: Page) -> str:
    phone.get_by_role("button", name="提交给").click()
    OnPhone(phone).sees("已提交").page_fits()
    return phone.url.partition("/leave/")[2]


def _assigned_and_agreed(phone: Page, world, office: str, who: str, label: str, decider: str) -> None:
    name = world.human(who).name
    OnPhone(phone).sign_in(office).open_first_task(name).page_fits().name_deciders(label)
    OnPhone(phone).sees("指定的理由").page_fits()
    OnPhone(phone).sign_in(decider).open_first_task(name).agree()
    assert _state() == "approved"


def _come_back(phone: Page, settings, who: str, path: str) -> None:
    """On the first half-day after the leave, with one tap."""
    request = LeaveRequest.objects.get()
    _back_after(settings, request.end)
    OnPhone(phone).sign_in(who).report_back(f"leave/{path}").page_fits()
    assert _state() == "back"


def test_the_whole_path_needs_no_javascript(open_phone, world, settings) -> None:
    plain = open_phone(java_script_enabled=False)
    OnPhone(plain).type_password("liusha_member").fill_leave(START, 4)
    path = _submit(plain)
    OnPhone(plain).sign_in("liusha_secretary").open_first_task("洪队员").agree()
    assert _state() == "approved"
    _come_back(plain, settings, "liusha_member", path)
