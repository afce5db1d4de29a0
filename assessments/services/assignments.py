"""Set what a lecture of kind `assignment` asks, and keep such lectures from being published empty or deleted when used."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.exceptions import InvalidRubric
from assessments.models import Assignment
from courses.exceptions import HasAttempts
from courses.markdown import rendered
from courses.models import Lecture
from lms.locales import Sentence
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic

type Criterion = Mapping[str, Any]
"""One line of a rubric: `{"id": 24 hex digits, "title", "points"}`."""


@atomic
def set_assignment(lecture: Lecture, *, rubric: Sequence[Criterion], **fields: Any) -> Assignment:
    """Replace what a lecture asks, as a whole. Work that was graded keeps its grade.

    Raises `InvalidRubric`, and 404 if the lecture was just deleted.
    """
    before = Assignment.objects.filter(lecture=lecture).first()
    fields |= rendered(fields, "instructions")
    fields["rubric"] = merge_rubric(before.rubric if before else [], rubric, fields["points"])
    if before is None:
        _refer_to(lecture)
        return Assignment.objects.create(lecture=lecture, **fields)
    Assignment.objects.filter(pk=before.pk).update(**fields, updated_at=timezone.now())
    return Assignment.objects.get(pk=before.pk)


def merge_rubric(
    before: Iterable[Criterion], rubric: Sequence[Criterion], points: int
) -> list[dict[str, Any]]:
    """Return a rubric with the ids of its criteria, so that grades given before still name them.

    A criterion keeps its id if that is sent, or else if its title is the same. Raises `InvalidRubric` unless the points add
    up to those of the assignment, and for an unknown id, an id twice and a title twice.
    """
    present = {each["id"]: each["title"] for each in before}
    sent = {str(each["id"]) for each in rubric if each.get("id")}
    if unknown := sent - present.keys():
        raise InvalidRubric(_("The rubric has no criterion {id}."), id=min(unknown))
    by_title = {title: pk for pk, title in present.items() if pk not in sent}
    merged: list[dict[str, Any]] = []
    for each in rubric:
        pk = each.get("id") or by_title.get(each["title"]) or ObjectId()
        merged.append({"id": str(pk), "title": each["title"], "points": each["points"]})
    for name in ("id", "title"):
        if len({each[name] for each in merged}) < len(merged):
            raise InvalidRubric(_("Name each criterion of the rubric once."))
    if rubric and (total := sum(each["points"] for each in rubric)) != points:
        raise InvalidRubric(total=total, points=points)
    return merged


def find_unset(lectures: list[Lecture]) -> dict[ObjectId, Sentence]:
    """Find the lectures that ask for nothing yet."""
    ids = [each.pk for each in lectures]
    are_set = set(Assignment.objects.filter(lecture__in=ids).values_list("lecture_id", flat=True))
    return {pk: _("Set the assignment “{title}”.") for pk in ids if pk not in are_set}


def require_unused(lectures: list[ObjectId]) -> None:
    """Raise `HasAttempts` if a student has begun to hand in work for one of these lectures."""
    if Assignment.objects.filter(lecture__in=lectures, has_submissions=True).exists():
        raise HasAttempts


def _refer_to(lecture: Lecture) -> None:
    try:
        refer_to(Lecture, lecture.pk)
    except Lecture.DoesNotExist:
        raise Http404 from None
