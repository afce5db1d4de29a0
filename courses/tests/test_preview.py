"""Staff see a course as its students would, then approve it or send it back with a reason."""

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from accounts.tests.factories import UserFactory
from courses.models import Course
from courses.tests.factories import LectureFactory
from lms.models import AuditEntry
from media.tests.factories import AssetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    """A course that waits for staff."""
    course = LectureFactory(title="Read this", body_html="<p>All about <b>knots</b></p>").course
    Course.objects.filter(pk=course.pk).update(status="in_review")
    course.refresh_from_db()
    return course


def page(course):
    return f"/admin/courses/course/{course.pk}/preview/"


def test_every_lecture_can_be_seen(office, course):
    section = course.sections.get()
    video = LectureFactory(section=section, kind="video", asset=AssetFactory(), body="")
    bare = LectureFactory(section=section, kind="file", body="")
    article = course.lectures.order_by("pk").first()
    overview = office.get(page(course))
    assert overview.status_code == 200
    for lecture, words in {
        article: "<p>All about <b>knots</b></p>",
        video: "<video",
        bare: "missing or not ready",
    }.items():
        assert str(lecture.pk) in overview.content.decode()
        shown = office.get(page(course), {"lecture": str(lecture.pk)})
        assert words in shown.content.decode()
    assert "media-src" in shown.headers["Content-Security-Policy"]
    assert office.get(page(course), {"lecture": "nonsense"}).status_code == 200


def test_a_course_is_sent_back_with_a_reason_that_its_instructor_gets(
    office, client_of, settings, course
):
    settings.COURSE_REVIEW = True
    author = client_of(course.instructor)
    assert "reason" in office.post(page(course), {"reject": ""}).context["form"].errors
    office.post(page(course), {"reject": "", "reason": "Say {more} about knots."})
    url = f"/api/v1/courses/{course.pk}"
    body = author.get(url).json()
    assert (body["status"], body["rejection_reason"]) == ("draft", "Say {more} about knots.")
    [listed] = author.get("/api/v1/courses/mine").json()["results"]
    assert listed["rejection_reason"] == "Say {more} about knots."
    [sent] = mail.outbox
    assert sent.to == [course.instructor.email]
    assert "Say {more} about knots." in sent.body
    entry = AuditEntry.objects.get(action="reject")
    assert entry.reason == "Say {more} about knots."
    # A page that was opened before decides nothing.
    office.post(page(course), {"approve": ""})
    assert author.get(url).json()["status"] == "draft"
    again = author.post(f"{url}/publish").json()
    assert (again["status"], again["rejection_reason"]) == ("in_review", None)
    office.post(page(course), {"approve": ""})
    assert author.get(url).json()["status"] == "published"
    assert "is published" in mail.outbox[-1].body


def test_others_do_not_read_why_a_course_was_taken_from_sale(visitor, course):
    Course.objects.update(status="published", rejection_reason="Private")
    assert visitor.get(f"/api/v1/courses/{course.pk}").json()["rejection_reason"] is None


def test_staff_without_the_permission_preview_no_course(course):
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_course"))
    client = Client()
    client.force_login(clerk)
    assert client.get(page(course)).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="preview_course"))
    assert client.get(page(course)).status_code == 200
    assert client.post(page(course), {"approve": ""}).status_code == 403
