"""Forms about one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from teams.models import User

#: Django's validators by code, in our own words.
PASSWORD_SENTENCES = {
    "password_too_short": "新密码至少 {min_length} 个字符",
    "password_too_common": "这个密码太常见，容易被猜到，换一个",
    "password_entirely_numeric": "新密码不能全是数字，加上字母",
    "password_too_similar": "新密码和账号太像，换一个",
}

#: The same rules as one is told before; each by the validator that keeps it.
RULES = {
    "MinimumLengthValidator": "至少 {min_length} 个字符",
    "NumericPasswordValidator": "不能全是数字",
    "CommonPasswordValidator": "不用常见的密码",
    "UserAttributeSimilarityValidator": "不和账号相像",
}


def password_rules() -> list[str]:
    """What a password must be, as the settings have it."""
    kept = {type(each).__name__: vars(each) for each in password_validation.get_default_password_validators()}
    return [words.format(**kept[name]) for name, words in RULES.items() if name in kept]


class PasswordForm(forms.Form):
    """Changing one's own password. The rules are settings; the verb writes."""

    use_required_attribute = False

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-reveal": True}),
        error_messages={"required": "填写现在的密码"},
    )
    new_password1 = forms.CharField(
        label="新密码",
        strip=False,
        help_text="；".join(password_rules()),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-reveal": True}),
        error_messages={"required": "填写新密码"},
    )
    new_password2 = forms.CharField(
        label="再填一次新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "再填一次新密码"},
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise ValidationError("现在的密码不对，再填一次")
        return old

    def clean_new_password1(self) -> str:
        new = self.cleaned_data["new_password1"]
        try:
            password_validation.validate_password(new, self.user)
        except ValidationError as error:
            raise ValidationError([in_our_words(item) for item in error.error_list]) from error
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("new_password1"), data.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", "两次填的新密码不一样，再填一次")
        return data


def in_our_words(error: ValidationError) -> str:
    words = PASSWORD_SENTENCES.get(error.code or "", "")
    return words.format(**(error.params or {})) if words else error.messages[0]
