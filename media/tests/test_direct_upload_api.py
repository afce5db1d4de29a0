"""POST /media/uploads and /complete: a file uploaded straight to Cloudinary."""

from datetime import datetime, timedelta

import httpx
import pytest
from django.utils import timezone

from media.models import Asset, Deletion
from media.services import assets
from media.tests.factories import AssetFactory
from media.tests.tickets import URL, error, form, proof
from media.tests.videos import padded, video

pytestmark = pytest.mark.django_db


def test_a_browser_uploads_a_file_with_a_ticket_alone(teacher, instructor, sandbox, send_file):
    response = teacher.post(URL, form(filename="My lecture.mp4"))
    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"asset", "upload"}
    assert (body["asset"]["status"], body["asset"]["bytes"]) == ("pending", None)
    assert set(body["upload"]) == {"url", "fields", "chunk_bytes", "expires_at"}
    left = datetime.fromisoformat(body["upload"]["expires_at"]) - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    fields = body["upload"]["fields"]
    assert all(isinstance(value, str) for value in fields.values())
    assert "sandbox-secret" not in response.content.decode()
    assert fields["allowed_formats"] == "mp4,m4v,mov,webm,mkv"
    assert (fields["type"], fields["overwrite"]) == ("authenticated", "0")
    cloud_response = send_file(body["upload"], video())
    assert cloud_response.status_code == 200, cloud_response.text
    assert Asset.objects.get().owner == instructor


def test_a_completed_asset_has_the_details_that_cloudinary_reports(teacher, ticket, send_file):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["bytes"], body["duration_seconds"]) == ("ready", len(video()), 2)
    asset.refresh_from_db()
    assert (asset.format, asset.version) == ("mp4", cloud_response["version"])


def test_completing_an_upload_twice_changes_nothing(teacher, ticket, send_file, sent_to_cloudinary):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    first = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    before = len(sent_to_cloudinary())
    again = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(sent_to_cloudinary()) == before


def test_a_browser_may_upload_a_video_in_parts(teacher, ticket, sandbox):
    asset, upload = ticket()
    content, size = padded(video(), 200_000), upload["chunk_bytes"]
    for start in range(0, len(content), size):
        part = content[start : start + size]
        span = f"bytes {start}-{start + len(part) - 1}/{len(content)}"
        cloud_response = httpx.post(
            upload["url"],
            data=upload["fields"],
            files={"file": ("a.mp4", part)},
            headers={"Content-Range": span, "X-Unique-Upload-Id": "one"},
        )
        assert cloud_response.status_code == 200, cloud_response.text
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response.json()))
    assert (response.json()["status"], response.json()["bytes"]) == ("ready", 200_000)


@pytest.mark.parametrize(
    ("given", "language"),
    [({}, "es-419"), ({"language": None}, "es-419"), ({"language": "DE-at"}, "de-AT")],
)
def test_captions_by_ticket_have_the_language_given_else_that_of_their_name(
    teacher, given, language
):
    asked = form(kind="captions", filename="intro.ES-419.vtt") | given
    assert teacher.post(URL, asked).json()["asset"]["language"] == language


@pytest.mark.parametrize(
    ("changed", "attr", "code"),
    [
        ({"kind": "image"}, "kind", "invalid_choice"),
        ({"kind": None}, "kind", "null"),
        ({"filename": ""}, "filename", "blank"),
        ({"filename": "a.exe"}, "filename", "unsupported_media"),
        ({"filename": "mp4"}, "filename", "unsupported_media"),
        ({"filename": "a\u0000.mp4"}, "filename", "null_characters_not_allowed"),
        ({"filename": "a\u202e4pm.mp4"}, "filename", "direction_characters"),
        ({"filename": "a" * 300 + ".mp4"}, "filename", "max_length"),
        ({"filename": {}}, "filename", "invalid"),
        ({"kind": "captions"}, "filename", "unsupported_media"),
        ({"language": "english"}, "language", "invalid"),
        ({"language": ["en"]}, "language", "invalid"),
        ({"size_bytes": 0}, "size_bytes", "min_value"),
        ({"size_bytes": -1}, "size_bytes", "min_value"),
        ({"size_bytes": "much"}, "size_bytes", "invalid"),
        ({"size_bytes": 2 * 1024**3 + 1}, "size_bytes", "max_value"),
        ({"size_bytes": 10**18}, "size_bytes", "max_value"),
    ],
)
def test_an_invalid_request_gets_no_ticket(teacher, changed, attr, code):
    response = teacher.post(URL, form(**changed))
    assert (response.status_code, error(response)) == (400, (code, attr))
    assert not Asset.objects.exists()


def test_a_ticket_with_changed_fields_is_refused(ticket, send_file):
    _, upload = ticket()
    for changed in (
        {"public_id": "lms/videos/other"},
        {"type": "upload"},
        {"overwrite": "1"},
        {"allowed_formats": "exe"},
        {"notification_url": "https://evil.example"},
        {"timestamp": "1"},
        {"eager": "w_9999"},
    ):
        assert send_file(upload, video(), **changed).status_code == 401


