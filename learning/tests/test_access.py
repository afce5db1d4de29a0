"""Who may watch, and the endpoint that shows why."""

import pytest
from bson import ObjectId
from django.contrib.auth.models import AnonymousUser

from courses.models import Course, Lecture
from courses.visibility import Reason
from learning.access import decide, find_enrollment, find_grants, may_watch
from learning.models import AccessChange
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll, restore, revoke
from lms.mongodb.transaction import atomic

pytestmark = pytest.mark.django_db


def url_of(course) -> str:
    return f"/api/v1/courses/{course.pk}/access"


def test_a_person_who_bought_a_course_is_enrolled(course, student, client_of):
    order = ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    body = client_of(student).get(url_of(course)).json()
    since = body["grants"][0].pop("since")
    assert since.endswith("Z")
    assert body == {
        "can_watch": True,
        "reason": "enrolled",
        "grants": [{"source": "purchase", "order": str(order), "active": True}],
    }


def test_access_lasts_until_the_last_grant_ends(course, student, client_of):
    order, other = ObjectId(), ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    enroll(student.pk, course.pk, source="purchase", order=other)
    revoke(student.pk, course.pk, order=order)
    body = client_of(student).get(url_of(course)).json()
    assert (body["can_watch"], body["reason"]) == (True, "enrolled")
    assert [(each["order"], each["active"]) for each in body["grants"]] == [
        (str(order), False),
        (str(other), True),
    ]
    revoke(student.pk, course.pk, order=other)
    body = client_of(student).get(url_of(course)).json()
    assert (body["can_watch"], body["reason"]) == (False, "revoked")


def test_everybody_else_sees_why_they_may_or_may_not_watch(
    course, student, instructor, other_instructor, staff, client_of
):
    def access_of(person):
        body = client_of(person).get(url_of(course)).json()
        return body["can_watch"], body["reason"], body["grants"]

    assert access_of(student) == (False, "not_enrolled", [])
    assert access_of(instructor) == (True, "instructor", [])
    assert access_of(other_instructor) == (False, "not_enrolled", [])
    assert access_of(staff) == (True, "staff", [])
    Course.objects.filter(pk=course.pk).update(status="draft")
    assert access_of(student) == (False, "not_published", [])
    assert access_of(other_instructor) == (False, "not_published", [])
    assert access_of(instructor) == (True, "instructor", [])


def test_a_visitor_must_sign_in_to_see_their_access(course, visitor):
    assert visitor.get(url_of(course)).status_code == 401


def test_access_to_a_course_that_does_not_exist_is_404(student, client_of):
    assert client_of(student).get(f"/api/v1/courses/{ObjectId()}/access").status_code == 404


PREVIEW, HIDDEN = {"is_preview": True}, {"is_published": False}


@pytest.mark.parametrize(
    ("who", "status", "lecture", "reason"),
    [
        ("enrolled", "published", {}, Reason.ENROLLED),
        ("enrolled", "archived", {}, Reason.ENROLLED),
        ("enrolled", "draft", {}, Reason.ENROLLED),
        ("enrolled", "published", HIDDEN, Reason.NOT_PUBLISHED),
        ("revoked", "published", {}, Reason.REVOKED),
        ("revoked", "archived", {}, Reason.REVOKED),
        ("revoked", "published", PREVIEW, Reason.PREVIEW),
        ("instructor", "draft", HIDDEN, Reason.INSTRUCTOR),
        ("staff", "draft", HIDDEN, Reason.STAFF),
        ("stranger", "published", {}, Reason.NOT_ENROLLED),
        ("stranger", "published", PREVIEW, Reason.PREVIEW),
        ("stranger", "published", PREVIEW | HIDDEN, Reason.NOT_PUBLISHED),
        ("stranger", "draft", PREVIEW, Reason.NOT_PUBLISHED),
        ("stranger", "archived", {}, Reason.NOT_PUBLISHED),
        ("visitor", "published", {}, Reason.NOT_ENROLLED),
        ("visitor", "published", PREVIEW, Reason.PREVIEW),
        ("visitor", "archived", PREVIEW, Reason.NOT_PUBLISHED),
    ],
)
def test_who_may_watch_for_which_reason(
    who, status, lecture, reason, student, other_student, instructor, staff
):
    course = Course(pk=ObjectId(), instructor_id=instructor.pk, status=status)
    person, grants = {
        "enrolled": (student, [{"active": False}, {"active": True}]),
        "revoked": (student, [{"active": False}]),
        "stranger": (other_student, []),
        "instructor": (instructor, []),
        "staff": (staff, []),
        "visitor": (AnonymousUser(), []),
    }[who]
    found = decide(person, course, Lecture(**lecture), grants=grants)
    assert found.reason == reason
    watching = {Reason.ENROLLED, Reason.INSTRUCTOR, Reason.STAFF, Reason.PREVIEW}
    assert found.can_watch == (reason in watching)


