"""法定日历: what is read from a notice, what its entry changes, and who may enter one."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core import calendar, calendar_years, editions
from core.calendar_text import read_notice
from core.errors import Conflict, NotYours, Refused, Several
from core.models import AuditEvent, CalendarDay, CalendarNotice
from leave import services as leave
from teams.models import User
from teams.words import Duty
from tests.drive import Drive, wish
from tests.pages import beside, browser, hidden, text

NOTICE = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，确保人民群众祥和平安度过节日假期。"""
#: Invented: nobody has announced 2027.
NEXT_YEAR = (
    "元旦：1月1日（周五）至3日（周日）放假，共3天。\n春节：2月5日至11日放假调休，共7天。1月31日（周日）上班。"
)


@pytest.fixture
def keeper(drive: Drive) -> User:
    """The system administrator of the whole installation."""
    return drive.world.keeper("owner", "全系统", Duty.SYSTEM, None)


def enter(user: User, words: str = NEXT_YEAR, year: int = 2027, **changes) -> CalendarNotice:
    said = {"number": "国办发明电〔2026〕9号", "source": "通知", "seen": editions.stamp_of(calendar.EDITION)}
    return calendar_years.enter_year(
        acting_user=user, year=year, holidays=read_notice(words, year), **{**said, **changes}
    )


# ---- the words -------------------------------------------------------------------------------------------


def test_the_notice_of_2026_in_its_own_words_is_the_calendar_of_2026(db) -> None:
    """The published arrangement, as a package of public data has it, is the control."""
    calendar.seed(range(2026, 2027))
    assert (
        calendar_years.changes(
            calendar_years.known_days(2026), calendar_years.differing(read_notice(NOTICE, 2026))
        )
        == []
    )
    assert [holiday.name for holiday in read_notice(NOTICE, 2026)] == [
        "元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节",
    ]  # fmt: skip


def test_names_of_two_holidays_single_days_and_half_width_signs_are_read() -> None:
    found = read_notice(
        "国庆节、中秋节:10月1日(周三)至8日(周三)放假,共8天;9月28日(周日)上班.元旦：1月1日放假", 2025
    )
    assert [(each.name, len(each.off), each.worked) for each in found] == [
        ("国庆节、中秋节", 8, (date(2025, 9, 28),)),
        ("元旦", 1, ()),
    ]


def test_days_of_the_year_before_belong_to_the_notice() -> None:
    found = read_notice("元旦：2022年12月31日（周六）至2023年1月2日（周一）放假，共3天。", 2023)
    assert found[0].off == (date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2))


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ("共9天", "共8天", "春节：从日期数是 9 天，通知里写共 8 天"),
        ("5月9日（周六）", "5月9日（周日）", "劳动节：5月9日是周六，通知里写的是周日"),
        ("5月9日（周六）", "5月8日（周五）", "劳动节：5月8日是周五，本来就上班，不用补"),
        ("6月19日（周五）至21日", "6月31日至32日", "端午节：6月31日不是一个日期"),
        ("6月19日（周五）至21日（周日）放假，共3天", "6月19日（周五）至8月21日放假", "端午节：6月19日到8月21日太长，看是不是写错了"),
        ("9月20日（周日）", "5月9日（周六）", "5月9日出现了两次：劳动节上班、国庆节上班"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_named(wrong: str, right: str, sentence: str) -> None:
    with pytest.raises(Several) as found:
        read_notice(NOTICE.replace(wrong, right), 2026)
    assert sentence in [each.sentence for each in found.value.refusals]


@pytest.mark.parametrize("text", ["", "各地区、各部门要妥善安排", "元旦：放假", "三：", "：" * 50])
def test_what_is_no_notice_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused):
        read_notice(text, 2026)


# ---- the verb --------------------------------------------------------------------------------------------


def test_a_year_stops_being_an_estimate_and_leave_is_counted_by_it(drive: Drive, clock, keeper: User) -> None:
    member = drive.world.user("liusha_member")
    asked = wish(3, start=date(2027, 1, 29), type="annual")
    assert leave.preview(acting_user=member, wish=asked).charged_halves == 2
    assert calendar.statutory_calendar().is_estimate(date(2027, 1, 31))
    enter(keeper)
    assert not calendar.statutory_calendar().is_estimate(date(2027, 1, 31))
    # Sunday 31 January is worked now.
    assert leave.preview(acting_user=drive.world.user("liusha_member"), wish=asked).charged_halves == 4
    event = AuditEvent.objects.get(action="calendar.enter")
    assert event.after["number"] == "国办发明电〔2026〕9号"
    assert event.after["days"]["2027-01-31"] == "work"


