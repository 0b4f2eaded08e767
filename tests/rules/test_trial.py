"""试算: the same answer as a real request would get, in an address that can be passed on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import World

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("clock")
HTMX = {"HX-Request": "true", "HX-Target": "result"}


def ask(client: Client, **asked: str) -> str:
    """The page for a question; Monday 30 November 2026 is the first day unless said otherwise."""
    response = client.get("/rules/trial/", {"start": "2026-11-30", **asked})
    assert response.status_code == 200
    return response.content.decode()


def result(page: str) -> str:
    """What stands in #result, tags and white space taken out."""
    text = re.sub(r"<[^>]+>", " ", page.partition('id="result"')[2].partition("</main>")[0])
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("place", "role", "end", "expected"),
    [
        ("puning", "member", "2026-12-02", ["队长批准", "本次 3 天"]),
        ("puning", "member", "2026-12-04", ["驻地乡镇（街道、农场）党（工）委书记批准", "本次 5 天"]),
        ("puning", "member", "2026-12-05", ["市农业农村局批准", "本次 6 天", "知会"]),
        ("puning", "captain", "2026-12-04", ["驻地乡镇（街道、农场）党（工）委书记批准"]),
        ("zhumadian", "member", "2026-12-06", ["乡镇（街道）党（工）委批准", "报谁备案", "县（区）委组织部和县（区）乡村振兴局"]),
        ("zhumadian", "member", "2026-12-07", ["县（区）委组织部、县（区）乡村振兴局和派出单位共同批准"]),
        ("xinfeng", "member", "2026-12-01", ["文件没有规定由谁批", "县乡村振兴局指定批准人"]),
        ("yongxing", "member", "2026-12-01", ["文件没有规定由谁批", "县驻村办指定批准人"]),
        ("ganzhou", "captain", "2026-12-01", ["文件没有规定由谁批", "登记本地"]),
    ],
)  # fmt: skip
def test_each_document_answers(
    signed_in: SignIn, place: str, role: str, end: str, expected: list[str]
) -> None:
    shown = result(ask(signed_in("liusha_member"), place=place, role=role, end=end))
    for words in expected:
        assert words in shown
    assert "依据" in shown
    assert "在制度库中查看" in shown


def test_the_active_tier_alone_is_marked(signed_in: SignIn) -> None:
    page = ask(signed_in("liusha_member"), place="puning", role="member", end="2026-12-03", end_half="am")
    active = re.findall(r'<li class="is-active".*?</li>', page, re.S)
    assert len(active) == 1
    assert "超过 3 天至 5 天" in active[0]
    assert "本次 3.5 天" in active[0]


def test_first_secretaries_are_told_whose_rules_hold(signed_in: SignIn) -> None:
    shown = result(
        ask(signed_in("liusha_first"), place="puning", also_first_secretary="on", end="2026-12-01")
    )
    assert "按驻村第一书记请销假制度执行" in shown
    assert "由其逐件指定批准人" in shown


def test_day_by_day_says_what_each_day_is_and_counts(signed_in: SignIn) -> None:
    client = signed_in("liusha_member")
    page = ask(
        client, place="puning", type="annual", start="2026-09-30", start_half="pm", end="2026-10-10", on="2026-09-28"
    )  # fmt: skip
    days = re.sub(r"<[^>]+>", " ", page.partition('<ol class="days">')[2].partition("</ol>")[0])
    lines = [line.split() for line in days.splitlines() if line.strip()]
    assert lines[0] == ["9月30日（周三）下午", "工作日", "0.5", "天"]
    assert lines[1][1:] == ["国庆节", "不计"]
    assert lines[-2] == ["10月10日（周六）", "补班", "1", "天"]
    assert lines[-1][0] == "计假"
    assert "离岗 10.5 天" in result(page)


def test_an_unpublished_year_is_called_an_estimate(signed_in: SignIn) -> None:
    client = signed_in("liusha_member")
    assert "天数是估算" in ask(client, place="puning", start="2031-03-03", end="2031-03-04")
    assert "天数是估算" not in ask(client, place="puning", end="2026-12-01")


def test_a_town_answers_as_its_county_does_whoever_opens_the_link(signed_in: SignIn) -> None:
    asked = {"place": "445281105000", "end": "2026-12-05"}
    for who in ("lihu_member", "xf_member"):
        page = ask(signed_in(who), **asked)
        assert "市农业农村局批准" in result(page)
        assert "普宁市里湖镇" in page


def test_a_person_starts_from_what_is_known(signed_in: SignIn) -> None:
    page = signed_in("liusha_captain").get("/rules/trial/").content.decode()
    assert '<option value="445281101000" selected>普宁市洪阳镇</option>' in page
    assert '<option value="captain" selected>' in page
    assert "填好地点、身份和起止日期" in page
    assert "有错误" not in page
    for link in re.findall(r'href="(/rules/trial/\?[^"#]+)', page):
        answered = signed_in("xf_member").get(link.replace("&amp;", "&")).content.decode()
        assert "逐日计算" in result(answered)


