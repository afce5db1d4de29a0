"""The commands that clean up: expire_uploads, repair_media, audit_media."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from media import cloud, tasks
from media.models import Asset, Deletion, Stored
from media.queries import audit
from media.services import assets, repair
from media.tests.factories import AssetFactory, FileFactory
from media.tests.videos import video

pytestmark = pytest.mark.django_db


def aged(asset, **age):
    Asset.objects.filter(pk=asset.pk).update(created_at=timezone.now() - timedelta(**age))
    return asset


def run(name, *options):
    out = StringIO()
    call_command(name, *options, stdout=out)
    return out.getvalue()


def picture():
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG")
    return ContentFile(out.getvalue())


@pytest.fixture
def no_grace(monkeypatch):
    monkeypatch.setattr(audit, "GRACE", timedelta(seconds=-5))


# --- expire_uploads -----------------------------------------------------------------------------------------


def test_why_an_upload_failed_is_written_in_the_language_of_its_owner(sandbox):
    asset = aged(AssetFactory(status="uploading", owner__locale="es"), hours=25)
    assert repair.expire_uploads() == 1
    asset.refresh_from_db()
    assert asset.failure_detail == "La subida no terminó a tiempo. Suba el archivo de nuevo."


def test_an_upload_unfinished_after_a_day_fails_and_its_file_is_deleted(
    ticket, send_file, is_stored
):
    asset, upload = ticket()
    send_file(upload, video())
    aged(asset, hours=25)
    assert "1 uploads expired" in run("expire_uploads")
    asset.refresh_from_db()
    assert (asset.status, asset.failure_reason) == ("failed", "expired")
    assert not is_stored(asset.stored)
    assert "0 uploads expired" in run("expire_uploads")


def test_younger_and_finished_uploads_do_not_expire(sandbox):
    aged(AssetFactory(status="pending"), hours=23)
    for status in ("processing", "ready", "failed"):
        aged(AssetFactory(status=status), days=9)
    assert repair.expire_uploads() == 0


def test_an_upload_through_a_server_that_stopped_expires(sandbox):
    aged(AssetFactory(status="uploading"), hours=25)
    assert repair.expire_uploads() == 1


# --- repair_media -------------------------------------------------------------------------------------------


def test_repair_updates_an_asset_whose_notification_was_lost(ticket, send_file):
    asset, upload = ticket()
    send_file(upload, video())
    ticket()
    assert repair.repair().assets == 0
    aged(asset, minutes=11)
    assert "1 files updated" in run("repair_media")
    asset.refresh_from_db()
    assert (asset.status, asset.bytes) == ("ready", len(video()))


def test_many_unused_tickets_cost_one_request(ticket, sent_to_cloudinary):
    for _ in range(5):
        aged(ticket()[0], minutes=11)
    assert repair.repair().assets == 0
    assert len(sent_to_cloudinary()) == 1


def test_repair_updates_both_files_and_videos(ticket, send_file):
    videos = ticket()
    files = ticket("file", "a.pdf")
    send_file(videos[1], video())
    send_file(files[1], b"%PDF-1.7", "a.pdf")
    for asset, _ in (videos, files):
        aged(asset, minutes=11)
    assert repair.repair().assets == 2


def test_repair_updates_an_asset_whose_stream_notification_was_lost(
    instructor, sandbox, mp4, settings
):
    settings.CLOUDINARY_STREAMING = True
    asset = assets.store(instructor, "video", mp4)
    assert asset.status == "processing"
    aged(asset, minutes=11)
    assert repair.repair().assets == 1
    asset.refresh_from_db()
    assert (asset.status, asset.is_streamable) == ("ready", True)


def test_an_asset_waiting_for_its_stream_becomes_ready_when_streaming_is_switched_off(
    settings, sandbox
):
    asset = aged(AssetFactory(status="processing"), minutes=11)
    assert repair.repair().assets == 1
    asset.refresh_from_db()
    assert asset.status == "ready"


def test_an_asset_without_its_stream_keeps_waiting(settings, sandbox):
    settings.CLOUDINARY_STREAMING = True
    aged(AssetFactory(status="processing"), minutes=11)
    assert repair.repair().assets == 0


def test_repair_retries_a_deletion_that_failed(instructor, mp4, fault, is_stored):
    asset = assets.store(instructor, "video", mp4)
    fault("status")
    assets.delete(asset)
    assert Deletion.objects.filter(attempts=1).count() == 3
    fault("none")
    assert repair.repair().deleted == 0
    Deletion.objects.update(updated_at=timezone.now() - timedelta(minutes=11))
    assert "3 deleted at Cloudinary, 0 still to delete" in run("repair_media")
    assert not is_stored(asset.stored)
    assert not Deletion.objects.exists()


def test_repair_reports_that_cloudinary_is_unavailable(ticket, fault):
    aged(ticket()[0], minutes=11)
    fault("drop")
    with pytest.raises(CommandError, match="is unavailable"):
        run("repair_media")


# --- audit_media --------------------------------------------------------------------------------------------


@pytest.fixture
def strays(sandbox):
    """Files that no row refers to: one of each place under our prefix, and the same under another prefix."""
    kinds = [("image", "upload"), ("video", "authenticated"), ("raw", "authenticated")]
    contents = {"image": picture(), "video": ContentFile(video()), "raw": ContentFile(b"x")}
    found = []
    for prefix in ("lms", "theirs"):
        for resource_type, type in kinds:
            extension = ".txt" if resource_type == "raw" else ""
            place = Stored(resource_type, type, f"{prefix}/stray{extension}")
            cloud.upload(contents[resource_type], place, formats=["jpg", "mp4", "txt"])
            found.append(place)
    return found


def test_the_audit_lists_unknown_files_and_deletes_none(strays, no_grace, is_stored):
    output = run("audit_media")
    for place in strays[:3]:
        assert f"unknown {'/'.join(place)}" in output
    assert "theirs" not in output
    assert "3 unknown files under lms/ found, none deleted" in output
    assert all(is_stored(place) for place in strays)


def test_the_audit_deletes_unknown_files_with_the_option_delete(strays, no_grace, is_stored):
    assert "3 unknown files under lms/ deleted" in run("audit_media", "--delete")
    assert [is_stored(place) for place in strays] == [False] * 3 + [True] * 3


def test_the_audit_deletes_no_more_than_the_limit(strays, no_grace, is_stored):
    run("audit_media", "--delete", "--limit", "1")
    assert sum(is_stored(place) for place in strays) == 5


def test_a_young_file_is_not_unknown(strays):
    assert list(audit.iter_unknown_files()) == []


def test_files_that_rows_refer_to_are_neither_unknown_nor_missing(
    instructor, student, mp4, no_grace, sandbox
):
    assets.store(instructor, "video", mp4)
    assets.store(instructor, "file", SimpleUploadedFile("a.txt", b"x"))
    student.avatar.save("me.jpg", picture())
    assert list(audit.iter_unknown_files()) == []
    assert list(audit.iter_missing_files()) == []


def test_a_file_about_to_be_deleted_is_not_unknown(strays, no_grace):
    Deletion.objects.create(**strays[0]._asdict())
    assert set(audit.iter_unknown_files()) == set(strays[1:3])


def test_the_audit_lists_rows_whose_file_is_missing(student, sandbox):
    lost = [AssetFactory(), FileFactory()]
    AssetFactory(status="failed")
    student.avatar = "lms/avatars/gone.jpg"
    student.save()
    output = run("audit_media")
    for asset in lost:
        assert f"missing {'/'.join(asset.stored)}" in output
    assert "missing image/upload/lms/avatars/gone" in output
    assert "3 missing" in output


def test_the_audit_changes_nothing_while_cloudinary_is_unavailable(fault):
    fault("html")
    with pytest.raises(CommandError, match="nothing was changed"):
        run("audit_media", "--delete")


def test_many_files_are_listed_in_pages(sandbox):
    for number in range(5):
        place = Stored("raw", "authenticated", f"lms/stray{number}.txt")
        cloud.upload(ContentFile(b"x"), place, formats=["txt"])
    pages = list(cloud.list_pages("raw", "authenticated", "lms/", page_size=2))
    assert [len(page) for page in pages] == [2, 2, 1]


def test_one_request_asks_about_many_files(sandbox, sent_to_cloudinary):
    places = [Stored("raw", "authenticated", f"lms/file{n}.txt") for n in range(12)]
    for place in places:
        cloud.upload(ContentFile(b"x"), place, formats=["txt"])
    before = len(sent_to_cloudinary())
    absent = Stored("raw", "authenticated", "lms/absent.txt")
    assert cloud.existing_ids([*places, absent]) == {place.public_id for place in places}
    assert len(sent_to_cloudinary()) == before + 1


# --- deletions ----------------------------------------------------------------------------------------------


def test_deleting_a_file_twice_succeeds(sandbox):
    assert tasks.delete_file.call("0" * 24)
