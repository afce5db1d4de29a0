"""Publishing needs a complete course; people who are enrolled keep a course that is not sold."""

import pytest

from courses.models import Course
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from media.models import Asset
from media.tests.factories import AssetFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


def act(client, course, verb):
    return client.post(f"{URL}/{course.pk}/{verb}")


@pytest.fixture
def complete():
    """A draft that can be published."""
    return LectureFactory().course


def test_a_complete_course_is_published_and_listed(client_of, visitor, complete):
    response = act(client_of(complete.instructor), complete, "publish")
    assert response.status_code == 200, response.content
    assert response.json()["status"] == "published"
    assert response.json()["published_at"] is not None
    [card] = visitor.get(URL).json()["results"]
    assert card["id"] == str(complete.pk)


def test_everything_that_is_missing_is_named_at_once(client_of):
    course = CourseFactory(description=" ")
    response = act(client_of(course.instructor), course, "publish")
    assert response.status_code == 409
    assert {(error["code"], error["attr"]) for error in response.json()["errors"]} == {
        ("not_publishable", "description"),
        ("not_publishable", "lectures"),
    }
    assert Course.objects.get().status == "draft"


def test_each_lecture_that_is_not_ready_is_named(client_of):
    section = SectionFactory()
    LectureFactory(section=section)
    empty = LectureFactory(section=section, body="")
    bare = LectureFactory(section=section, kind="video", body="")
    early = LectureFactory(
        section=section, kind="video", asset=AssetFactory(status=Asset.Status.PROCESSING)
    )
    LectureFactory(section=section, kind="video", body="", is_published=False)
    LectureFactory(section=section, kind="video", asset=AssetFactory())
    response = act(client_of(section.course.instructor), section.course, "publish")
    assert response.status_code == 409
    assert {error["attr"] for error in response.json()["errors"]} == {
        f"lectures.{empty.pk}.body",
        f"lectures.{bare.pk}.asset",
        f"lectures.{early.pk}.asset",
    }


def test_publishing_twice_changes_nothing(client_of, complete):
    client = client_of(complete.instructor)
    first = act(client, complete, "publish").json()
    assert act(client, complete, "publish").json() == first


@pytest.mark.parametrize(("verb", "status"), [("unpublish", "draft"), ("archive", "archived")])
def test_a_course_that_is_published_again_keeps_its_date(
    client_of, visitor, complete, verb, status
):
    client = client_of(complete.instructor)
    date = act(client, complete, "publish").json()["published_at"]
    assert act(client, complete, verb).json()["status"] == status
    assert act(client, complete, verb).json()["status"] == status
    assert visitor.get(URL).json()["results"] == []
    assert act(client, complete, "publish").json()["published_at"] == date


def test_staff_check_courses_first_if_the_setting_says_so(
    client_of, staff, settings, visitor, complete
):
    settings.COURSE_REVIEW = True
    instructor, editor = client_of(complete.instructor), client_of(staff)
    assert act(instructor, complete, "publish").json()["status"] == "in_review"
    assert act(instructor, complete, "publish").json()["status"] == "in_review"
    assert visitor.get(URL).json()["results"] == []
    assert act(editor, complete, "publish").json()["status"] == "published"
    assert act(instructor, complete, "publish").json()["status"] == "published"


def test_an_instructor_withdraws_a_course_from_review(client_of, settings, complete):
    settings.COURSE_REVIEW = True
    client = client_of(complete.instructor)
    act(client, complete, "publish")
    assert act(client, complete, "unpublish").json()["status"] == "draft"


def test_an_incomplete_course_does_not_reach_staff(client_of, settings):
    settings.COURSE_REVIEW = True
    course = CourseFactory()
    assert act(client_of(course.instructor), course, "publish").status_code == 409
    assert Course.objects.get().status == "draft"


def test_publishing_warns_of_videos_that_cannot_be_completed_by_watching(client_of):
    section = SectionFactory()
    unknown, _known, _hidden = (
        LectureFactory(section=section, kind="video", asset=AssetFactory(), **fields)
        for fields in ({}, {"duration_seconds": 60}, {"is_published": False})
    )
    LectureFactory(section=section)
    client, course = client_of(section.course.instructor), section.course
    assert act(client, course, "publish").json()["warnings"] == []
    Course.objects.update(completion=Course.Completion.WATCHED)
    response = act(client, course, "publish")
    assert response.status_code == 200
    [warning] = response.json()["warnings"]
    assert (warning["code"], warning["attr"]) == (
        "unknown_duration",
        f"lectures.{unknown.pk}.asset",
    )
    assert unknown.title in warning["detail"]
