"""A rule file with any fault does not load, and says which line and why."""

from __future__ import annotations

import tomllib

import pytest

from policy.errors import PackError
from policy.loader import build_pack, load_pack, load_text
from policy.toml_lines import locate
from tests.policy.helpers import HERE

GOOD = (HERE / "made_up.toml").read_text(encoding="utf-8")

ODD = r"""# a [comment] = "x"
plain = "a # not a comment"
long = '''
[not.a.table]
x = ''' # end
'quoted key'.inner = 1
[[row]]
list = [
  { a = 1, b = "]}\"" }, # first
  { a = 2, b = [
    3, "x"] },
]
[row.sub]
y = 2024-01-01
[[row]]
z = '''
]'''
last = true
"""

# name, what is replaced, by what (the first line at fault is marked ⟵), words of the reason
BROKEN = [
    ("unknown key", 'count_trip = true\n', 'count_trip = true\ncount_trips = true # ⟵\n', "不认识的键 count_trips"),
    ("unknown table", "[[quota]]", "[[quotas]] # ⟵", "不认识的键 quotas"),
    ("unknown key of the header", 'issued = 2025-02-20', 'issue = 2025-02-20 # ⟵', "不认识的键 issue"),
    ("wrong type", "at_least = 200", 'at_least = "200" # ⟵', "要写成数字"),
    ("date in quotes", "from = 2025-03-01", 'from = "2025-03-01" # ⟵', "要写成日期"),
    ("number for a truth", "count_trip = true", "count_trip = 1 # ⟵", "要写成 true 或 false"),
    ("text for a list", 'levels = ["town"]', 'levels = "town" # ⟵', "要写成列表"),
    ("word not known", 'mode = "enforce"', 'mode = "enforced" # ⟵', "只能是"),
    ("party not a party", 'managing_office = "county:stationing_office"', 'managing_office = "驻村办" # ⟵', "写法不对"),
    ("region code too short", 'code = "990101000000"', 'code = "990101"', "写法不对"),
    ("no clause", 'clause = "liuxi-6-year"\n', "", "缺少必填的键 clause"),
    ("no clause on a tier", 'upto = 4.5, clause = "liuxi-5-4",', "upto = 4.5,", "缺少必填的键 clause"),
    ("clause that is not there", 'clause = "liuxi-9"', 'clause = "liuxi-10" # ⟵', "没有这个条款：liuxi-10"),
    ("tier's clause that is not there", 'clause = "liuxi-5-4"', 'clause = "liuxi-5-5"', "没有这个条款：liuxi-5-5"),
    ("reading of a clause not there", 'clauses = ["liuxi-5-2"]', 'clauses = ["liuxi-5-3"] # ⟵', "没有这个条款：liuxi-5-3"),
    ("clause written twice", 'id = "liuxi-5-4"', 'id = "liuxi-5-2" # ⟵', "写了两次"),
    ("clause of another document", 'id = "liuxi-9"', 'id = "puning-9" # ⟵', "要以本文件的代号 liuxi- 开头"),
    ("overlap: same bound", "upto = 4.5,", "upto = 2,", "第 2 档的 upto = 2 没有大于上一档的 2"),
    ("overlap: falling bound", "upto = 4.5,", "upto = 1,", "第 2 档的 upto = 1 没有大于上一档的 2"),
    ("overlap: open tier in the middle", "{ upto = 4.5, ", "{ ", "第 2 档没有写 upto"),
    ("gap: last tier not open", '{ clause = "liuxi-5-over"', '{ upto = 30, clause = "liuxi-5-over"', "超过的天数没有人批"),
    ("bound not in halves", "upto = 4.5,", "upto = 4.3,", "以半天为单位"),
    ("bound of nothing", "upto = 2,", "upto = 0,", "天数要大于 0"),
    ("any and all together", '{ any = ["county:organization"] }', '{ any = ["county:organization"], all = ["unit:leader"] }', "any 或 all 中的一个"),
    ("nobody signs", '{ any = ["county:organization"] }', "{ any = [] }", "至少要有一方"),
    ("the same signs twice", '"county:organization", "county:stationing_office"]', '"county:organization", "county:organization"]', "同一方写了两次"),
    ("no steps", 'steps = [{ any = ["county:organization"] }]', "steps = []", "至少要有一项"),
    ("ends before it starts", "to = 2026-12-31", "to = 2024-12-31", "to 早于 from"),
    ("no reason for a reading", "why = ", "because = ", "缺少必填的键 why"),
    ("dual signature of one", 'signers = ["county:stationing_office", "team:captain"]', 'signers = ["team:captain", "team:captain"]', "双签要写两方"),
    ("signature for nothing", 'covers = ["project_arrangement"]', "covers = []", "要写明 signers 和 covers"),
    ("money from nobody", 'paid_by = "county:finance"\npaid_to', "paid_to", "经费安排要写 paid_by"),
    ("allowance without an amount", "amount = 1800\n", "", "文件没有写金额的写 amount_unstated"),
    ("age without a number", "number = 25\n", "", "年龄要写 number"),
    ("rank nobody knows", 'rank = "senior_manager"', 'rank = "manager" # ⟵', "只能是"),
    ("most below least", "most = 4", "most = 1", "most 小于 least"),
    ("size of nothing", "least = 2\nmost = 4\n", "", "人数和年限要写 least 或 most"),
    ("assessed by nobody", 'deciders = ["county:stationing_office"]\n', "", "考核要写 deciders"),
    ("heard and deciding", 'hears = ["village:party_branch", ', 'hears = ["county:stationing_office", ', "不能既决定又只提意见"),
    ("filed with nobody", 'reviewed_by = ["town:party_committee"]\napproved_by = ["county:organization"]\nwho = "unit:leader"\nfile_with = ["county:stationing_office"]\n', "", "要写 reviewed_by、approved_by 或 file_with"),  # noqa: E501
    ("duty written twice", 'code = "tea"', 'code = "flood"', "用了同一个 code"),
    ("code written twice", 'code = "stipend_county"', 'code = "stipend_city" # ⟵', "代号 stipend_city 写了两次"),
    ("not TOML", 'issuer = "', 'issuer = ⟵"', "不是正确的 TOML"),
    ("no header", "[pack]\n", "[packs]\n", "不认识的键 packs"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_pack_names_its_line(old: str, new: str, why: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(PackError) as caught:
        load_text(text, "liuxi.toml")
    told = [problem for problem in caught.value.problems if why in problem.why]
    assert told, str(caught.value)
    assert f"liuxi.toml 第 {told[0].line} 行" in str(caught.value)
    marked = [number for number, line in enumerate(text.splitlines(), start=1) if "⟵" in line]
    if marked:
        assert told[0].line == marked[0]


@pytest.mark.parametrize(
    ("old", "new", "line_holds"),
    [
        ("upto = 4.5,", "upto = 4.3,", "upto = 4.3"),
        ('upto = 4.5, clause = "liuxi-5-4",', "upto = 4.5,", "upto = 4.5"),
        ('clause = "liuxi-5-over"', 'clause = "liuxi-5-none"', "liuxi-5-none"),
        ('{ any = ["county:organization"] }', "{ any = [] }", "any = [] }"),
    ],
)
def test_a_fault_deep_in_a_row_names_its_own_line(old: str, new: str, line_holds: str) -> None:
    text = GOOD.replace(old, new, 1)
    with pytest.raises(PackError) as caught:
        load_text(text, "liuxi.toml")
    assert line_holds in text.splitlines()[caught.value.problems[0].line - 1]


def test_every_fault_of_a_file_is_told_at_once_in_order() -> None:
    text = GOOD.replace("at_least = 200", 'at_least = "200"').replace("issued =", "issue =")
    with pytest.raises(PackError) as caught:
        load_text(text, "liuxi.toml")
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_the_good_file_loads_from_disk_and_from_plain_data() -> None:
    loaded = load_pack(HERE / "made_up.toml")
    assert build_pack(tomllib.loads(GOOD), "柳溪县") == loaded
    data = tomllib.loads(GOOD)
    data["pack"]["from"] = "2025-03-01"
    assert build_pack(data, "柳溪县") == loaded
    data["quota"][0]["at_least"] = "很多"
    with pytest.raises(PackError, match=r"柳溪县（quota\.1\.at_least）：要写成数字"):
        build_pack(data, "柳溪县")


def test_lines_are_found_through_comments_strings_and_nested_tables() -> None:
    text = ODD
    tomllib.loads(text)
    lines = locate(text)
    assert lines[("plain",)] == 2
    assert lines[("long",)] == 3
    assert lines[("quoted key", "inner")] == 6
    assert lines[("row", 0)] == 7
    assert lines[("row", 0, "list", 1, "a")] == 10
    assert lines[("row", 0, "list", 1, "b", 1)] == 11
    assert lines[("row", 0, "sub", "y")] == 14
    assert lines[("row", 1, "last")] == 18
