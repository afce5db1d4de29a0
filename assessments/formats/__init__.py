"""Questions in files: our JSON, Moodle's GIFT and Moodle's XML.

Every format reads and writes what `POST /questions` takes. docs/question-formats.md says what each can hold.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from rest_framework.exceptions import ValidationError

from assessments.formats import gift, moodle_xml, ours

type Body = dict[str, Any]
"""A question as `POST /questions` takes it."""


OURS = {
    "type": "object",
    "properties": {"questions": {"type": "array", "items": {"type": "object"}}},
    "required": ["questions"],
}


class Format(NamedTuple):
    """A format of files; `read` returns for each question its body, or why it cannot be read, and raises `InvalidFile`."""

    read: Callable[[bytes], list[Any | ValidationError]]
    write: Callable[[Iterable[Body]], Iterator[str]]
    media_type: str
    extension: str
    schema: dict[str, Any] = {"type": "string"}


FORMATS = {
    "json": Format(ours.read, ours.write, "application/json", "json", OURS),
    "gift": Format(gift.read, gift.write, "text/plain", "gift.txt"),
    "moodle_xml": Format(moodle_xml.read, moodle_xml.write, "application/xml", "xml"),
}
