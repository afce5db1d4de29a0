"""A file uploaded straight to Cloudinary is inspected before it is ready."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media import cloud, delivery
from media.models import Asset
from media.services import assets, repair
from media.tests.notifications import notify, pending_asset, upload_notice
from media.tests.tickets import URL, VTT, error, proof

pytestmark = pytest.mark.django_db

SRT_TIMES = VTT.replace(b".", b",")
HTML = b"<!doctype html><p>Not found</p>"


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [("file", "Slides.PDF", b"%PDF-1.7"), ("captions", "intro.en.vtt", VTT)],
)
def test_files_and_captions_are_uploaded_the_same_way(
    teacher, ticket, send_file, kind, name, content
):
    asset, upload = ticket(kind, name)
    cloud_response = send_file(upload, content, name)
    assert cloud_response.status_code == 200, cloud_response.text
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response.json()))
    assert (response.json()["status"], response.json()["kind"]) == ("ready", kind)
    asset.refresh_from_db()
    assert asset.format == name.rpartition(".")[2].lower()


@pytest.mark.parametrize(
    ("kind", "name", "content", "words"),
    [
        ("captions", "intro.en.vtt", SRT_TIMES, "Line 3: write the times as "),
        ("captions", "intro.en.vtt", b"WEBVTT\n", "Line 2: the captions end here"),
        ("file", "Slides.pdf", HTML, "This is not a pdf file."),
        ("file", "Notes.txt", HTML, "This is not a txt file."),
        ("file", "Notes.txt", b"MZ\0" + b"x" * 100_000, "This is not a txt file."),
    ],
)
@pytest.mark.parametrize("way", ["complete", "webhook", "repair"])
def test_a_file_that_is_not_what_its_name_says_fails_by_every_way_it_is_reported(
    teacher, visitor, ticket, send_file, is_stored, way, kind, name, content, words
):
    asset, upload = ticket(kind, name)
    cloud_response = send_file(upload, content, name).json()
    if way == "complete":
        response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
        assert response.status_code == 200
    elif way == "webhook":
        notice = upload_notice(asset, bytes=len(content), format=None)
        assert notify(visitor, {k: v for k, v in notice.items() if v}).status_code == 200
    else:
        Asset.objects.filter(pk=asset.pk).update(created_at=timezone.now() - timedelta(hours=1))
        assert repair.repair().assets == 1
    body = teacher.get(f"/api/v1/media/assets/{asset.pk}").json()
    assert (body["status"], body["failure_reason"]) == ("failed", "unsupported_media")
    assert body["failure_detail"].startswith(words)
    assert not is_stored(asset.stored)


def test_completing_shows_what_a_notification_has_recorded_meanwhile(
    teacher, visitor, ticket, send_file, monkeypatch
):
    asset, upload = ticket("captions", "intro.en.vtt")
    cloud_response = send_file(upload, SRT_TIMES, "intro.en.vtt").json()
    complete = assets.complete_upload

    def notified_first(*args, **kwargs):
        notify(visitor, upload_notice(asset, bytes=len(SRT_TIMES), format="vtt"))
        complete(*args, **kwargs)

    monkeypatch.setattr(assets, "complete_upload", notified_first)
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert (response.status_code, response.json()["status"]) == (200, "failed")


def test_only_the_start_of_a_large_file_is_fetched(teacher, ticket, send_file, sandbox):
    asset, upload = ticket("file", "a.pdf")
    content = b"%PDF-1.7" + b"x" * 1_000_000
    cloud_response = send_file(upload, content, "a.pdf").json()
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert (response.json()["status"], response.json()["bytes"]) == ("ready", len(content))
    url = delivery.private_url(asset.stored, timezone.now() + timedelta(minutes=1))
    assert cloud.download(url, 5) == b"%PDF-"


def test_a_file_that_cannot_be_fetched_yet_stays_pending(
    teacher, visitor, ticket, send_file, fault
):
    teacher.raise_request_exception = visitor.raise_request_exception = False
    asset, upload = ticket("captions", "intro.en.vtt")
    cloud_response = send_file(upload, VTT, "intro.en.vtt").json()
    notice = upload_notice(asset, bytes=len(VTT), format="vtt")
    fault("status", status=503)
    assert notify(visitor, notice).status_code == 200
    response = teacher.post(f"{URL}/{asset.pk}/complete", proof(cloud_response))
    assert (response.status_code, error(response)[0]) == (503, "media_provider_unavailable")
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PENDING
    fault("none")
    assert notify(visitor, notice).status_code == 200
    asset.refresh_from_db()
    assert asset.status == Asset.Status.READY


def test_a_notification_of_a_file_that_is_not_there_makes_nothing_ready(visitor, sandbox):
    asset = pending_asset(kind="captions", public_id="lms/captions/x.vtt")
    assert notify(visitor, upload_notice(asset, bytes=9, format="vtt")).status_code == 200
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PENDING
