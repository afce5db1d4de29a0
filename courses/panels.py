"""What a person's page in the admin shows of the courses that they teach and the reviews that they wrote."""

from datetime import datetime

from bson import ObjectId
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.panels import MAX_ROWS, Panel, Rows, link
from courses.models import Course, Review
from lms.locales import Sentence


def find_titles(ids: set[ObjectId]) -> dict[ObjectId, Course]:
    """Return the courses that exist among ids, with their titles only."""
    return Course.objects.only("title").in_bulk(ids)


def list_reviews(user: User) -> Rows:
    rows = list(Review.objects.filter(user=user).order_by("-pk")[:MAX_ROWS])
    courses = find_titles({row.course_id for row in rows})
    for row in rows:
        state = ", ".join(str(word) for word, holds in _states(row) if holds)
        course = courses.get(row.course_id)
        yield link(row, row), course and course.title, row.comment, state, row.created_at


def _states(row: Review) -> tuple[tuple[Sentence, datetime | None], ...]:
    return (
        (_("reported"), row.reported_at),
        (_("hidden"), row.hidden_at),
        (_("access ended"), row.access_ended_at),
    )


def list_courses(user: User) -> Rows:
    rows = Course.objects.filter(instructor=user).order_by("-created_at", "-pk")[:MAX_ROWS]
    for row in rows:
        yield link(row, row.title), row.status, row.enrolled_count, row.created_at


PANELS = (
    Panel(
        "courses",
        _("Courses taught"),
        Course,
        "instructor__id__exact={}",
        (_("course"), _("status"), _("students"), _("since")),
        list_courses,
    ),
    Panel(
        "reviews",
        _("Reviews"),
        Review,
        "user__id__exact={}",
        (_("rating"), _("course"), _("comment"), _("state"), _("when")),
        list_reviews,
    ),
)
