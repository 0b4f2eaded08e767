"""How dates, spans, counts, countdowns and telephone numbers read on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template

from core.templatetags import zhubang

TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)
DUE = datetime(2026, 11, 20, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def rendered(source: str, **values: object) -> str:
    return Template("{% load zhubang %}" + source).render(Context(values))


class TestDates:
    def test_a_date_names_its_weekday_in_full_width_brackets(self):
        assert zhubang.cn_date(TUESDAY) == "11月24日（周二）"
        assert zhubang.cn_date(date(2026, 3, 1), "year") == "2026年3月1日（周日）"
        assert zhubang.cn_date(TUESDAY, "short") == "11月24日"

    def test_a_moment_is_read_in_beijing_time(self):
        """07:50 on 1 March in Beijing is still 28 February in UTC."""
        early = datetime(2026, 2, 28, 23, 50, tzinfo=UTC)
        assert zhubang.cn_date(early) == "3月1日（周日）"
        assert zhubang.cn_datetime(early) == "3月1日 07:50"
        assert zhubang.cn_datetime(early, "year") == "2026年3月1日 07:50"
        assert zhubang.cn_datetime(early, "clock") == "07:50"
        assert zhubang.cn_month(early) == "2026年3月"

    def test_a_half_day_follows_its_date(self):
        assert zhubang.cn_halfday(TUESDAY, "am") == "11月24日（周二）上午"
        assert zhubang.cn_halfday(TUESDAY, "pm") == "11月24日（周二）下午"

    @pytest.mark.parametrize(
        "written", ["cn_date", "cn_datetime", "cn_month", "days", "day_count", "file_size"]
    )
    def test_nothing_is_a_dash(self, written: str):
        assert rendered("{{ value|" + written + " }}", value=None) == "—"


class TestSpans:
    @pytest.mark.parametrize(
        ("start", "start_half", "end", "end_half", "text"),
        [
            (TUESDAY, "am", FRIDAY, "pm", "11月24日（周二）至 27日（周五）"),
            (TUESDAY, "pm", FRIDAY, "pm", "11月24日（周二）下午至 27日（周五）下午"),
            (TUESDAY, "am", FRIDAY, "am", "11月24日（周二）上午至 27日（周五）上午"),
            (TUESDAY, "am", TUESDAY, "pm", "11月24日（周二）"),
            (TUESDAY, "am", TUESDAY, "am", "11月24日（周二）上午"),
            (TUESDAY, "pm", TUESDAY, "pm", "11月24日（周二）下午"),
            (date(2026, 11, 30), "am", date(2026, 12, 1), "pm", "11月30日（周一）至 12月1日（周二）"),
            (
                date(2026, 12, 31),
                "am",
                date(2027, 1, 2),
                "pm",
                "2026年12月31日（周四）至 2027年1月2日（周六）",
            ),
        ],
    )
    def test_a_span_says_each_thing_once(self, start, start_half, end, end_half, text):
        assert zhubang.cn_span(start, start_half, end, end_half) == text

    def test_days_come_from_half_days(self):
        assert [zhubang.days(halves) for halves in (0, 1, 7, 8, 11)] == ["0", "0.5", "3.5", "4", "5.5"]

    def test_a_count_carries_no_idle_zeros(self):
        counts = (Decimal("3.50"), Decimal("4.00"), 10, 100.0, 0)
        assert [zhubang.day_count(value) for value in counts] == ["3.5", "4", "10", "100", "0"]


class TestRemaining:
    @pytest.mark.parametrize(
        ("before", "text"),
        [
            (timedelta(hours=22, minutes=40), "剩 22 小时（11月20日 17:30 前）"),
            (timedelta(hours=47, minutes=59), "剩 47 小时（11月20日 17:30 前）"),
            (timedelta(hours=48), "剩 2 天（11月20日 17:30 前）"),
            (timedelta(minutes=59, seconds=59), "剩 59 分钟（11月20日 17:30 前）"),
            (timedelta(seconds=30), "剩不到 1 分钟（11月20日 17:30 前）"),
            (timedelta(0), "剩不到 1 分钟（11月20日 17:30 前）"),
            (timedelta(hours=-3), "超期 3 小时（应在 11月20日 17:30 前）"),
            (timedelta(seconds=-1), "超期 1 分钟（应在 11月20日 17:30 前）"),
            (timedelta(days=-2), "超期 2 天（应在 11月20日 17:30 前）"),
        ],
    )
    def test_a_countdown_stands_beside_its_clock_time(self, before: timedelta, text: str):
        assert rendered("{% remaining due now %}", due=DUE, now=DUE - before) == text

    def test_only_the_last_day_and_overdue_are_marked(self):
        marks = [zhubang.remaining_class(DUE, DUE - timedelta(hours=hours)) for hours in (25, 24, 0, -1)]
        assert marks == ["", "left-soon", "left-soon", "left-over"]

    def test_without_a_due_time_nothing_is_said(self):
        assert rendered("{% remaining due now %}{% remaining_class due now %}", due=None, now=DUE) == ""


class TestPhones:
    def test_the_middle_of_a_number_is_hidden(self):
        assert zhubang.mask_phone("13800135678") == "138****5678"
        assert zhubang.mask_phone("0751-2251234") == "075*****1234"
        assert zhubang.mask_phone("2251234") == "*****34"
        assert zhubang.mask_phone("8") == "*8"
        assert zhubang.mask_phone("") == "—"


def test_file_sizes_are_kilobytes_or_megabytes():
    assert [zhubang.file_size(size) for size in (1, 880_640, 2_516_582)] == ["1 KB", "860 KB", "2.4 MB"]


def test_a_glyph_is_hidden_from_screen_readers():
    glyph = rendered('{% icon "done" %}')
    assert 'aria-hidden="true"' in glyph
    assert glyph.endswith('sprite.svg#done"></use></svg>')


class Sample(forms.Form):
    where = forms.CharField(
        label="去向", help_text="写到县（市、区）", error_messages={"required": "填写去向，写到县（市、区）"}
    )
    note = forms.CharField(label="事由", required=False)
    kind = forms.ChoiceField(label="类型", choices=[("a", "事假")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="以上属实", error_messages={"required": "勾选后才能提交"})


class TestFieldGroups:
    def test_the_same_words_stand_in_the_summary_and_beside_the_field(self):
        html = rendered(
            '{% include "forms/form.html" with form=form hidden_fields=form.hidden_fields only %}',
            form=Sample({}),
        )
        group = rendered('{% include "forms/field.html" with field=form.where only %}', form=Sample({}))
        assert '<a href="#id_where">填写去向，写到县（市、区）</a>' in html
        assert 'id="id_where_error"' in group
        assert "填写去向，写到县（市、区）" in group
        assert 'aria-describedby="id_where_helptext id_where_error"' in group
        assert 'aria-invalid="true"' in group

    def test_optional_fields_say_so_and_required_ones_only_where_asked(self):
        form = Sample()
        where, note = (
            rendered('{% include "forms/field.html" with field=f only %}', f=form[n])
            for n in ("where", "note")
        )
        assert "选填" in note
        assert "必填" not in where
        form.mark_required = True
        assert "必填" in rendered('{% include "forms/field.html" with field=f only %}', f=form["where"])

    def test_what_the_system_filled_in_is_marked(self):
        form = Sample()
        form.fields["where"].prefilled = True
        assert "带出" in rendered('{% include "forms/field.html" with field=f only %}', f=form["where"])

    def test_choices_are_a_group_with_a_legend_and_a_single_box_has_its_label_behind(self):
        form = Sample()
        choices = rendered('{% include "forms/field.html" with field=f only %}', f=form["kind"])
        box = rendered('{% include "forms/field.html" with field=f only %}', f=form["agree"])
        assert "<legend>类型" in choices
        assert box.index("<input") < box.index("<label")
        assert [rendered("{% field_kind f %}", f=form[n]) for n in ("kind", "agree", "where")] == [
            "choices",
            "check",
            "line",
        ]


def test_user_text_is_escaped_in_components():
    html = rendered(
        '{% include "components/rows.html" with rows=rows only %}',
        rows=[{"label": "事由", "value": "<script>x</script>"}],
    )
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