MISTAKES: list[tuple[dict[str, str], str, str]] = [
    ({"place": ""}, "id_place", "选一个地点"),
    ({"place": "mars"}, "id_place", "地点里没有“mars”"),
    ({"place": "310000000000"}, "id_place", "地点里没有“310000000000”"),
    ({"place": "region-99999"}, "id_place", "地点里没有"),
    ({"role": "mayor"}, "id_role", "身份里没有“mayor”"),
    ({"type": "holiday"}, "id_type", "假别里没有“holiday”"),
    ({"dispatched_by": "moon"}, "id_dispatched_by", "派出机关里没有“moon”"),
    ({"start": ""}, "id_start", "填写开始日期"),
    ({"start": "2026-02-30"}, "id_start", "日期写成 2026-11-24 这样"),
    ({"start": "0001-01-01"}, "id_start", "年份要在 1990 到 2100 之间"),
    ({"end": "9999-12-31"}, "id_end", "年份要在 1990 到 2100 之间"),
    ({"end": "2026-11-29"}, "id_end", "结束日期不能早于开始日期（11月30日）"),
    ({"end": "2027-12-31"}, "id_end", "一次最多 366 天"),
    ({"end": "2026-11-30", "start_half": "pm", "end_half": "am"}, "id_end_half", "同一天里，结束不能早于开始"),
    ({"start_half": "noon"}, "id_start_half", "没有“noon”"),
    ({"on": "yesterday"}, "id_on", "日期写成 2026-11-24 这样"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "field", "sentence"), MISTAKES)
def test_a_mistake_stands_beside_its_field(
    signed_in: SignIn, wrong: dict[str, str], field: str, sentence: str
) -> None:
    page = ask(signed_in("liusha_member"), **{"place": "puning", "end": "2026-12-01", **wrong})
    assert "<title>有错误：试算" in page
    assert f'<li><a href="#{field}">' in page.partition("error-summary")[2].partition("</ul>")[0]
    beside = page.partition(f'id="{field}_error"')[2].partition("</div>")[0]
    assert sentence in re.sub(r"<[^>]+>", "", beside)
    assert "逐日计算" not in page


def test_what_was_typed_is_kept_and_escaped(signed_in: SignIn) -> None:
    page = ask(signed_in("liusha_member"), place="<script>", role="captain", end="2026-12-01")
    assert "&lt;script&gt;" in page
    assert "<script>”" not in page
    assert 'value="2026-12-01"' in page
    assert '<option value="captain" selected>' in page


def test_htmx_gets_the_result_alone_and_a_link_to_it(signed_in: SignIn) -> None:
    query = {"place": "puning", "role": "member", "start": "2026-11-30", "end": "2026-12-05"}
    response = signed_in("liusha_member").get("/rules/trial/", query, headers=HTMX)
    page = response.content.decode()
    assert "市农业农村局批准" in page
    assert "<form" not in page
    assert response["HX-Push-Url"].endswith("end=2026-12-05#result")
    assert "HX-Retarget" not in response


def test_htmx_gets_the_form_when_it_is_wrong_and_when_it_is_mended(signed_in: SignIn) -> None:
    client = signed_in("liusha_member")
    asked: dict[str, Any] = {"place": "puning", "start": "2026-11-30", "end": "2026-11-01"}
    wrong = client.get("/rules/trial/", asked, headers=HTMX)
    assert (wrong["HX-Retarget"], wrong["HX-Reswap"]) == ("#trial", "outerHTML")
    assert 'hx-target="#trial"' in wrong.content.decode()
    mended = client.get(
        "/rules/trial/", {**asked, "end": "2026-12-01"}, headers={**HTMX, "HX-Target": "trial"}
    ).content.decode()
    assert "还不能试算" not in mended
    assert 'hx-target="#result"' in mended
    assert "队长批准" in mended


def test_nobody_tries_without_signing_in(world: World, client: Client) -> None:
    assert client.get("/rules/trial/").status_code == 302
    assert client.post("/rules/trial/").status_code == 302


def test_a_trial_changes_nothing_and_takes_no_post(signed_in: SignIn) -> None:
    assert signed_in("liusha_member").post("/rules/trial/", {"place": "puning"}).status_code == 405


def test_two_kinds_of_team_in_one_town_are_two_places(
    world: World, signed_in: SignIn, monkeypatch: Any
) -> None:
    from policy.loader import load_all
    from rules import views

    village = load_all().pack("yongxing")
    header = village.pack.model_copy(
        update={"id": "village", "region": load_all().pack("puning").pack.region, "team_kinds": ("village",)}
    )
    book = load_all().with_packs(village.model_copy(update={"pack": header}))
    monkeypatch.setattr(views, "rule_book", lambda: book)
    client = signed_in("liusha_member")
    assert "普宁市洪阳镇（驻村工作队）" in client.get("/rules/trial/").content.decode()
    town = result(ask(client, place="445281101000", end="2026-12-01"))
    assert "队长批准" in town
    other = result(ask(client, place="445281101000.village", end="2026-12-01"))
    assert "文件没有规定由谁批" in other
