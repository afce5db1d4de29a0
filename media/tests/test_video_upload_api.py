"""POST /media/videos, /media/files and /media/captions: a file uploaded through us."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media import cloud
from media.models import Asset, Deletion
from media.services import assets
from media.tests.videos import padded, video

pytestmark = pytest.mark.django_db

VIDEOS, FILES, CAPTIONS = "/api/v1/media/videos", "/api/v1/media/files", "/api/v1/media/captions"
FIELDS = {
    *("id", "kind", "status", "failure_reason", "failure_detail", "original_name"),
    *("bytes", "duration_seconds", "language", "created_at"),
}
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"


def upload(client, file, url=VIDEOS):
    return client.post(url, {"file": file}, format="multipart")


def code(response):
    return response.json()["errors"][0]["code"]


def test_an_instructor_uploads_a_video(teacher, instructor, mp4, sandbox):
    response = upload(teacher, mp4)
    assert response.status_code == 201, response.json()
    body = response.json()
    assert set(body) == FIELDS
    assert (body["kind"], body["status"], body["failure_reason"]) == ("video", "ready", "")
    assert body["original_name"] == "Lecture 1.mp4"
    assert (body["bytes"], body["duration_seconds"]) == (len(video()), 2)
    asset = Asset.objects.get(pk=body["id"])
    assert asset.owner == instructor
    assert (asset.format, asset.is_ready) == ("mp4", True)
    assert cloud.get_details(asset.stored)["bytes"] == len(video())


def test_the_response_does_not_reveal_the_place_at_cloudinary(teacher, mp4, sandbox):
    response = upload(teacher, mp4)
    asset = Asset.objects.get()
    text = response.content.decode()
    for secret in (asset.public_id, asset.public_id.rpartition("/")[2], asset.asset_id, "http"):
        assert secret not in text


def test_a_video_is_stored_as_authenticated_under_a_name_of_ours(
    teacher, mp4, sandbox, sent_to_cloudinary
):
    upload(teacher, mp4)
    asset = Asset.objects.get()
    assert asset.public_id.startswith("lms/videos/")
    assert "Lecture" not in asset.public_id
    form = sent_to_cloudinary()[0]["form"]
    assert (form["type"], form["overwrite"], form["public_id"]) == (
        "authenticated",
        "0",
        asset.public_id,
    )
    assert form["allowed_formats"] == "mp4,m4v,mov,webm,mkv"


def test_a_large_video_is_uploaded_in_parts(teacher, sandbox, sent_to_cloudinary, settings):
    settings.CLOUDINARY_CHUNK_BYTES = 64 * 1024
    content = padded(video(), 300_000)
    response = upload(teacher, SimpleUploadedFile("large.mp4", content))
    assert response.json()["bytes"] == 300_000
    sent = [request for request in sent_to_cloudinary() if request["method"] == "POST"]
    assert len(sent) == 5
    assert len({request["headers"]["x-unique-upload-id"] for request in sent}) == 1
    assert sent[-1]["headers"]["content-range"] == "bytes 262144-299999/300000"


@pytest.mark.parametrize("container", ["mov", "webm", "matroska"])
def test_cloudinary_decides_on_other_containers(teacher, sandbox, container):
    response = upload(teacher, SimpleUploadedFile("x.bin", video(container)))
    assert response.status_code == 201
    assert Asset.objects.get().format == {"matroska": "mkv"}.get(container, container)


def test_a_video_of_unknown_length_is_taken_as_browsers_record_it(teacher, sandbox):
    response = upload(teacher, SimpleUploadedFile("recorded.webm", video("webm", live=True)))
    assert (response.status_code, response.json()["status"]) == (201, "ready")
    assert response.json()["duration_seconds"] is None


@pytest.mark.parametrize(
    "content",
    [
        b"not a video",
        b"\0\0\0\x18ftypmp42" + b"\0" * 500,
        video()[: len(video()) // 2],
        b"\x1a\x45\xdf\xa3 only looks like Matroska",
    ],
    ids=["text", "forged", "half", "forged matroska"],
)
def test_a_file_that_is_no_video_is_refused_and_not_kept(teacher, sandbox, content):
    response = upload(teacher, SimpleUploadedFile("x.mp4", content, "video/mp4"))
    assert (response.status_code, code(response)) == (400, "unsupported_media")
    assert not Asset.objects.exists()
    assert not Deletion.objects.exists()


def test_an_image_is_refused_as_a_video(teacher, sandbox):
    response = upload(teacher, SimpleUploadedFile("x.mp4", b"\x89PNG\r\n\x1a\n" + b"\0" * 100))
    assert (response.status_code, code(response)) == (400, "unsupported_media")


def test_an_empty_file_is_refused(teacher, sandbox):
    response = upload(teacher, SimpleUploadedFile("x.mp4", b""))
    assert (response.status_code, code(response)) == (400, "empty")


@pytest.mark.parametrize("body", [{}, {"file": "a text"}, {"other": SimpleUploadedFile("x", b"x")}])
def test_a_form_without_a_file_is_refused(teacher, body):
    response = teacher.post(VIDEOS, body, format="multipart")
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "file"


def test_json_is_refused_as_an_upload(teacher):
    response = teacher.post(VIDEOS, {"file": "x"})
    assert (response.status_code, code(response)) == (415, "unsupported_media_type")


def test_a_file_that_is_too_large_is_refused(teacher, sandbox, settings, sent_to_cloudinary):
    settings.MAX_VIDEO_BYTES = 1000
    response = upload(teacher, SimpleUploadedFile("x.mp4", padded(video(), 1_000_000)))
    assert (response.status_code, code(response)) == (413, "payload_too_large")
    assert not Asset.objects.exists()
    assert sent_to_cloudinary() == []


def test_a_file_above_the_limit_is_refused_whatever_its_content_length(teacher, sandbox, settings):
    settings.MAX_VIDEO_BYTES = 2000
    # The Content-Length is within the allowance for the form; the bytes counted are not.
    response = upload(teacher, SimpleUploadedFile("x.mp4", padded(video(), 40_000)))
    assert (response.status_code, code(response)) == (413, "payload_too_large")


def test_the_limit_applies_to_all_files_of_a_request_together(teacher, settings):
    settings.MAX_VIDEO_BYTES = 5000
    files = {
        name: SimpleUploadedFile("x.mp4", b"x" * 3000, "video/mp4") for name in ("file", "other")
    }
    assert teacher.post(VIDEOS, files, format="multipart").status_code == 413


def test_a_visitor_cannot_upload_a_video(visitor, db, mp4):
    assert upload(visitor, mp4).status_code == 401


def test_a_student_cannot_upload_a_video(client_of, student, mp4, sent_to_cloudinary):
    response = upload(client_of(student), mp4)
    assert (response.status_code, code(response)) == (403, "permission_denied")
    assert sent_to_cloudinary() == []


def test_files_and_captions_are_uploaded_the_same_way(teacher, sandbox):
    pdf = upload(teacher, SimpleUploadedFile("Slides.PDF", b"%PDF-1.7 slides"), FILES)
    vtt = upload(teacher, SimpleUploadedFile("intro.en.vtt", VTT), CAPTIONS)
    assert (pdf.status_code, vtt.status_code) == (201, 201), (pdf.json(), vtt.json())
    assert (pdf.json()["kind"], pdf.json()["status"], pdf.json()["duration_seconds"]) == (
        "file",
        "ready",
        None,
    )
    assert (vtt.json()["kind"], vtt.json()["status"]) == ("captions", "ready")
    slides = Asset.objects.get(kind="file")
    assert slides.public_id.startswith("lms/files/")
    assert (slides.format, slides.stored.resource_type) == ("pdf", "raw")


@pytest.mark.parametrize(
    ("url", "name", "content"),
    [
        (FILES, "run.exe", b"MZ"),
        (FILES, "x.pdf", b"MZ"),
        (CAPTIONS, "x.vtt", b"1\n00:00"),
        (CAPTIONS, "x.srt", VTT),
        (CAPTIONS, "x.vtt", b"WEBVTT\n\n00:00,000 --> 00:01,000\nHi\n"),
        (FILES, "x.pdf", b"<!doctype html><p>Not found</p>"),
    ],
)
def test_other_files_are_refused(teacher, sandbox, url, name, content):
    response = upload(teacher, SimpleUploadedFile(name, content), url)
    assert (response.status_code, code(response)) == (400, "unsupported_media")
    assert not Asset.objects.exists()


def test_a_mistake_in_captions_is_named_with_its_line(teacher, sandbox):
    content = b"WEBVTT\n\n00:00:00,000 --> 00:00:02,000\nWelcome\n"
    response = upload(teacher, SimpleUploadedFile("x.vtt", content), CAPTIONS)
    assert response.status_code == 400
    assert response.json()["errors"][0]["detail"].startswith("Line 3: write the times as ")


@pytest.mark.parametrize(
    ("given", "language"), [("es-419", "es-419"), ("zh-hans-cn", "zh-Hans-CN"), ("", "en")]
)
def test_captions_have_the_language_that_is_given_else_that_of_their_name(
    teacher, sandbox, given, language
):
    form = {"file": SimpleUploadedFile("intro.en.vtt", VTT), "language": given}
    response = teacher.post(CAPTIONS, form, format="multipart")
    assert (response.status_code, response.json()["language"]) == (201, language)


@pytest.mark.parametrize("language", ["english", "xx", "en_US", "en-US-US", "e" * 4000, "\u202een"])
def test_what_is_no_language_is_refused(teacher, sandbox, language):
    form = {"file": SimpleUploadedFile("intro.en.vtt", VTT), "language": language}
    response = teacher.post(CAPTIONS, form, format="multipart")
    [error] = response.json()["errors"]
    assert (response.status_code, error["attr"], error["code"]) == (400, "language", "invalid")


def test_each_kind_has_its_own_limit(teacher, settings):
    settings.MAX_CAPTIONS_BYTES = 10
    response = upload(teacher, SimpleUploadedFile("x.vtt", b"WEBVTT\n" * 9), CAPTIONS)
    assert response.status_code == 413


def test_uploads_are_throttled(teacher, sandbox, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"uploads": "2/h"}
    statuses = [
        upload(teacher, SimpleUploadedFile("x.vtt", VTT), CAPTIONS).status_code for _ in range(3)
    ]
    assert statuses == [201, 201, 429]


def test_the_ready_handlers_are_called_once(teacher, sandbox, mp4, monkeypatch):
    ready_ids = []
    monkeypatch.setattr(
        assets, "ready_handlers", [lambda asset: ready_ids.append(asset.duration_seconds)]
    )
    upload(teacher, mp4)
    assets.finish(Asset.objects.get())
    assert ready_ids == [2]
