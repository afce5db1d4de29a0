"""Files are counted as they come, wherever they are sent."""

from pathlib import Path
from tempfile import gettempdir

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.tests.factories import PASSWORD

AVATAR = "/api/v1/users/me/avatar"


def too_large(settings, by=1):
    return SimpleUploadedFile("me.jpg", b"x" * (settings.MAX_IMAGE_BYTES + by), "image/jpeg")


def left_behind():
    return set(Path(gettempdir()).glob("*.upload*"))


@pytest.mark.parametrize("by", [1, 200_000], ids=["by what came", "by the Content-Length"])
def test_an_image_over_the_limit_is_refused_and_leaves_nothing(client_of, student, settings, by):
    settings.MAX_IMAGE_BYTES = 300_000
    before = left_behind()
    response = client_of(student).put(
        AVATAR, {"avatar": too_large(settings, by)}, format="multipart"
    )
    assert response.status_code == 413
    assert response.json()["errors"][0]["code"] == "payload_too_large"
    assert left_behind() == before


def test_a_browser_that_signs_in_by_cookie_is_told_the_same(instructor, settings):
    settings.MAX_VIDEO_BYTES = settings.MAX_IMAGE_BYTES = 300_000
    browser = Client(enforce_csrf_checks=True)
    csrf = {"X-CSRFToken": browser.get("/api/v1/auth/csrf").json()["csrf_token"]}
    person = {"email": instructor.email, "password": PASSWORD}
    browser.post("/api/v1/auth/signin", person, content_type="application/json", headers=csrf)
    before = left_behind()
    for by in (1, 200_000):
        form = {"file": too_large(settings, by)}
        response = browser.post("/api/v1/media/videos", form, headers=csrf)
        assert response.status_code == 413, response.json()
    assert left_behind() == before


def test_the_admin_refuses_it_too(staff, settings):
    settings.MAX_IMAGE_BYTES = 300_000
    desk = Client()
    desk.force_login(staff)
    path = f"/admin/accounts/user/{staff.pk}/change/"
    response = desk.post(path, {"avatar": too_large(settings)})
    assert response.status_code == 400
