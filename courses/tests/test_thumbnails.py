"""The picture of a course."""

import pytest
from django.http import Http404

from courses.models import Course
from courses.services import authoring
from courses.tests.factories import CourseFactory, picture
from media import cloud

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


def test_a_new_picture_replaces_the_old_one_which_is_deleted(sandbox, client_of):
    course = CourseFactory()
    client, url = client_of(course.instructor), f"{URL}/{course.pk}/thumbnail"
    first = client.put(url, {"thumbnail": picture()}, format="multipart")
    assert first.status_code == 200, first.content
    old = Course.objects.get().thumbnail
    assert old.storage.exists(old.name)
    second = client.put(url, {"thumbnail": picture()}, format="multipart")
    assert second.json()["thumbnail"] != first.json()["thumbnail"]
    assert not old.storage.exists(old.name)


def test_the_new_picture_of_a_deleted_course_is_deleted(sandbox):
    course = CourseFactory()
    Course.objects.filter(pk=course.pk).delete()
    with pytest.raises(Http404):
        authoring.set_thumbnail(course, picture())
    assert list(cloud.list_pages("image", "upload", "lms/")) == [[]]


def test_a_picture_can_be_removed(sandbox, client_of):
    course = CourseFactory()
    client = client_of(course.instructor)
    client.put(f"{URL}/{course.pk}/thumbnail", {"thumbnail": picture()}, format="multipart")
    response = client.patch(f"{URL}/{course.pk}", {"thumbnail": None})
    assert response.json()["thumbnail"] is None


def test_a_thumbnail_request_needs_a_picture(client_of, visitor):
    course = CourseFactory()
    client, url = client_of(course.instructor), f"{URL}/{course.pk}/thumbnail"
    response = client.put(url, {}, format="multipart")
    [error] = response.json()["errors"]
    assert (response.status_code, error["attr"], error["code"]) == (400, "thumbnail", "required")
    assert visitor.put(url, {"thumbnail": picture()}, format="multipart").status_code == 401


def test_a_thumbnail_in_json_is_refused(client_of):
    course = CourseFactory()
    response = client_of(course.instructor).put(
        f"{URL}/{course.pk}/thumbnail", {"thumbnail": "picture.png"}, format="json"
    )
    [error] = response.json()["errors"]
    assert (response.status_code, error["attr"], error["code"]) == (400, "thumbnail", "invalid")
