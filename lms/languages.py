"""Language tags by BCP 47, checked against IANA's registry. https://www.rfc-editor.org/info/bcp47"""

import re
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext_lazy as _
from language_tags import tags
from rest_framework import serializers

MAX_LENGTH = 35
"""RFC 5646, 4.4.1: how long a tag of language, script, region and variants can be expected to be."""
WELL_FORMED = re.compile(
    r"[a-z]{2,8}(-[a-z0-9]{2,8})*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?", re.I
)
TOLERATED = {10, 11}
"""The library's codes of what is valid but not canonical: a script that is the language's usual one, a deprecated part."""


def canonical(text: str) -> str:
    """Return a language tag in its canonical form: `ZH-hans-cn` as `zh-Hans-CN`, `iw` as `he`. Raises `ValueError`."""
    tag = tags.tag(text[: MAX_LENGTH + 1])
    tag = tag.preferred or tag
    parts = tag.format.split("-")
    is_valid = WELL_FORMED.fullmatch(tag.format) and len(tag.format) <= MAX_LENGTH
    if not is_valid or any(error.code not in TOLERATED for error in tag.errors):
        raise ValueError(f"{text!r} is no language tag.")
    preferred = {each.format: each.preferred.format for each in tag.subtags if each.preferred}
    if any(each.type == "extlang" for each in tag.subtags):  # `zh-yue-HK` is `yue-HK`
        parts = parts[1:]
    return "-".join(preferred.get(part, part) for part in parts)


def of_filename(name: str) -> str:
    """Return the language that is the last part of a file's name, before the extension: `es-419` of `intro.ES-419.vtt`.

    Return "" if that is no language: a hyphen does not begin a part, so that `lesson-one.vtt` has none.
    """
    try:
        return canonical(PurePosixPath(name).stem.rpartition(".")[2])
    except ValueError:
        return ""


class LanguageField(serializers.CharField):
    """A language tag by BCP 47, in any case; the value is its canonical form."""

    default_error_messages = {
        "invalid": _("This is not a language tag by BCP 47, such as `en`, `pt-BR` or `zh-Hans`.")
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return canonical(text)
        except ValueError:
            self.fail("invalid")
