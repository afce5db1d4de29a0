"""Imported videos: played where another server left them, then protected."""

from io import StringIO

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from courses.models import Course
from courses.tests.factories import LectureFactory
from media import cloud
from media.models import Asset, Deletion, Stored
from media.queries.playback import render_player
from media.services import assets
from media.tests.factories import AssetFactory
from media.tests.videos import video

pytestmark = pytest.mark.django_db
OLD = Stored("video", "upload", "old/lesson")


@pytest.fixture
def imported(sandbox) -> Asset:
    """A public video, of which the other server knew only the name."""
    cloud.upload(ContentFile(video(), "x.mp4"), OLD, formats=["mp4"])
    return AssetFactory(
        public_id=OLD.public_id,
        delivery_type="upload",
        version=None,
        bytes=None,
        format="",
        duration_seconds=None,
    )


def run(*options: str) -> str:
    out = StringIO()
    call_command("protect_videos", *options, stdout=out)
    return out.getvalue()


def test_an_imported_video_plays_before_and_after_it_is_protected(imported, sandbox, is_stored):
    lecture = LectureFactory(asset=imported, duration_seconds=0)
    address = f"{sandbox.url}/video/upload/{OLD.public_id}.mp4"
    assert httpx.get(address).status_code == 200
    assert httpx.get(render_player(imported, [])["url"]).status_code == 200

    assert f"unprotected {imported.pk} {OLD.public_id}" in run()
    assert is_stored(OLD)
    assert "1 videos protected, 0 missing" in run("--apply")

    imported.refresh_from_db()
    assert (imported.delivery_type, imported.duration_seconds, imported.format) == (
        "authenticated",
        2,
        "mp4",
    )
    assert imported.public_id == f"lms/videos/{imported.pk}"
    assert httpx.get(address).status_code == 404
    assert httpx.get(render_player(imported, [])["url"]).status_code == 200
    lecture.refresh_from_db()
    assert lecture.duration_seconds == 2
    assert Course.objects.get(pk=lecture.course_id).duration_seconds == 2
    assert "0 videos protected" in run("--apply")


def test_an_interruption_after_the_renaming_is_mended_by_the_next_run(imported):
    cloud.rename(OLD, Stored("video", "authenticated", f"lms/videos/{imported.pk}"))
    assert "1 videos protected" in run("--apply")
    assert Asset.objects.get(pk=imported.pk).delivery_type == "authenticated"


def test_a_video_that_is_missing_is_named_and_left(sandbox):
    asset = AssetFactory(public_id="nowhere", delivery_type="upload")
    out = run("--apply")
    assert f"missing {asset.pk} nowhere" in out
    assert "0 videos protected, 1 missing" in out


def test_while_cloudinary_is_unavailable_nothing_changes(imported, fault):
    fault("status", status=500)
    with pytest.raises(CommandError, match="0 videos are protected"):
        run("--apply")
    assert Asset.objects.get(pk=imported.pk).stored == OLD


def test_deleting_an_imported_video_leaves_other_files_of_its_name(imported, is_stored):
    other = OLD._replace(resource_type="raw")
    cloud.upload(ContentFile(b"text", "a.txt"), other, formats=[])
    assets.delete(imported)
    assert not Deletion.objects.exclude(resource_type="video").exists()
    assert is_stored(other)
