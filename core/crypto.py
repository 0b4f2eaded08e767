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


def is_current(token: str) -> bool:
    """Was the token written with the first key?"""
    try:
        _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS[:1])).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def fingerprints(text: str) -> list[str]:
    """The keyed hashes that find an identifier again without storing it, one per key, the present key's first.

    ``IDENTIFIER_HASH_KEYS`` are keys of their own: an identity number has too few forms for its plain hash to hide
    it, and they must outlive a change of SECRET_KEY.
    """
    keys = settings.IDENTIFIER_HASH_KEYS
    if not keys:
        raise ImproperlyConfigured("IDENTIFIER_HASH_KEYS 没有设置，身份证号和电话无法保存。")
    said = text.strip().upper().encode()
    return [hmac.new(key.encode(), said, hashlib.sha256).hexdigest() for key in keys]


def fingerprint(text: str) -> str:
    """The hash under the present key, for storing. Look up with all of :func:`fingerprints`."""
    return fingerprints(text)[0]


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext; Python sees plain text. Cannot be filtered on: use a fingerprint.

    ``hashed_in`` names the column of the same row that keeps the fingerprint, which a change of keys rewrites;
    ``hashed_with`` one whose value stands before the text in it, parted by a colon.
    """

    def __init__(self, *args: Any, hashed_in: str = "", hashed_with: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hashed_in = hashed_in
        self.hashed_with = hashed_with

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else value
