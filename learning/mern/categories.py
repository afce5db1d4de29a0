"""Categories, which were free texts: found here by their name, or created."""

from django.utils.text import slugify

from courses.models import Category
from learning.mern.documents import Document, as_text, derived_id, first
from learning.mern.move import Move
from learning.mern.report import Finding
from learning.mern.texts import is_valid, one_line
from lms.validators import validate_line

MAX_LENGTH = 60
WITHOUT = "Other"
"""The category of courses that name none."""


def find_category(move: Move, document: Document, findings: list[Finding]) -> Category | None:
    """Return the category of a course; None in a dry run if it would be created."""
    given = first(document, "category", "courseCategory")
    text = given.get("name") if isinstance(given, dict) else given
    name = one_line(as_text(text), MAX_LENGTH, findings, "category")
    if not is_valid(validate_line, name):
        name = ""
    if not move.categories:
        move.categories |= {_key(each.name): each for each in Category.objects.all()}
    known = move.categories.get(_key(name)) if name else None
    if known is not None:
        return known
    if chosen := move.options.category:
        if _key(chosen) != _key(name):
            findings.append(
                Finding("category_replaced", f"The category {name!a} became {chosen!a}.")
            )
        name = chosen
    return _create(move, name or WITHOUT)


def _create(move: Move, name: str) -> Category | None:
    key = _key(name)
    if move.categories.get(key) is None:
        move.categories[key] = None
        if move.writes:
            move.categories[key] = Category.objects.create(name=name, slug=_free_slug(name))
    return move.categories[key]


def _free_slug(name: str) -> str:
    """Return a slug that no category has; a name in another script than the Latin one gets one of hex digits."""
    slug = slugify(name)[:50].strip("-_")
    if slug and not Category.objects.filter(slug=slug).exists():
        return slug
    return f"{slug or 'category'}-{str(derived_id(name))[:6]}"


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
