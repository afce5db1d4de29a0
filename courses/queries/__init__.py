"""The reads that everybody makes: a page of courses, a course with its outline.

One pipeline each, and one function that writes what it found. The serializers of `serializers/courses.py` declare the
same shape, and a test holds the two together.
"""

from courses.queries.catalogue import MAX_RANKED, page_of, search
from courses.queries.courses import cards_of, find, joined
from courses.queries.instructors import instructor
from courses.queries.rendering import Document, card, detail, image_url, outline, own_card, person

__all__ = [
    "MAX_RANKED",
    "Document",
    "card",
    "cards_of",
    "detail",
    "find",
    "image_url",
    "instructor",
    "joined",
    "outline",
    "own_card",
    "page_of",
    "person",
    "search",
]
