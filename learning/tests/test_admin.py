"""The staff's pages of enrollments and of the audit trail."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from learning.models import AccessChange, Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services import study

pytestmark = pytest.mark.django_db


def change_url(enrollment) -> str:
    return reverse("admin:learning_enrollment_change", args=[enrollment.pk])


def test_staff_find_enrollments_by_email_and_by_course_with_their_progress(
    office, course, lectures, student, other_student, enroll
):
    enroll(student, course)
    enroll(other_student, CourseFactory(title="Something else"))
    study.record(student.pk, course.pk, lectures[0].pk, completed=True)
    url = reverse("admin:learning_enrollment_changelist")
    everything = office.get(url).text
    assert "33 %" in everything
    assert other_student.email in everything
    for term in (student.email.upper(), "sam@", course.title):
        found = office.get(url, {"q": term}).text
        assert student.email in found
        assert other_student.email not in found
    assert not list(office.get(url, {"q": "nobody ( at all"}).context["cl"].result_list)


def test_a_page_of_enrollments_costs_as_many_commands_as_one_enrollment(
    office, course, enroll, commands
):
    url = reverse("admin:learning_enrollment_changelist")

    def sent() -> int:
        with commands() as events:
            assert office.get(url).status_code == 200
        return len(events)

    enroll(UserFactory(), course)
    alone = sent()
    for _ in range(10):
        enroll(UserFactory(), CourseFactory())
    assert sent() == alone


def test_staff_give_a_course_with_a_reason(office, course, student, staff):
    url = reverse("admin:learning_enrollment_add")
    assert office.get(url).status_code == 200
    form = {"email": student.email.upper(), "course": str(course.pk), "reason": "Won a prize."}
    assert office.post(url, form | {"email": "x@y.test"}).status_code == 200
    assert office.post(url, form | {"reason": ""}).status_code == 200
    assert Enrollment.objects.count() == 0
    assert office.post(url, form).status_code == 302
    enrollment = Enrollment.objects.get()
    assert (enrollment.user_id, enrollment.status) == (student.pk, "active")
    assert (enrollment.grants[0].source, enrollment.grants[0].reason) == ("staff", "Won a prize.")
    change = AccessChange.objects.get()
    assert (change.action, change.reason, change.by) == ("granted", "Won a prize.", staff.pk)
    course.refresh_from_db()
    assert course.student_count == 1
    assert office.post(url, form).status_code == 302
    assert AccessChange.objects.count() == 1


def test_staff_end_one_grant_and_keep_the_others(office, course, student, staff, enroll):
    enrollment = enroll(student, course)
    enroll(student, course, source="staff", reason="A present.")
    page = office.get(change_url(enrollment)).text
    assert "A present." in page
    response = office.post(change_url(enrollment), {"end": ["free None"]})
    assert "Enter a reason." in response.text
    assert is_enrolled(student.pk, course.pk)
    form = {"end": ["free None"], "reason": "Abuse."}
    assert office.post(change_url(enrollment), form).status_code == 302
    enrollment.refresh_from_db()
    assert [(each.source, each.active) for each in enrollment.grants] == [
        ("free", False),
        ("staff", True),
    ]
    form = {"end": ["staff None"], "reason": "Abuse again."}
    assert office.post(change_url(enrollment), form).status_code == 302
    assert not is_enrolled(student.pk, course.pk)
    page = office.get(change_url(enrollment)).text
    assert "Abuse again." in page
    assert staff.email in page
    form = {"give": "on", "reason": "Sorry."}
    assert office.post(change_url(enrollment), form).status_code == 302
    assert is_enrolled(student.pk, course.pk)
    assert (
        office.post(change_url(enrollment), {"end": ["free None"], "reason": "x"}).status_code
        == 200
    )


def test_staff_restore_a_grant_that_staff_ended(office, course, student, staff, enroll):
    enrollment = enroll(student, course)
    url = change_url(enrollment)
    assert office.post(url, {"restore": ["free None"], "reason": "x"}).status_code == 200
    office.post(url, {"end": ["free None"], "reason": "Cheated."})
    assert "ended by staff" in office.get(url).text
    assert "Enter a reason." in office.post(url, {"restore": ["free None"]}).text
    assert not is_enrolled(student.pk, course.pk)
    form = {"restore": ["free None"], "reason": "It was somebody else."}
    assert office.post(url, form).status_code == 302
    assert is_enrolled(student.pk, course.pk)
    last = AccessChange.objects.order_by("-created_at").first()
    assert (last.action, last.by) == ("restored", staff.pk)


def test_enrollments_are_never_deleted_and_the_audit_trail_is_never_changed(
    office, course, student, enroll
):
    enrollment = enroll(student, course)
    change = AccessChange.objects.get()
    for name, row in (("enrollment", enrollment), ("accesschange", change)):
        url = reverse(f"admin:learning_{name}_delete", args=[row.pk])
        assert office.post(url, {"post": "yes"}).status_code == 403
    trail = office.get(reverse("admin:learning_accesschange_changelist"))
    assert student.email in trail.text
    url = reverse("admin:learning_accesschange_change", args=[change.pk])
    assert office.post(url, {"reason": "Another"}).status_code == 403
    assert office.get(reverse("admin:learning_accesschange_add")).status_code == 403


def test_a_student_cannot_open_the_staff_pages(course, student, enroll):
    enrollment = enroll(student, course)
    client = Client()
    client.force_login(student)
    assert client.get(change_url(enrollment)).status_code == 302
