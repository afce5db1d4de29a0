"""What a person's page in the admin shows of their enrollments."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.panels import MAX_ROWS, PageLink, Panel, Rows, link
from courses.panels import find_titles
from learning.models import Enrollment
from learning.queries.enrollments import percentages


def list_enrollments(user: User) -> Rows:
    rows = list(Enrollment.objects.filter(user=user).order_by("-enrolled_at", "-pk")[:MAX_ROWS])
    courses = find_titles({row.course_id for row in rows})
    done = percentages([row.pk for row in rows])
    for row in rows:
        course = courses.get(row.course_id)
        grants = ", ".join(str(grant) for grant in row.grants)
        why = format_html(
            '<a class="text-link" href="{}">{}</a>',
            f"{why_url(user)}?{urlencode({'course': row.course_id})}",
            _("Can they watch?"),
        )
        title = link(row, course.title if course else row.course_id)
        yield title, f"{done.get(row.pk, 0)} %", grants, row.last_activity_at, why


def why_url(user: User) -> str:
    """Return the page that answers why a person can or cannot watch a course."""
    return reverse("admin:learning_enrollment_why", args=[user.pk])


def give_url(user: User) -> str:
    """Return the page that gives a person a course."""
    return f"{reverse('admin:learning_enrollment_add')}?{urlencode({'email': user.email})}"


PANELS = (
    Panel(
        "enrollments",
        gettext_lazy("Enrollments"),
        Enrollment,
        "user__id__exact={}",
        (
            gettext_lazy("course"),
            gettext_lazy("progress"),
            gettext_lazy("grants"),
            gettext_lazy("last active"),
            "",
        ),
        list_enrollments,
    ),
)
LINKS = (
    PageLink(gettext_lazy("Why can they not watch?"), "learning.view_enrollment", why_url),
    PageLink(gettext_lazy("Give a course"), "learning.add_enrollment", give_url),
)
