"""Cloudinary down, slow or talking nonsense: 503, nothing half-saved, and the next try works."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media.models import Asset, Deletion
from media.tests.videos import padded, video

pytestmark = pytest.mark.django_db

URL = "/api/v1/media/videos"


def upload(client):
    return client.post(URL, {"file": SimpleUploadedFile("x.mp4", video())}, format="multipart")


@pytest.fixture
def teacher(teacher):
    teacher.raise_request_exception = False
    return teacher


@pytest.fixture
def impatient(settings):
    settings.CLOUDINARY_TIMEOUT = 1


@pytest.mark.parametrize(
    "how",
    [
        {"mode": "status", "status": 500},
        {"mode": "status", "status": 502},
        {"mode": "status", "status": 503},
        {"mode": "status", "status": 429},
        {"mode": "status", "status": 401},
        {"mode": "html"},
        {"mode": "html", "status": 200},
        {"mode": "drop"},
        {"mode": "hang", "seconds": 3},
    ],
    ids=lambda how: "-".join(str(value) for value in how.values()),
)
def test_an_upload_answers_503_and_leaves_nothing(teacher, trouble, impatient, how, is_stored):
    trouble(**how)
    begun = time.monotonic()
    response = upload(teacher)
    assert time.monotonic() - begun < 12
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "media_provider_unavailable"
    assert int(response["Retry-After"]) > 0
    assert "Cloudinary" not in response.content.decode()
    assert not Asset.objects.exists()

    trouble("none")
    assert upload(teacher).status_code == 201


def test_a_part_that_fails_is_sent_again(teacher, trouble, asked, settings):
    settings.CLOUDINARY_CHUNK_BYTES = 64 * 1024
    trouble("drop", count=2)
    file = SimpleUploadedFile("x.mp4", padded(video(), 200_000))
    response = teacher.post(URL, {"file": file}, format="multipart")
    assert (response.status_code, response.json()["bytes"]) == (201, 200_000)
    ranges = [request["headers"]["content-range"] for request in asked()]
    assert len(ranges) == 6
    assert ranges[0] == ranges[1] == ranges[2]


def test_an_answer_that_was_lost_costs_a_repetition(teacher, trouble, asked):
    trouble("lose", count=1)
    assert upload(teacher).status_code == 201
    assert len(asked()) == 2
    assert Asset.objects.get().is_ready


def test_what_arrived_though_no_answer_came_is_deleted(teacher, trouble, sandbox):
    from media.services import audit

    trouble("lose")
    assert upload(teacher).status_code == 503
    trouble("none")
    # Deleting met the same trouble, and is remembered.
    assert Deletion.objects.count() == 3
    for deletion in Deletion.objects.all():
        from media.services import deletions

        assert deletions.carry_out.call(str(deletion.pk))
    assert not Deletion.objects.exists()
    assert list(audit.cloud.listed("video", "authenticated", "lms/")) == [[]]


def test_complete_answers_503_and_can_be_repeated(teacher, ticket, send, trouble):
    asset, upload = ticket()
    answer = send(upload, video()).json()
    url = f"/api/v1/media/uploads/{asset.pk}/complete"
    body = {name: answer[name] for name in ("public_id", "version", "signature")}
    trouble("status", status=500)
    assert teacher.post(url, body).status_code == 503
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PENDING
    trouble("none")
    assert teacher.post(url, body).json()["status"] == "ready"


def test_a_slow_admin_api_keeps_the_time_limit(teacher, ticket, send, trouble, impatient):
    asset, upload = ticket()
    answer = send(upload, video()).json()
    trouble("hang", seconds=5)
    body = {name: answer[name] for name in ("public_id", "version", "signature")}
    begun = time.monotonic()
    assert teacher.post(f"/api/v1/media/uploads/{asset.pk}/complete", body).status_code == 503
    assert time.monotonic() - begun < 3


def test_a_ticket_needs_no_cloudinary(trouble, ticket):
    trouble("drop")
    assert ticket()[0].status == Asset.Status.PENDING


def test_deleting_works_while_cloudinary_is_away(teacher, trouble, mp4, is_stored):
    asset_id = teacher.post(URL, {"file": mp4}, format="multipart").json()["id"]
    stored = Asset.objects.get().stored
    trouble("drop")
    assert teacher.delete(f"/api/v1/media/assets/{asset_id}").status_code == 204
    assert not Asset.objects.exists()
    trouble("none")
    assert is_stored(stored)
    assert Deletion.objects.filter(public_id=stored.public_id).count() == 3