def test_a_new_notice_takes_the_place_of_the_old_one(drive: Drive, keeper: User) -> None:
    enter(keeper)
    enter(keeper, "元旦：1月1日（周五）放假", number="国办发明电〔2026〕10号")
    assert list(CalendarDay.objects.filter(notice=2027).values_list("day", flat=True)) == [date(2027, 1, 1)]
    assert CalendarNotice.objects.get(pk=2027).number == "国办发明电〔2026〕10号"


def test_what_changed_since_it_was_shown_is_not_overwritten(drive: Drive, keeper: User) -> None:
    seen = editions.stamp_of(calendar.EDITION)
    enter(keeper)
    with pytest.raises(Conflict):
        enter(keeper, "元旦：1月1日（周五）放假", seen=seen)
    assert CalendarDay.objects.filter(notice=2027).count() > 1


def test_days_of_another_year_are_refused_and_nothing_is_kept(drive: Drive, keeper: User) -> None:
    with pytest.raises(Refused, match="不是 2027 年的"):
        calendar_years.enter_year(
            acting_user=keeper,
            year=2027,
            number="一号",
            source="通知",
            holidays=read_notice(NOTICE, 2026),
            seen=editions.stamp_of(calendar.EDITION),
        )
    assert not CalendarNotice.objects.filter(pk=2027).exists()


@pytest.mark.parametrize("who", ["pn_system", "pn_agri_chief", "liusha_member", "pn_auditor"])
def test_a_county_does_not_change_the_calendar_of_all(drive: Drive, who: str) -> None:
    with pytest.raises(NotYours):
        enter(drive.world.user(who))
    assert browser(drive.world, who).get(reverse("core:calendar_enter")).status_code == 404


# ---- the pages -------------------------------------------------------------------------------------------


def test_everybody_reads_the_year_and_sees_what_is_an_estimate(drive: Drive, clock) -> None:
    client = browser(drive.world, "liusha_member")
    page = client.get(reverse("core:calendar"))
    assert "全年 248 个工作日" in text(page)
    assert "2月16日（周一）至 2月20日（周五）：放假（春节）" in text(page)
    assert "登记放假通知" not in text(page)
    assert "2027 年的放假安排还没有公布" in text(client.get(reverse("core:calendar") + "?year=2027"))
    assert "2026 年 全年" in text(client.get(reverse("core:calendar") + "?year=9999"))


def test_paste_look_and_put_in_force(drive: Drive, clock, keeper: User) -> None:
    client = browser(drive.world, "owner")
    url = reverse("core:calendar_enter")
    assert '<option value="2027" selected>' in client.get(url).content.decode()
    said = {"year": "2027", "number": "国办发明电〔2026〕9号", "text": NEXT_YEAR}
    page = client.post(url, said)
    assert "2027-01-31（周日）：休息 → 补班" in text(page)
    assert not CalendarNotice.objects.filter(pk=2027).exists()
    page = client.post(url, {**said, "seen": hidden(page, "seen"), "confirm": "1"}, follow=True)
    assert "2027 年的安排已启用" in text(page)
    assert "国办发明电〔2026〕9号" in text(page)
    assert "还没有公布" not in text(page)


def test_mistakes_stand_beside_the_words_and_the_words_stay(drive: Drive, clock, keeper: User) -> None:
    client = browser(drive.world, "owner")
    page = client.post(
        reverse("core:calendar_enter"), {"year": "2027", "number": "九号", "text": "元旦：1月1日（周四）放假"}
    )
    assert page.status_code == 422
    assert "1月1日是周五，通知里写的是周四" in beside(page, "text")
    assert "元旦：1月1日（周四）放假" in text(page)


def test_a_page_that_shows_an_older_calendar_confirms_nothing(drive: Drive, clock, keeper: User) -> None:
    client: Client = browser(drive.world, "owner")
    said = {
        "year": "2027",
        "number": "国办发明电〔2026〕9号",
        "text": NEXT_YEAR,
        "confirm": "1",
        "seen": "old",
    }
    page = client.post(reverse("core:calendar_enter"), said)
    assert page.status_code == 409
    assert "重新核对一次再启用" in text(page)
    assert not CalendarNotice.objects.filter(pk=2027).exists()
