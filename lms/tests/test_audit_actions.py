"""Every action of staff's lists leaves an entry in the audit log."""

import pytest
from django.contrib import admin
from django.utils import timezone

from accounts.models import InstructorRequest, SecondFactor
from accounts.services.sessions import open_session
from courses.services import reviews
from lms.models import AuditEntry
from lms.tests import world

ACTIONS = [
    # model, action, the row of the school, what the entry says
    ("accounts.user", "sign_out", "student", "sign_out"),
    ("accounts.user", "mail_reset", "student", "mail_reset"),
    ("accounts.user", "remove_second_factor", "student", "remove_second_factor"),
    ("accounts.user", "disable", "student", "disable"),
    ("accounts.user", "enable", "student", "enable"),
    ("accounts.user", "erase", "other_student", "erase"),
    ("accounts.instructorrequest", "approve", "request", "approve"),
    ("accounts.instructorrequest", "decline", "other_request", "decline"),
    ("certificates.certificate", "withdraw", "certificate", "withdraw"),
    ("certificates.certificate", "reinstate", "certificate", "reinstate"),
    ("courses.review", "dismiss", "review", "dismiss"),
    ("courses.review", "hide", "review", "hide"),
    ("courses.review", "unhide", "review", "unhide"),
    ("courses.review", "delete_replies", "review", "delete_reply"),
    ("courses.course", "unpublish", "course", "unpublish"),
    ("courses.course", "approve", "course", "publish"),
    ("courses.course", "archive", "course", "archive"),
    ("payments.coupon", "end", "coupon", "end"),
]

WITH_OTHERS = {
    ("lms.queuedtask", "try_again"),  # a task that failed
    ("lms.queuedtask", "discard"),
    ("media.asset", "refresh"),  # a file at Cloudinary
    ("payments.order", "sync_selected"),  # a purchase at Stripe
    ("payments.order", "mark_as_seen"),
    ("payments.stripeevent", "process_again"),
}
"""Actions that call a service outside or need a failure first: the tests of their pages look at the entries."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    made = world.build()
    student, other = made.people["student"], made.people["other_student"]
    made.student, made.other_student = student, other
    open_session(student)
    SecondFactor.objects.create(user=student, confirmed_at=timezone.now())
    made.request = InstructorRequest.objects.create(user=student)
    made.other_request = InstructorRequest.objects.create(user=made.recluse.person)
    reviews.reply(made.instructor, made.review, comment="Thank you.")
    reviews.report(made.review, by=made.instructor, reason="Spam")
    return made


def test_every_action_is_in_the_table():
    registered = {
        (model._meta.label_lower, action)
        for model, page in admin.site._registry.items()
        for action in page.actions
    }
    assert registered == {(model, action) for model, action, *_ in ACTIONS} | WITH_OTHERS


def test_every_action_leaves_an_entry_with_the_reason(client, school, sandbox):
    client.force_login(school.people["staff"])
    for model, action, name, word in ACTIONS:
        row = getattr(school, name)
        url = f"/admin/{model.replace('.', '/')}/"
        body = {"action": action, "_selected_action": [str(row.pk)]}
        if "lms/staff/reason.html" in {each.name for each in client.post(url, body).templates}:
            assert client.post(url, body | {"reason": "Asked."}).status_code == 302
        entry = AuditEntry.objects.first()
        assert (entry.model, entry.action, entry.object_id) == (model, word, str(row.pk)), action
