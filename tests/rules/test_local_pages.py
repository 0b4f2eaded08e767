"""Registering in the browser: rows added and taken away without JavaScript, mistakes beside their rows, a trial."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from rules.models import LocalRule
from tests.drive import Drive
from tests.pages import beside, hidden, sign_fields, text
from tests.rules.local import Registrar, fresh, later, paper, pdf, puning_tiers, tiers, xinfeng_tiers

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("clock")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def registrar(world, signed_in) -> Registrar:
    return Registrar(world)


def fields(**changes: Any) -> dict[str, Any]:
    """The form filled in: up to 2 days the captain, up to 5 the secretary, then the bureau."""
    said: dict[str, Any] = {
        "form_key": "page-one",
        "title": "新丰县请销假办法",
        "number": "新驻办〔2026〕7号",
        "issuer": "新丰县乡村振兴局",
        "valid_from": "2026-11-23",
        "under": "xinfeng",
        "team_kinds": ["town", "village"],
        "g0-row": "1",
        "g0-roles": ["captain", "member"],
        "do": "next",
    }
    rows = [("2", "team:captain"), ("5", "town:party_secretary"), ("", "county:rural_revitalization")]
    for number, (upto, party) in enumerate(rows):
        said |= {
            f"g0-t{number}-row": "1",
            f"g0-t{number}-upto": upto,
            f"g0-t{number}-article": f"第{number + 3}条",
            f"g0-t{number}-s0-row": "1",
            f"g0-t{number}-s0-parties": [party],
            f"g0-t{number}-s0-mode": "any",
            f"g0-t{number}-s0-voice": "decide",
        }
    return {**said, **changes}


def test_from_the_form_to_a_decision(registrar: Registrar, signed_in: SignIn, drive: Drive) -> None:
    client = signed_in("xf_rural_chief")
    page = client.post("/rules/local/new/", fields(), follow=True)
    rule = LocalRule.objects.get()
    assert page.redirect_chain[-1][0] == f"/rules/local/{rule.pk}/check/"
    shown = text(page)
    assert "队长、队员请假由谁批 不超过 2 天 队长批准 第3条" in shown
    assert "上传文件原件" in shown
    assert "新组织（中共新丰县委组织部 主要负责人）" in shown

    client.post(f"/rules/local/{rule.pk}/files/", {"attachments": [pdf()]})
    page = client.get(f"/rules/local/{rule.pk}/check/")
    keys = {name: hidden(page, name) for name in ("revision", "submit_key")}
    page = client.post(f"/rules/local/{rule.pk}/submit/", keys, follow=True)
    assert "已提交，等另一个人确认" in text(page)

    other = signed_in("xf_org_chief")
    assert "新丰县请销假办法" in text(other.get("/todo/"))
    card = other.get(f"/rules/local/{rule.pk}/")
    sign_off = re.search(r"/sign-offs/(\d+)/sign/", card.content.decode())[1]
    done = other.post(f"/sign-offs/{sign_off}/sign/", sign_fields(card), follow=True)
    assert "您已同意" in text(done)
    assert fresh(rule).phase == "in_force"

    member = signed_in("xf_member")
    shown = text(member.get("/leave/preview/", {"type": "personal", "start": "2026-11-30", "start_half": "am",
                                                "end": "2026-12-02", "end_half": "pm"}))  # fmt: skip
    assert "梅书记" in shown
    for query, expected in (
        ("role=member", "乡镇（街道）党（工）委书记批准"),
        ("role=first_secretary", "没有规定"),
    ):
        trial = member.get(f"/rules/trial/?place=xinfeng&{query}&start=2026-11-30&end=2026-12-02")
        assert expected in text(trial)
    assert "新驻办〔2026〕7号" in text(member.get(f"/rules/{rule.code}/"))
    assert "第4条" in text(
        member.get("/rules/trial/?place=xinfeng&role=member&start=2026-11-30&end=2026-12-02")
    )


def test_buttons_add_and_take_away_rows_and_save_nothing(registrar: Registrar, signed_in: SignIn) -> None:
    client = signed_in("xf_rural_chief")

    def press(do: str, **changes: Any) -> str:
        response = client.post("/rules/local/new/", fields(do=do, **changes))
        assert response.status_code == 200
        return response.content.decode()

    page = press("add-tier-0")
    assert page.count('class="tier-row"') == 4
    assert 'name="g0-t2-upto"' in page
    assert re.search(r'name="g0-t1-upto"[^>]*value="5"|value="5"[^>]*name="g0-t1-upto"', page)
    assert press("drop-tier-0-1").count('class="tier-row"') == 2
    assert press("add-step-0-0").count('class="step-row"') == 4
    assert press("add-group").count('name="g1-row"') == 1
    assert press("add-quota").count('name="q0-row"') == 1
    assert press("drop-quota-0", **{"q0-row": "1"}).count('name="q0-row"') == 0
    assert press("drop-step-0-0-0").count('class="step-row"') == 3
    assert press("drop-tier-9-9").count('class="tier-row"') == 3
    assert LocalRule.objects.count() == 0


def test_a_fragment_holds_the_form_alone(registrar: Registrar, signed_in: SignIn) -> None:
    response = signed_in("xf_rural_chief").post("/rules/local/new/", fields(do="add-tier-0"), headers=HTMX)
    assert response.content.decode().lstrip().startswith('<div id="local-form"')


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"g0-t1-upto": "2"}, "g0-t1-upto", "第 2 档的 2 天没有大于上一档的 2 天"),
        ({"g0-t1-upto": ""}, "g0-t1-upto", "第 2 档没有写天数，只有最后一档可以不写"),
        ({"g0-t2-upto": "9"}, "g0-t2-upto", "最后一档写了 9 天，超过的没有人批：最后一档不填天数"),
        ({"g0-t0-upto": "1.3"}, "g0-t0-upto", "天数以半天为单位，例如 3 或 3.5（现在是 1.3）"),
        ({"g0-t0-s0-parties": []}, "g0-t0-s0-parties", "选这一步由谁办"),
        ({"g0-t0-s0-parties": ["town:king"]}, "g0-t0-s0-parties", "由谁办从列表里选"),
        ({"g0-roles": []}, "g0-roles", "选这一组适用的人员"),
        ({"title": " "}, "title", "填写名称"),
        ({"valid_from": "明年"}, "valid_from", "施行日期写成 2026-11-24 的样子"),
        ({"q0-row": "1", "q0-per": "month", "q0-measure": "night", "q0-on": "any_day", "q0-cap": "none",
          "q0-part_period": "scale", "q0-at_least": "4.5"}, "q0-at_least", "夜数要写整数"),
    ],
)  # fmt: skip
def test_a_mistake_stands_beside_its_row_and_nothing_is_saved(
    registrar: Registrar, signed_in: SignIn, changes: dict[str, Any], field: str, sentence: str
) -> None:
    page = signed_in("xf_rural_chief").post("/rules/local/new/", fields(**changes))
    assert page.status_code == 422
    assert beside(page, field) == sentence
    assert "新驻办〔2026〕7号" in page.content.decode()
    assert LocalRule.objects.count() == 0


def test_the_same_people_in_two_groups_are_refused(registrar: Registrar, signed_in: SignIn) -> None:
    second = {
        "g1-row": "1",
        "g1-roles": ["member"],
        "g1-t0-row": "1",
        "g1-t0-s0-row": "1",
        "g1-t0-s0-parties": ["team:captain"],
        "g1-t0-s0-mode": "any",
        "g1-t0-s0-voice": "decide",
    }
    page = signed_in("xf_rural_chief").post("/rules/local/new/", fields(**second))
    assert beside(page, "g1-roles") == "队员在第 1 组已经写过，去掉一处"
    page = signed_in("xf_rural_chief").post(
        "/rules/local/new/", fields(**second, **{"g1-types": ["sick"]}), follow=True
    )
    assert "队员（病假）请假由谁批" in text(page)


def test_the_trial_shows_now_and_under_the_draft(registrar: Registrar, signed_in: SignIn) -> None:
    asked = {"do": "trial", "try_role": "member", "try_type": "personal", "try_days": "2.5"}
    page = text(signed_in("xf_rural_chief").post("/rules/local/new/", fields(**asked)))
    now, then = page.partition("按这份制度（")[::2]
    assert "没有规定请假审批档次" in now
    assert "本次 2.5 天" in then
    assert "由乡镇（街道）党（工）委书记批准" in then
    assert LocalRule.objects.count() == 0
    bad = signed_in("xf_rural_chief").post("/rules/local/new/", fields(**asked | {"try_days": "很多"}))
    assert (bad.status_code, "天数要写成数字" in beside(bad, "try_days")) == (422, True)


def test_counting_and_attendance_are_written_where_they_are_open(
    registrar: Registrar, signed_in: SignIn, drive: Drive
) -> None:
    quota = {"per": "month", "measure": "on_post", "on": "workdays", "at_least": "18", "cap": "workdays",
             "part_period": "scale"}  # fmt: skip
    extra = {
        "count-count_marriage": "workdays",
        "q0-row": "1",
        **{f"q0-{key}": value for key, value in quota.items()},
    }
    client = signed_in("xf_rural_chief")
    page = text(client.post("/rules/local/new/", fields(**extra), follow=True))
    assert "婚假：只计工作日" in page
    assert "每月在岗不少于 18 天（只计工作日，不超过当期工作日）" in page
    rule = LocalRule.objects.get()
    assert rule.topics == ["leave", "quota"]
    form = client.get(f"/rules/local/{rule.pk}/edit/").content.decode()
    assert 'name="count-count_annual"' not in form
    assert 'value="workdays" selected' in form


def test_what_the_document_does_not_open_cannot_be_written_and_says_why(world, signed_in: SignIn) -> None:
    page = signed_in("sc_rural_chief").get("/rules/local/new/")
    shown = text(page)
    assert "第十三条已经规定了考勤，没有允许各地另定；第十六条只开放了请销假" in shown
    assert "第十六条允许本地另定请销假" in shown
    assert "写出勤要求" not in shown


def test_a_looser_tier_is_named_with_the_article_it_is_looser_than(world, signed_in: SignIn) -> None:
    loose = tiers(("4", ["team:captain"]), ("", ["county:agriculture"]))
    registrar = Registrar(world)
    rule = registrar.draft("pn_agri_chief", paper(loose, under="puning", title="普宁细则"), region="puning")
    client = signed_in("pn_agri_chief")
    page = client.get(f"/rules/local/{rule.pk}/check/")
    tier = re.search(r"<li><span>不超过 4 天</span>(.*?)</li>", page.content.decode(), re.S)[1]
    assert "请假 3.5 天，第六条要驻地乡镇（街道、农场）党（工）委书记，本地制度只要队长" in tier
    assert "第十条只许细化，不许放宽" in tier
    keys = {name: hidden(page, name) for name in ("revision", "submit_key")}
    refused = client.post(f"/rules/local/{rule.pk}/submit/", keys)
    assert refused.status_code == 422
    assert fresh(rule).state == "draft"
    registrar.edit("pn_agri_chief", rule, paper(puning_tiers(), under="puning", title="普宁细则"))
    page = client.get(f"/rules/local/{rule.pk}/check/")
    keys = {name: hidden(page, name) for name in ("revision", "submit_key")}
    assert client.post(f"/rules/local/{rule.pk}/submit/", keys).status_code == 302


def test_a_town_registers_where_the_document_lets_it(world, signed_in: SignIn, drive: Drive) -> None:
    registrar = Registrar(world)
    said = paper(
        puning_tiers(), under="puning", title="洪阳镇细则", issuer="洪阳镇党委", number="洪〔2026〕3号"
    )
    rule = registrar.draft("liusha_secretary", said, region="liusha")
    registrar.submit("liusha_secretary", rule)
    registrar.sign("pn_agri_chief", rule)
    assert drive.ask("liusha_member", 3).decision["pack"] == rule.code
    assert "第十条" in drive.ask("liusha_mate", 3).decision["text"]
    assert drive.ask("lihu_member", 3).decision["pack"] == "puning"
    for who in ("lihu_secretary", "lihu_captain"):
        assert signed_in(who).get(f"/rules/local/{rule.pk}/").status_code == 404
    assert signed_in("liusha_member").get(f"/rules/local/{rule.pk}/").status_code == 200


def test_another_tab_keeps_what_was_typed(registrar: Registrar, signed_in: SignIn) -> None:
    rule = registrar.draft("xf_rural_chief", paper(xinfeng_tiers()))
    page = signed_in("xf_rural_chief").post(
        f"/rules/local/{rule.pk}/edit/", fields(title="另一个标题", revision="0", form_key="k")
    )
    assert page.status_code == 409
    assert "另一个页面刚改过这一件" in text(page)
    assert "另一个标题" in page.content.decode()


def test_versions_are_compared_in_words_and_as_a_table(registrar: Registrar, signed_in: SignIn) -> None:
    first = registrar.confirmed(paper(xinfeng_tiers()))
    draft = registrar.next_version("xf_rural_chief", first)
    shorter = tiers(("1", ["team:captain"]), ("5", ["town:party_secretary"]), ("", ["county:rural_revitalization"]),
                    roles=["captain", "member", "first_secretary"])  # fmt: skip
    registrar.edit("xf_rural_chief", draft, paper(shorter, number="新驻办〔2026〕9号", valid_from=later(7)))
    page = signed_in("xf_org_chief").get(f"/rules/local/{draft.pk}/versions/")
    shown = text(page)
    assert "请假超过 1 天至 2 天：原来由队长批准，改为由乡镇（街道）党（工）委书记批准" in shown
    assert "新驻办〔2026〕9号" in shown
    assert "不变" in shown
    assert signed_in("xf_org_chief").get(f"/rules/local/{draft.pk}/versions/?with=999").status_code == 404


def test_where_which_rule_holds_since_when(registrar: Registrar, signed_in: SignIn, clock) -> None:
    registrar.confirmed(paper(xinfeng_tiers(), valid_from=later(1)))

    def leave_row(on: str) -> str:
        page = signed_in("xf_member").get("/rules/standing/", {"on": on, "topic": "leave"})
        return text(page).partition("梅坑镇")[2]

    assert "新乡振组〔2021〕12号 没有规定 2021-09-10" in leave_row("2026-11-30")
    assert "新驻办〔2026〕7号 本地制度 2026-12-01" in leave_row("2026-12-01")
    assert signed_in("xf_member").get("/rules/standing/?on=明天").status_code == 422


def test_the_list_shows_each_place_its_own(registrar: Registrar, signed_in: SignIn) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    registrar.draft("xf_rural_chief", paper(title="没写完的草稿"))
    assert rule.title in text(signed_in("xf_member").get("/rules/local/"))
    assert "没写完的草稿" in text(signed_in("xf_org_chief").get("/rules/local/?view=open"))
    for who in ("xf_member", "meikeng_secretary"):
        assert "没写完的草稿" not in text(signed_in(who).get("/rules/local/?view=open"))
    for who in ("pn_agri_chief", "sc_member"):
        assert rule.title not in text(signed_in(who).get("/rules/local/"))
        assert rule.title not in text(signed_in(who).get("/rules/"))


def test_nobody_but_the_two_offices_is_offered_to_register(registrar: Registrar, signed_in: SignIn) -> None:
    for who, code in (
        ("xf_rural_staff", 200),
        ("xf_org_chief", 200),
        ("meikeng_secretary", 404),
        ("xf_captain", 404),
    ):
        assert signed_in(who).get("/rules/local/new/").status_code == code
    page = signed_in("xf_org_chief").get(f"/rules/local/new/?region={registrar.world.regions['puning'].pk}")
    assert page.status_code == 404
