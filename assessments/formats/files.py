"""What the readers of all formats share: the text of a file, and the error of a question in it."""

import codecs
from collections.abc import Iterable
from itertools import islice

from rest_framework.exceptions import ValidationError

from assessments.exceptions import InvalidFile, TooManyQuestions
from lms.exceptions import invalid
from lms.locales import Sentence

ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


MAX_QUESTIONS = 500
"""How many questions a file may have."""


def limited[Item](questions: Iterable[Item]) -> list[Item]:
    """Return the questions of a file before they are read; raise `TooManyQuestions` beyond `MAX_QUESTIONS`."""
    found = list(islice(questions, MAX_QUESTIONS + 1))
    if len(found) > MAX_QUESTIONS:
        raise TooManyQuestions(max_questions=MAX_QUESTIONS)
    return found


def decode(raw: bytes) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 if it begins with its mark. Raises `InvalidFile`."""
    encoding = next((ENCODINGS[mark] for mark in ENCODINGS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise InvalidFile from None
    if "\0" in text:
        raise InvalidFile
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unsupported(sentence: Sentence) -> ValidationError:
    """Return the error of a question that is well written, and that we cannot ask or grade as it is meant."""
    return invalid(sentence, "unsupported")
