"""The reads that everybody makes: a page of courses, a course with its outline.

One pipeline each, and one function that writes what it found. The serializers of `serializers/courses.py` declare the
same shape, and a test holds the two together.
"""

from courses.catalogue.documents import cards_of, find, joined
from courses.catalogue.instructors import instructor
from courses.catalogue.pages import MAX_RANKED, page_of, search
from courses.catalogue.shapes import Document, card, detail, image_url, outline, own_card, person

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
