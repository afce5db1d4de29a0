"""Our own JSON: `{"questions": [...]}`, each as `POST /questions` takes it; a list alone is read as well."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from assessments.exceptions import InvalidFile
from assessments.formats.files import decode, limited


def read(raw: bytes) -> list[Any]:
    """Return what the file has for questions. Raises `InvalidFile`."""
    try:
        content = orjson.loads(decode(raw))
    except orjson.JSONDecodeError:
        raise InvalidFile from None
    if isinstance(content, dict):
        content = content.get("questions")
    if not isinstance(content, list):
        raise InvalidFile
    return limited(content)


def write(bodies: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Write questions, one a line."""
    separator = '{"questions": [\n'
    for body in bodies:
        yield separator + json.dumps(body, ensure_ascii=False)
        separator = ",\n"
    yield '{"questions": []}\n' if separator.startswith("{") else "\n]}\n"
