"""Points, responses and keys in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags

from assessments.models import Question
from assessments.models.attempt import FrozenQuestion


def show_points(hundredths: int | None) -> str:
    """Return hundredths of a point as points, without zeros at the end."""
    return "" if hundredths is None else f"{Decimal(hundredths).scaleb(-2).normalize():f}"


def show_score(score: int | None, max_score: int | None) -> str:
    """Return a score and the most that there is, "" without a score."""
    return "" if score is None else f"{show_points(score)} / {show_points(max_score)}"


def show_response(question: FrozenQuestion, response: Any) -> str:
    """Return a response with the texts of the options that it names."""
    texts = {each["id"]: strip_tags(each["text_html"]).strip() for each in question["options"]}
    return _describe(response, texts)


def show_key(question: Question) -> str:
    """Return a key with the texts of the options that it names."""
    return _describe(question.key, {str(each.pk): each.text for each in question.options})


def _describe(value: Any, texts: Mapping[str, str]) -> str:
    match value:
        case [[_, _], *_]:
            return "; ".join(
                f"{_describe(left, texts)} → {_describe(right, texts)}" for left, right in value
            )
        case list():
            return _join(_describe(each, texts) for each in value)
        case dict():
            return _join(f"{name}: {_describe(each, texts)}" for name, each in value.items())
        case None:
            return ""
    return texts.get(str(value), str(value))


def _join(parts: Iterable[str]) -> str:
    return ", ".join(parts)
