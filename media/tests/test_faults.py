"""Cloudinary is down, slow or sends nonsense: 503, nothing is half-saved, and the next try works."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media import cloud, tasks
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
def short_timeout(settings):
    settings.CLOUDINARY_TIMEOUT = 0.4


@pytest.mark.parametrize(
    "options",
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
    ids=lambda options: "-".join(str(value) for value in options.values()),
)
def test_a_failing_upload_is_503_and_leaves_nothing(
    teacher, fault, short_timeout, options, settings
):
    fault(**options)
    begun = time.monotonic()
    response = upload(teacher)
    assert time.monotonic() - begun < 12
    assert response.status_code == 503
    assert response.json()["errors"][0]["code"] == "media_provider_unavailable"
    assert int(response["Retry-After"]) > 0
    assert "Cloudinary" not in response.content.decode()
    assert not Asset.objects.exists()

    fault("none")
    settings.CLOUDINARY_TIMEOUT = 20
    assert upload(teacher).status_code == 201


def test_a_part_that_fails_is_sent_again(teacher, fault, sent_to_cloudinary, settings):
    settings.CLOUDINARY_CHUNK_BYTES = 64 * 1024
    fault("drop", count=2)
    file = SimpleUploadedFile("x.mp4", padded(video(), 200_000))
    response = teacher.post(URL, {"file": file}, format="multipart")
    assert (response.status_code, response.json()["bytes"]) == (201, 200_000)
    ranges = [request["headers"]["content-range"] for request in sent_to_cloudinary()]
    assert len(ranges) == 6
    assert ranges[0] == ranges[1] == ranges[2]


def test_an_upload_whose_response_is_lost_is_repeated(teacher, fault, sent_to_cloudinary):
    fault("lose", count=1)
    assert upload(teacher).status_code == 201
    assert len(sent_to_cloudinary()) == 2
    assert Asset.objects.get().is_ready


def test_a_video_that_arrived_without_a_response_is_deleted(teacher, fault, sandbox):
    fault("lose")
    assert upload(teacher).status_code == 503
    fault("none")
    # The deletions failed too, and are recorded.
    assert Deletion.objects.count() == 3
    for deletion in Deletion.objects.all():
        assert tasks.delete_file.call(str(deletion.pk))
    assert not Deletion.objects.exists()
    assert list(cloud.list_pages("video", "authenticated", "lms/")) == [[]]


def test_complete_is_503_during_an_outage_and_can_be_repeated(teacher, ticket, send_file, fault):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    url = f"/api/v1/media/uploads/{asset.pk}/complete"
    body = {name: cloud_response[name] for name in ("public_id", "version", "signature")}
    fault("status", status=500)
    assert teacher.post(url, body).status_code == 503
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PENDING
    fault("none")
    assert teacher.post(url, body).json()["status"] == "ready"


def test_a_slow_admin_api_keeps_the_time_limit(teacher, ticket, send_file, fault, short_timeout):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    fault("hang", seconds=5)
    body = {name: cloud_response[name] for name in ("public_id", "version", "signature")}
    begun = time.monotonic()
    assert teacher.post(f"/api/v1/media/uploads/{asset.pk}/complete", body).status_code == 503
    assert time.monotonic() - begun < 3


def test_a_ticket_is_created_without_cloudinary(fault, ticket):
    fault("drop")
    assert ticket()[0].status == Asset.Status.PENDING


def test_a_file_can_be_deleted_while_cloudinary_is_unavailable(teacher, fault, mp4, is_stored):
    asset_id = teacher.post(URL, {"file": mp4}, format="multipart").json()["id"]
    stored = Asset.objects.get().stored
    fault("drop")
    assert teacher.delete(f"/api/v1/media/assets/{asset_id}").status_code == 204
    assert not Asset.objects.exists()
    fault("none")
    assert is_stored(stored)
    assert Deletion.objects.filter(public_id=stored.public_id).count() == 3
