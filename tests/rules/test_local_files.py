"""Rule files: one taken out reads again, one brought in is a draft or is refused line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from policy.check import main
from policy.loader import load_text
from policy.write import renamed
from rules.book import rule_book
from rules.models import LocalRule
from tests.pages import text
from tests.rules.local import Registrar, paper, xinfeng_tiers

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def registrar(world) -> Registrar:
    return Registrar(world)


def exported(client: Client, rule: LocalRule) -> str:
    response = client.get(f"/rules/local/{rule.pk}/export/")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{rule.code}.toml"'
    return response.content.decode()


def bring_in(client: Client, toml: str | bytes, name: str = "rule.toml"):
    content = toml.encode() if isinstance(toml, str) else toml
    file = SimpleUploadedFile(name, content, "application/toml")
    return client.post("/rules/local/import/", {"file": file, "form_key": "import-one"}, follow=True)


def test_what_goes_out_passes_the_check_and_comes_in_again(
    registrar: Registrar, signed_in: SignIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    toml = exported(signed_in("xf_member"), rule)
    path = tmp_path / "rule.toml"
    path.write_text(toml, encoding="utf-8")
    assert main([str(path)]) == 0
    assert "通过，3 条" in capsys.readouterr().out

    page = bring_in(signed_in("xf_rural_chief"), toml.replace("第三条", "第九条"))
    copy = LocalRule.objects.exclude(pk=rule.pk).get()
    assert page.redirect_chain[-1][0] == f"/rules/local/{copy.pk}/check/"
    assert copy.state == "draft"
    assert {row["clause"] for table in copy.body["leave"] for row in table["tiers"]} == {
        f"{copy.code}-leave-{number}" for number in (1, 2, 3)
    }
    assert "请销假已有《新丰县驻镇帮扶工作队请销假办法》" in text(page)
    again = renamed(load_text(exported(signed_in("xf_rural_chief"), copy)), rule.code)
    assert again.leave == rule_book().pack(rule.code).leave


def test_what_the_form_cannot_say_comes_as_a_file_and_stays_through_an_edit(
    registrar: Registrar, signed_in: SignIn
) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    toml = exported(signed_in("xf_rural_chief"), rule).replace(rule.code, "ours")
    toml += """
[[clause]]
id = "ours-9"
article = "第九条"
kind = "deadline"
mode = "track"
topic = "deadline"
text = "请假超过 5 天的，返岗后 2 个工作日内补交材料"

[[deadline]]
clause = "ours-9"
code = "papers"
label = "补交材料"
event = "leave_return"
who = "team:member"
what = "补交材料"
clock = { within = 2, unit = "workdays" }
"""
    page = bring_in(signed_in("xf_rural_chief"), toml)
    copy = LocalRule.objects.exclude(pk=rule.pk).get()
    assert "第九条（时限）：请假超过 5 天的" in text(page)
    client = signed_in("xf_rural_chief")
    form = client.get(f"/rules/local/{copy.pk}/edit/").content.decode()
    assert "本页不能改，会原样保留" in form
    posted = {
        name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', form)[0]
        for name in ("form_key", "revision", "title", "number", "issuer", "valid_from")
    }
    said = {**posted, "under": "xinfeng", "team_kinds": ["town"], "do": "next", "g0-row": "1", "g0-roles": ["member"],
            "g0-t0-row": "1", "g0-t0-s0-row": "1", "g0-t0-s0-parties": ["team:captain"], "g0-t0-s0-mode": "any",
            "g0-t0-s0-voice": "decide"}  # fmt: skip
    client.post(f"/rules/local/{copy.pk}/edit/", said)
    copy.refresh_from_db()
    assert len(copy.body["leave"][0]["tiers"]) == 1
    assert copy.body["deadline"][0]["clause"] == f"{copy.code}-9"
    assert copy.topics == ["leave", "deadline"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("upto = 5", "upto = 2"), r"第 \d+ 行（leave\.1\.tiers）：第 2 档的 upto = 2 没有大于上一档的 2"),
        (('title = "', 'titel = "'), r"第 \d+ 行（pack\.titel）：不认识的键 titel"),
        (('under = "xinfeng"', 'under = "puning"'), r"第 \d+ 行（pack\.under）：under 要写所依据的文件：xinfeng"),
        (('code = "440233000000"', 'code = "445281000000"'), r"第 \d+ 行（pack\.region）：文件写的是新丰县（445281000000）"),
        (("[pack]", "[pack"), r"第 \d+ 行：不是正确的 TOML"),
    ],
)  # fmt: skip
def test_a_file_at_fault_is_refused_by_its_line_and_nothing_is_kept(
    registrar: Registrar, signed_in: SignIn, change: tuple[str, str], sentence: str
) -> None:
    rule = registrar.confirmed(paper(xinfeng_tiers()))
    toml = exported(signed_in("xf_rural_chief"), rule)
    assert change[0] in toml
    page = bring_in(signed_in("xf_rural_chief"), toml.replace(*change, 1))
    assert page.status_code == 422
    assert re.search(sentence, text(page))
    assert LocalRule.objects.count() == 1


def test_what_the_document_does_not_open_is_refused_by_its_line(world, signed_in: SignIn) -> None:
    registrar = Registrar(world)
    said = paper(xinfeng_tiers(), under="zhumadian", title="上蔡县办法")
    rule = registrar.confirmed(said, by="sc_rural_chief", other="sc_org_chief", region="shangcai")
    toml = exported(signed_in("sc_rural_chief"), rule)
    toml += f"""
[[clause]]
id = "{rule.code}-8"
article = "第八条"
kind = "attendance"
mode = "enforce"
topic = "quota"
text = "每月在岗不少于 18 天"

[[quota]]
clause = "{rule.code}-8"
code = "month"
label = "每月在岗"
per = "month"
measure = "on_post"
on = "workdays"
at_least = 18
"""
    line = toml.splitlines().index("[[quota]]") + 1
    page = bring_in(signed_in("sc_rural_chief"), toml)
    assert page.status_code == 422
    found = re.search(r"第 (\d+) 行：驻巩固衔接办〔2022〕16号第十三条已经规定了考勤", text(page))
    assert int(found[1]) in (line, line + 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "文件不是 UTF-8 编码的文字"),
        (b"a\0b = 1", "这不是文字文件"),
        (b"", "这是空文件"),
        (b"x = 1\n" * 100_000, "超过 512 KB"),
        (b"a = " + b"[" * 20_000, "第 1 行"),
    ],
)
def test_what_is_no_rule_file_is_refused_in_words(
    registrar: Registrar, signed_in: SignIn, content: bytes, sentence: str
) -> None:
    page = bring_in(signed_in("xf_rural_chief"), content)
    assert page.status_code == 422
    assert sentence in text(page) or "读不出来" in text(page)
    assert LocalRule.objects.count() == 0
