"""What staff do by the API to what is not theirs leaves an entry in the audit log, as in the admin."""

import pytest
from django.core import mail

from courses.tests.factories import LectureFactory
from lms.models import AuditEntry
from lms.tests import matrix, world

STAFF = -1
"""The place of staff in a row of the matrix."""

OWN = {
    ("POST", "/lectures/{film}/playback"),
    ("POST", "/courses/{free}/enroll"),
    ("PUT", "/wishlist/{course}"),
    ("DELETE", "/wishlist/{draft}"),
    ("POST", "/lectures/{lecture}/notes"),
}
"""Operations on something by which staff change their own things alone, as everybody does."""

pytestmark = pytest.mark.django_db


def test_every_operation_of_staff_on_things_of_others_leaves_an_entry(sandbox):
    school = world.rebuild()
    seen = set()
    for method, path, body, statuses in matrix.WRITES:
        of_others = "{" in path and (method, path) not in OWN
        if not of_others or statuses[STAFF] >= 300:
            continue
        response = matrix.request(school, "staff", method, path, body)
        assert response.status_code == statuses[STAFF], (method, path)
        entry = AuditEntry.objects.first()
        assert entry is not None, (method, path)
        assert entry.pk not in seen, (method, path)
        assert entry.by == school.people["staff"].pk
        seen.add(entry.pk)
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "change",
        "delete",
        "unpublish",
        "archive",
        "report",
    }


def test_staff_who_decide_by_the_api_write_to_the_instructor_and_leave_what_changed(
    client_of, staff, instructor
):
    course = LectureFactory(section__course__instructor=instructor).course
    for verb, before, after in (
        ("publish", "draft", "published"),
        ("archive", "published", "archived"),
        ("unpublish", "archived", "draft"),
    ):
        url = f"/api/v1/courses/{course.pk}/{verb}"
        for _ in range(2):  # the second one does nothing
            assert client_of(staff).post(url).json()["status"] == after
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.before["status"], entry.after["status"]) == (
            verb,
            before,
            after,
        )
    assert AuditEntry.objects.count() == len(mail.outbox) == 3
    assert {letter.to[0] for letter in mail.outbox} == {instructor.email}


def test_instructors_leave_no_entry_about_their_own_courses(client_of, instructor):
    course = LectureFactory(section__course__instructor=instructor).course
    client, url = client_of(instructor), f"/api/v1/courses/{course.pk}"
    assert client.post(f"{url}/publish").status_code == 200
    assert client.patch(url, {"title": "Changed"}).status_code == 200
    assert "name" in client.get(f"{url}/students/csv").getvalue().decode()
    assert not AuditEntry.objects.exists()
    assert mail.outbox == []


def test_staff_who_download_the_students_of_a_course_leave_an_entry(client_of, staff):
    course = LectureFactory().course
    client_of(staff).get(f"/api/v1/courses/{course.pk}/students/csv").getvalue()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.model) == ("export", "learning.enrollment")
    assert entry.after == {"query": f"course={course.pk}", "rows": 0}
