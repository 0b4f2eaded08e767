from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.context import working_from
from core.errors import Refused
from teams.account_admin import create_owner
from teams.forms import in_our_words
from teams.models import User


class Command(BaseCommand):
    help = (
        "建立第一个系统管理员账号，管理范围是整个系统。新装的系统没有任何能登录的账号，从这里开始；"
        "已有系统管理员时不做任何事。不写密码就生成一个首次密码，只显示这一次，登录后须改。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="", help="保管人姓名")
        parser.add_argument("--username", default="", help="账号，不写就按姓名的拼音取一个")
        parser.add_argument("--ask-password", action="store_true", help="现在输入密码，不生成首次密码")

    def handle(self, *args: Any, **options: Any) -> None:
        name, username = options["name"], options["username"]
        if not name:
            if not sys.stdin.isatty():
                raise CommandError("写明保管人：--name 张三")
            name = input("保管人姓名：")
            username = username or input("账号（直接回车就按拼音取）：")
        password = self._asked(username) if options["ask_password"] else ""
        try:
            with working_from("command"):
                user, first = create_owner(acting_user=None, name=name, username=username, password=password)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"系统管理员账号已建立：{user.username}（{name.strip()}保管，管理整个系统）")
        if first:
            self.stdout.write(f"首次密码：{first}")
            self.stdout.write("只显示这一次，登录后须改。")

    def _asked(self, username: str) -> str:
        """The password, typed twice and measured by the rules of the site."""
        password = getpass.getpass("密码：")
        if password != getpass.getpass("再输一次："):
            raise CommandError("两次输的密码不一样，没有建立账号。")
        try:
            password_validation.validate_password(password, User(username=username))
        except ValidationError as error:
            raise CommandError("；".join(map(in_our_words, error.error_list))) from error
        return password
