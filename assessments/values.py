"""Texts and decimal numbers, as keys and responses have them."""

import re
import unicodedata
from typing import Any

MAX_SHORT_TEXT = 200
MAX_ESSAY = 20_000
"""How many characters a response may have."""
MAX_DECIMAL = 30
"""How many characters a decimal number may have, its sign and its point counted."""

DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
NOT_STORED = re.compile("[\0\ud800-\udfff]")
"""Characters that no text of ours has: NUL, and halves of a character of UTF-16."""


def read_text(value: Any, max_length: int) -> str:
    """Return a text without the blanks around it, "" if there are only blanks. Raises `ValueError` if it is no such text."""
    if not isinstance(value, str) or NOT_STORED.search(value):
        raise ValueError
    text = value.strip()
    if len(text) > max_length:
        raise ValueError
    return text


def read_decimal(value: Any) -> str:
    """Return a decimal number as it was written, without the blanks around it. Raises `ValueError` if it is none."""
    text = read_text(value, MAX_DECIMAL)
    if not DECIMAL.fullmatch(text):
        raise ValueError
    return text


def normalised(text: str, *, case_sensitive: bool) -> str:
    """Return the form in which two texts are compared. Blanks and signs within them count."""
    text = unicodedata.normalize("NFC", text.strip())
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())
