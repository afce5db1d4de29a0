"""What waits for staff about courses and reviews."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Review
from lms.inbox import InboxItem, count_rows
from lms.mongodb.indexes import EPOCH

IN_REVIEW = Course.Status.IN_REVIEW

ITEMS = (
    InboxItem(
        _("Courses in review"),
        lambda: count_rows(Course.objects.filter(status=IN_REVIEW)),
        reverse_lazy("admin:courses_course_changelist", query={"status__exact": IN_REVIEW}),
        "courses.view_course",
    ),
    InboxItem(
        _("Reported reviews"),
        lambda: count_rows(
            Review.objects.filter(reported_at__gt=EPOCH).order_by("-reported_at", "-id")
        ),
        reverse_lazy("admin:courses_review_changelist", query={"is": "reported"}),
        "courses.view_review",
    ),
)
