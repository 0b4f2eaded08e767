"""Identity and telephone numbers at rest: encrypted with rotating keys, found again by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS 没有设置，身份证号和电话无法保存。")
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Encrypt with the first key of ``FIELD_ENCRYPTION_KEYS``; the others only decrypt older rows."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind ``token``. Raises ValueError when no key fits, never returns the token itself."""
    try:
        return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("没有一把密钥能解开这一行") from error


def fingerprint(text: str) -> str:
    """A keyed hash that finds an identifier again without storing it (the secret key salts it)."""
    key = hashlib.sha256(b"identifier:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.strip().upper().encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext; Python sees plain text. Cannot be filtered on: use a fingerprint."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else value