def test_a_transaction_that_gives_access_sees_it(course, student):
    @atomic
    def enroll_and_look():
        enroll(student.pk, course.pk, source="free")
        return may_watch(student, course)

    assert not may_watch(student, course)
    assert enroll_and_look()


def test_only_the_columns_that_are_asked_for_are_read(course, student, commands):
    enroll(student.pk, course.pk, source="free")
    assert find_enrollment(student, course.pk, "grants").keys() == {"_id", "grants"}
    with commands() as sent:
        assert find_grants(student, course.pk)
    assert [event.command["projection"] for event in sent] == [{"grants": 1}]


def test_enroll_revoke_and_restore_act_once_each(course, student):
    order = ObjectId()
    assert enroll(student.pk, course.pk, source="purchase", order=order)
    assert not enroll(student.pk, course.pk, source="purchase", order=order)
    assert not revoke(student.pk, course.pk, order=ObjectId())
    assert not revoke(student.pk, course.pk, source="free")
    assert is_enrolled(student.pk, course.pk)
    assert revoke(student.pk, course.pk, order=order)
    assert not revoke(student.pk, course.pk, order=order)
    assert not is_enrolled(student.pk, course.pk)
    assert restore(student.pk, course.pk, order=order)
    assert not restore(student.pk, course.pk, order=order)
    assert is_enrolled(student.pk, course.pk)


@pytest.mark.parametrize("first", ["staff", "settlement"])
def test_a_settlement_never_restores_what_staff_ended(course, student, staff, first):
    order = ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    enders = {"staff": staff.pk, "settlement": None}
    for by in (enders.pop(first), *enders.values()):
        assert revoke(student.pk, course.pk, order=order, by=by)
    assert restore(student.pk, course.pk, order=order)
    assert not is_enrolled(student.pk, course.pk)
    assert not restore(student.pk, course.pk, order=order)
    assert restore(student.pk, course.pk, order=order, by=staff.pk)
    assert is_enrolled(student.pk, course.pk)


def test_staff_do_not_restore_what_a_settlement_ended(course, student, staff):
    order = ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    revoke(student.pk, course.pk, order=order)
    assert not restore(student.pk, course.pk, order=order, by=staff.pk)
    revoke(student.pk, course.pk, order=order, by=staff.pk)
    restore(student.pk, course.pk, order=order, by=staff.pk)
    assert not is_enrolled(student.pk, course.pk)


def test_the_audit_trail_keeps_each_decision_of_staff_and_each_change_of_access(
    course, student, staff
):
    order = ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    revoke(student.pk, course.pk, order=order, by=staff.pk)
    revoke(student.pk, course.pk, order=order)
    restore(student.pk, course.pk, order=order)
    restore(student.pk, course.pk, order=order, by=staff.pk)
    actions = AccessChange.objects.order_by("created_at", "pk").values_list("action", "by")
    assert list(actions) == [("granted", None), ("revoked", staff.pk), ("restored", staff.pk)]


def test_restore_never_creates_a_grant(course, student):
    assert not restore(student.pk, course.pk, order=ObjectId())
    assert not revoke(student.pk, course.pk, order=ObjectId())
    assert not is_enrolled(student.pk, course.pk)


def test_revoke_needs_an_order_or_a_source(course, student):
    with pytest.raises(ValueError, match="Name the order"):
        revoke(student.pk, course.pk)


def test_the_count_of_students_follows_access(course, student, other_student):
    def count():
        course.refresh_from_db()
        return course.student_count

    order = ObjectId()
    enroll(student.pk, course.pk, source="purchase", order=order)
    enroll(student.pk, course.pk, source="free")
    enroll(other_student.pk, course.pk, source="staff")
    assert count() == 2
    revoke(student.pk, course.pk, order=order)
    assert count() == 2
    revoke(student.pk, course.pk, source="free")
    assert count() == 1
    restore(student.pk, course.pk, order=order)
    assert count() == 2