def test_a_second_upload_does_not_replace_the_first(teacher, ticket, send_file):
    asset, upload = ticket()
    first = send_file(upload, video()).json()
    teacher.post(f"{URL}/{asset.pk}/complete", proof(first))
    second = send_file(upload, padded(video(), 100_000)).json()
    assert (second["existing"], second["bytes"]) == (True, len(video()))


def test_a_ticket_for_a_video_accepts_neither_an_image_nor_a_program(ticket, send_file):
    _, upload = ticket()
    assert send_file(upload, b"MZ" * 100, "x.mp4").status_code == 400
    assert send_file(upload, b"\x89PNG\r\n\x1a\n", "x.png").status_code == 400


def test_a_file_above_the_limit_fails_and_is_deleted(
    teacher, ticket, send_file, settings, is_stored
):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    settings.MAX_VIDEO_BYTES = len(video()) - 1
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["failure_reason"]) == ("failed", "too_large")
    assert not is_stored(asset.stored)
    assert not Deletion.objects.exists()


def test_an_upload_as_another_resource_type_does_not_complete_the_asset(teacher, ticket, send_file):
    asset, upload = ticket()
    elsewhere = upload | {"url": upload["url"].replace("/video/", "/raw/")}
    cloud_response = send_file(elsewhere, b"not a video at all", "x.mp4")
    assert cloud_response.status_code == 200
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response.json()))
    assert (response.status_code, error(response)[0]) == (409, "not_uploaded")


def test_a_file_uploaded_as_another_resource_type_is_deleted_with_the_asset(
    teacher, ticket, send_file, is_stored
):
    asset, upload = ticket()
    send_file(upload | {"url": upload["url"].replace("/video/", "/raw/")}, b"anything", "x.mp4")
    place = asset.stored._replace(resource_type="raw")
    assert is_stored(place)
    assert teacher.delete(f"/api/v1/media/assets/{asset.pk}").status_code == 204
    assert not is_stored(place)


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "0" * 40},
        {"signature": "0"},
        {"signature": "ü" * 40},
        {"version": 1},
        {"public_id": "lms/videos/other"},
    ],
)
def test_a_response_that_cloudinary_did_not_sign_is_refused(teacher, ticket, send_file, changed):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response) | changed)
    assert (response.status_code, error(response)[0]) == (400, "invalid_signature")
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PENDING


def test_the_response_to_another_upload_is_refused(teacher, ticket, send_file):
    (asset, _), (_, other) = ticket(), ticket()
    cloud_response = send_file(other, video()).json()
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert error(response)[0] == "invalid_signature"


@pytest.mark.parametrize("body", [{}, {"public_id": 1, "version": "x", "signature": None}, []])
def test_an_incomplete_response_is_refused(teacher, ticket, body):
    asset, _ = ticket()
    assert teacher.post(f"{URL}/{asset.pk}/complete", body).status_code == 400


def test_another_instructors_upload_cannot_be_completed(ticket, client_of, other_instructor):
    asset, _ = ticket()
    response = client_of(other_instructor).post(f"{URL}/{asset.pk}/complete", {})
    assert response.status_code == 404


def test_an_unknown_upload_is_not_found(teacher):
    assert teacher.post(f"{URL}/{'0' * 24}/complete", {}).status_code == 404
    assert teacher.post(f"{URL}/x/complete", {}).status_code == 404


def test_visitors_get_401_and_students_403_and_of_files_of_others_404(visitor, client_of, student):
    assert visitor.post(URL, form()).status_code == 401
    assert client_of(student).post(URL, form()).status_code == 403
    asset = AssetFactory()
    assert visitor.post(f"{URL}/{asset.pk}/complete", {}).status_code == 401
    assert client_of(student).post(f"{URL}/{asset.pk}/complete", {}).status_code == 404


def test_tickets_are_throttled(teacher, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"uploads": "2/h"}
    responses = [teacher.post(URL, form()) for _ in range(3)]
    assert [response.status_code for response in responses] == [201, 201, 429]
    assert int(responses[-1]["Retry-After"]) > 0


def test_a_ticket_costs_four_commands(teacher, commands):
    """Its owner is written to in the same transaction, so that no file is created while the account is erased."""
    teacher.post(URL, form())
    with commands() as sent:
        teacher.post(URL, form())
    assert [event.command_name for event in sent] == [
        "aggregate",
        "update",
        "insert",
        "commitTransaction",
    ]


def test_a_ticket_requests_a_stream_if_streaming_is_on(ticket, settings):
    assert "eager" not in ticket()[1]["fields"]
    settings.CLOUDINARY_STREAMING = True
    fields = ticket()[1]["fields"]
    assert (fields["eager"], fields["eager_async"]) == ("sp_auto/m3u8", "1")
    assert fields["eager_notification_url"].endswith(assets.NOTIFICATION_PATH)


def test_a_video_waits_for_its_stream_if_streaming_is_on(teacher, ticket, send_file, settings):
    settings.CLOUDINARY_STREAMING = True
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert (response.json()["status"], response.json()["duration_seconds"]) == ("processing", 2)
