"""Uploaded files are counted as they arrive, at every endpoint."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.tests.factories import PASSWORD
from courses.tests.factories import CourseFactory
from lms.tests.test_images import many_scans_in_two_pictures

AVATAR = "/api/v1/users/me/avatar"


def too_large_file(settings, by=1):
    return SimpleUploadedFile("me.jpg", b"x" * (settings.MAX_IMAGE_BYTES + by), "image/jpeg")


@pytest.fixture
def folder(settings, tmp_path):
    """Return the folder of temporary files, used by this test alone."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize("by", [1, 200_000], ids=["bytes counted", "Content-Length"])
def test_an_image_above_the_limit_is_refused_and_leaves_no_file(
    client_of, student, settings, folder, by
):
    settings.MAX_IMAGE_BYTES = 300_000
    response = client_of(student).put(
        AVATAR, {"avatar": too_large_file(settings, by)}, format="multipart"
    )
    assert response.status_code == 413
    assert response.json()["errors"][0]["code"] == "payload_too_large"
    assert not list(folder.iterdir())


def test_a_browser_signed_in_by_cookie_gets_the_same_response(instructor, settings, folder):
    settings.MAX_VIDEO_BYTES = settings.MAX_IMAGE_BYTES = 300_000
    browser = Client(enforce_csrf_checks=True)
    csrf = {"X-CSRFToken": browser.get("/api/v1/auth/csrf").json()["csrf_token"]}
    credentials = {"email": instructor.email, "password": PASSWORD}
    browser.post("/api/v1/auth/signin", credentials, content_type="application/json", headers=csrf)
    for by in (1, 200_000):
        form = {"file": too_large_file(settings, by)}
        response = browser.post("/api/v1/media/videos", form, headers=csrf)
        assert response.status_code == 413, response.json()
    assert not list(folder.iterdir())


def test_the_admin_refuses_an_image_above_the_limit(staff, settings):
    settings.MAX_IMAGE_BYTES = 300_000
    staff_client = Client()
    staff_client.force_login(staff)
    path = f"/admin/accounts/user/{staff.pk}/change/"
    response = staff_client.post(path, {"avatar": too_large_file(settings)})
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("put", AVATAR, "avatar"),
        ("patch", "/api/v1/users/me", "avatar"),
        ("post", "/api/v1/courses", "thumbnail"),
        ("patch", "/api/v1/courses/{course}", "thumbnail"),
        ("put", "/api/v1/courses/{course}/thumbnail", "thumbnail"),
    ],
)
def test_every_way_in_refuses_a_picture_with_too_many_scans(
    client_of, instructor, method, path, field
):
    url = path.format(course=CourseFactory(instructor=instructor).pk)
    hostile = SimpleUploadedFile("me.jpg", many_scans_in_two_pictures(), "image/jpeg")
    response = getattr(client_of(instructor), method)(url, {field: hostile}, format="multipart")
    assert response.status_code == 400, response.json()
    errors = {error["attr"]: error["code"] for error in response.json()["errors"]}
    assert errors[field] == "invalid_image"


def test_pictures_are_throttled_and_other_changes_are_not(client_of, instructor, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"uploads": "2/h"}
    client, course = client_of(instructor), CourseFactory(instructor=instructor)
    thumbnail = f"/api/v1/courses/{course.pk}/thumbnail"

    def send(method, path, field):
        form = {field: SimpleUploadedFile("me.jpg", b"no picture")}
        return getattr(client, method)(path, form, format="multipart").status_code

    assert send("put", AVATAR, "avatar") == send("put", thumbnail, "thumbnail") == 400
    assert send("put", AVATAR, "avatar") == send("patch", "/api/v1/users/me", "avatar") == 429
    assert (
        send("put", thumbnail, "thumbnail") == send("post", "/api/v1/courses", "thumbnail") == 429
    )
    assert client.patch("/api/v1/users/me", {"name": "Ines"}).status_code == 200
    assert client.patch(f"/api/v1/courses/{course.pk}", {"subtitle": "New"}).status_code == 200
