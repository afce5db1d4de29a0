"""The commands that clean up: expire_uploads, repair_media, audit_media."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from media import cloud
from media.models import Asset, Deletion
from media.services import assets, audit, deletions, repair
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


def test_an_upload_pending_for_a_day_fails_and_what_came_is_deleted(ticket, send, is_stored):
    asset, upload = ticket()
    send(upload, video())
    aged(asset, hours=25)
    assert "1 uploads expired" in run("expire_uploads")
    asset.refresh_from_db()
    assert (asset.status, asset.failure_reason) == ("failed", "expired")
    assert not is_stored(asset.stored)
    assert "0 uploads expired" in run("expire_uploads")


def test_younger_uploads_and_finished_ones_are_left_alone(sandbox):
    aged(AssetFactory(status="pending"), hours=23)
    for status in ("processing", "ready", "failed"):
        aged(AssetFactory(status=status), days=9)
    assert repair.expire() == 0


def test_an_upload_whose_server_died_expires_too(sandbox):
    aged(AssetFactory(status="uploading"), hours=25)
    assert repair.expire() == 1


# --- repair_media -------------------------------------------------------------------------------------------


def test_a_lost_notification_is_made_good(ticket, send):
    asset, upload = ticket()
    send(upload, video())
    ticket()
    assert repair.repair().assets == 0
    aged(asset, minutes=11)
    assert "1 files moved on" in run("repair_media")
    asset.refresh_from_db()
    assert (asset.status, asset.bytes) == ("ready", len(video()))


def test_tickets_that_nobody_used_cost_one_question(ticket, asked):
    for _ in range(5):
        aged(ticket()[0], minutes=11)
    assert repair.repair().assets == 0
    assert len(asked()) == 1


def test_files_and_videos_are_both_asked_about(ticket, send):
    videos = ticket()
    files = ticket("file", "a.pdf")
    send(videos[1], video())
    send(files[1], b"%PDF-1.7", "a.pdf")
    for asset, _ in (videos, files):
        aged(asset, minutes=11)
    assert repair.repair().assets == 2


def test_a_lost_word_of_a_stream_is_made_good(instructor, sandbox, mp4, settings):
    settings.CLOUDINARY_STREAMING = True
    asset = assets.store(instructor, "video", mp4)
    assert asset.status == "processing"
    aged(asset, minutes=11)
    assert repair.repair().assets == 1
    asset.refresh_from_db()
    assert (asset.status, asset.is_streamable) == ("ready", True)


def test_what_waits_for_a_stream_goes_on_when_streams_are_no_longer_wanted(settings, sandbox):
    asset = aged(AssetFactory(status="processing"), minutes=11)
    assert repair.repair().assets == 1
    asset.refresh_from_db()
    assert asset.status == "ready"


def test_a_stream_that_is_not_there_is_waited_for(settings, sandbox):
    settings.CLOUDINARY_STREAMING = True
    aged(AssetFactory(status="processing"), minutes=11)
    assert repair.repair().assets == 0


def test_a_deletion_that_failed_is_made_good(instructor, mp4, trouble, is_stored):
    asset = assets.store(instructor, "video", mp4)
    trouble("status")
    assets.withdraw(asset)
    assert Deletion.objects.filter(attempts=1).count() == 3
    trouble("none")
    assert repair.repair().deleted == 0
    Deletion.objects.update(updated_at=timezone.now() - timedelta(minutes=11))
    assert "3 deleted at Cloudinary, 0 to be deleted yet" in run("repair_media")
    assert not is_stored(asset.stored)
    assert not Deletion.objects.exists()


def test_repairing_says_when_cloudinary_is_away(ticket, trouble):
    aged(ticket()[0], minutes=11)
    trouble("drop")
    with pytest.raises(CommandError, match="does not answer"):
        run("repair_media")


# --- audit_media --------------------------------------------------------------------------------------------


@pytest.fixture
def strays(sandbox):
    """Files under our prefix that no row knows, one of each place, and one of somebody else's."""
    kinds = [("image", "upload"), ("video", "authenticated"), ("raw", "authenticated")]
    contents = {"image": picture(), "video": ContentFile(video()), "raw": ContentFile(b"x")}
    found = []
    for prefix in ("lms", "theirs"):
        for resource_type, type in kinds:
            extension = ".txt" if resource_type == "raw" else ""
            place = cloud.Stored(resource_type, type, f"{prefix}/stray{extension}")
            cloud.upload(contents[resource_type], place, formats=["jpg", "mp4", "txt"])
            found.append(place)
    return found


def test_files_that_no_row_knows_are_found_and_only_found(strays, no_grace, is_stored):
    said = run("audit_media")
    for place in strays[:3]:
        assert f"unknown {'/'.join(place)}" in said
    assert "theirs" not in said
    assert "3 unknown files under lms/ found, none deleted" in said
    assert all(is_stored(place) for place in strays)


def test_they_are_deleted_when_asked_for(strays, no_grace, is_stored):
    assert "3 unknown files under lms/ deleted" in run("audit_media", "--delete")
    assert [is_stored(place) for place in strays] == [False] * 3 + [True] * 3


def test_no_more_are_deleted_than_allowed(strays, no_grace, is_stored):
    run("audit_media", "--delete", "--limit", "1")
    assert sum(is_stored(place) for place in strays) == 5


def test_a_young_file_may_belong_to_a_request_under_way(strays):
    assert list(audit.orphans()) == []


def test_what_rows_know_is_neither_unknown_nor_missing(instructor, student, mp4, no_grace, sandbox):
    assets.store(instructor, "video", mp4)
    assets.store(instructor, "file", SimpleUploadedFile("a.txt", b"x"))
    student.avatar.save("me.jpg", picture())
    assert list(audit.orphans()) == []
    assert list(audit.missing()) == []


def test_what_is_to_be_deleted_is_not_unknown(strays, no_grace):
    Deletion.objects.create(**strays[0]._asdict())
    assert set(audit.orphans()) == set(strays[1:3])


def test_rows_whose_file_is_gone_are_found(student, sandbox):
    lost = [AssetFactory(), FileFactory()]
    AssetFactory(status="failed")
    student.avatar = "lms/avatars/gone.jpg"
    student.save()
    said = run("audit_media")
    for asset in lost:
        assert f"missing {'/'.join(asset.stored)}" in said
    assert "missing image/upload/lms/avatars/gone" in said
    assert "3 missing" in said


def test_an_audit_changes_nothing_when_cloudinary_is_away(trouble):
    trouble("html")
    with pytest.raises(CommandError, match="nothing was changed"):
        run("audit_media", "--delete")


def test_many_files_are_listed_in_pages(sandbox):
    for number in range(5):
        place = cloud.Stored("raw", "authenticated", f"lms/stray{number}.txt")
        cloud.upload(ContentFile(b"x"), place, formats=["txt"])
    pages = list(cloud.listed("raw", "authenticated", "lms/", page_size=2))
    assert [len(page) for page in pages] == [2, 2, 1]


def test_all_of_a_hundred_files_are_found_at_once(sandbox, asked):
    places = [cloud.Stored("raw", "authenticated", f"lms/file{n}.txt") for n in range(12)]
    for place in places:
        cloud.upload(ContentFile(b"x"), place, formats=["txt"])
    before = len(asked())
    absent = cloud.Stored("raw", "authenticated", "lms/absent.txt")
    assert cloud.existing([*places, absent]) == {place.public_id for place in places}
    assert len(asked()) == before + 1


# --- deletions ----------------------------------------------------------------------------------------------


def test_a_deletion_carried_out_twice_is_done(sandbox):
    assert deletions.carry_out.call("0" * 24)
