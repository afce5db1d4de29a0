"""What a person's page in the admin shows of their attempts and of what they handed in."""

from bson import ObjectId
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.panels import MAX_ROWS, Panel, Rows, link
from assessments.models import Attempt, Submission
from courses.models import Lecture


def list_attempts(user: User) -> Rows:
    found = Attempt.objects.filter(user=user).order_by("-started_at", "-pk")
    columns = ("lecture", "number", "status", "percentage", "started_at", "submitted_at")
    rows = list(found.only(*columns)[:MAX_ROWS])
    titles = _find_titles({row.lecture_id for row in rows})
    for row in rows:
        title = link(row, titles.get(row.lecture_id, row.lecture_id))
        yield (
            title,
            row.number,
            row.get_status_display(),
            _percent(row),
            row.started_at,
            row.submitted_at,
        )


def list_submissions(user: User) -> Rows:
    rows = list(Submission.objects.filter(user=user).order_by("-created_at", "-pk")[:MAX_ROWS])
    titles = _find_titles({row.lecture_id for row in rows})
    for row in rows:
        title = link(row, titles.get(row.lecture_id, row.lecture_id))
        yield title, row.get_status_display(), _percent(row), row.created_at, row.submitted_at


def _find_titles(ids: set[ObjectId]) -> dict[ObjectId, str]:
    return dict(Lecture.objects.filter(pk__in=ids).values_list("pk", "title"))


def _percent(row: Attempt | Submission) -> str:
    return "" if row.percentage is None else f"{row.percentage} %"


PANELS = (
    Panel(
        "attempts",
        _("Attempts at quizzes"),
        Attempt,
        "user__id__exact={}",
        (_("quiz"), _("number"), _("status"), _("result"), _("started"), _("submitted")),
        list_attempts,
    ),
    Panel(
        "submissions",
        _("Handed in"),
        Submission,
        "user__id__exact={}",
        (_("assignment"), _("status"), _("result"), _("begun"), _("submitted")),
        list_submissions,
    ),
)
