"""Texts as they are searched by their beginning: folded, so that a range of an index finds them in any case."""

import unicodedata
from typing import Any

from django.db import models


def fold(text: str) -> str:
    """Return a text without differences of case, accents, width and white space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


class FoldedField(models.CharField):
    """The folded text of another field of the row, written whenever the row is saved.

    `QuerySet.update` does not know it: add `folded(changes, name)` to the changes.
    """

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(**{**kwargs, "editable": False, "blank": True})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 (Django's signature)
        key = fold(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key


def folded(changes: dict[str, Any], name: str) -> dict[str, str]:
    """Return the change of `<name>_key` that belongs to a change of a column, if there is one."""
    return {f"{name}_key": fold(changes[name])} if name in changes else {}
