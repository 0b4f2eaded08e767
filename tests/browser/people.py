"""What a person does with a phone: sign in, ask for leave, decide, come back. Only what can be seen and tapped."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from playwright.sync_api import Page, expect

from teams.models import User
from tests import cast
from tests.pages import confirmed, signed_in


def with_passwords() -> None:
    """Everybody may sign in by the form."""
    made = User()
    made.set_password(cast.PASSWORD)
    User.objects.update(password=made.password)


class OnPhone:
    """One person at one browser page, speaking of buttons and words, never of addresses or selectors of ours."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_in(self, username: str) -> OnPhone:
        """Hand the phone to this person, who signed in on it a moment ago; no page is open yet."""
        name = settings.SESSION_COOKIE_NAME
        session = confirmed(signed_in(User.objects.get(username=username))).cookies[name].value
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": name, "value": session, "domain": "localhost", "path": "/"}])
        return self

    def type_password(self, username: str) -> OnPhone:
        """Sign in by the form, which leads to the home; the person needs a password (:func:`with_passwords`)."""
        self.page.context.clear_cookies()
        self.page.goto("/")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码", exact=True).fill(cast.PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_label("账号")).to_have_count(0)
        return self

    def home(self) -> OnPhone:
        self.page.goto("/")
        return self

    def fill_leave(self, start: date, days: float, *, kind: str = "事假") -> OnPhone:
        """Page one, and on to page two."""
        last = start + timedelta(days=int(days + 0.5) - 1)
        self.page.goto("/leave/new/")
        self.page.get_by_label("类型").select_option(label=kind)
        self.page.get_by_label("开始日期").fill(start.isoformat())
        self.page.get_by_label("结束日期").fill(last.isoformat())
        self.page.get_by_label("结束于").select_option("am" if days % 1 else "pm")
        self.page.get_by_label("去向", exact=False).last.fill("广州市天河区")
        self.page.get_by_label("事由").fill("家中老人住院")
        self.page.get_by_role("button", name="下一步").click()
        return self

    def ask(self, start: date, days: float) -> str:
        """Fill in, check, submit; returns the path of the request's own page."""
        self.fill_leave(start, days)
        expect(self.page.get_by_role("heading", name="核对并提交")).to_be_visible()
        self.page.get_by_role("button", name="提交给").click()
        expect(self.page.get_by_role("heading", name="已提交")).to_be_visible()
        return self.page.url.split("//", 1)[1].partition("/")[2].partition("?")[0]

    def open_first_task(self, who: str) -> OnPhone:
        """待办, and the row of that person."""
        self.page.goto("/todo/")
        row = self.page.get_by_role("link", name=who).first
        expect(row).to_be_visible()
        with self.page.expect_navigation():
            row.click()
        return self

    def agree(self) -> OnPhone:
        self.page.get_by_role("button", name="同意").last.click()
        expect(self.page.get_by_role("region", name="办理").get_by_text("您已同意")).to_be_visible()
        return self

    def name_deciders(self, *labels: str, together: bool = False) -> OnPhone:
        """指定批准人, with a reason."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()
        if together:
            self.page.get_by_label("所选的人共同批准").check()
        reason = "文件没有规定，按以往做法"
        self.page.get_by_label("指定的理由").fill(reason)
        self.page.get_by_role("button", name="指定批准人").click()
        # What stands in a field is no text of the page; what was taken down is.
        expect(self.page.get_by_text(reason).first).to_be_visible()
        return self

    def report_back(self, path: str) -> OnPhone:
        self.page.goto(f"/{path}")
        self.page.get_by_role("button", name="确认返岗").click()
        expect(self.page.get_by_text("已销假").first).to_be_visible()
        return self

    def sees(self, *texts: str) -> OnPhone:
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible()
        return self

    def page_fits(self) -> OnPhone:
        """Nothing makes the page scroll sideways."""
        self.page.wait_for_load_state()
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{self.page.url} is {width} px too wide"
        return self
