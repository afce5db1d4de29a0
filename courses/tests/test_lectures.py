"""The file of a lecture, while it is on its way and when it takes another's place."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import Http404

from courses.models import Lecture
from courses.services import lectures
from courses.tests.factories import LectureFactory, SectionFactory
from lms.mongodb.transaction import atomic
from media.models import Asset
from media.tests.factories import AssetFactory

pytestmark = pytest.mark.django_db

PROCESSING = Asset.Status.PROCESSING


@atomic
def finish(asset):
    """Let an asset become ready, as media does."""
    if asset.become_ready():
        lectures.play_ready_asset(asset)


def seen(lecture):
    lecture.refresh_from_db()
    lecture.course.refresh_from_db()
    return (
        lecture.asset_id,
        lecture.next_asset_id,
        lecture.duration_seconds,
        lecture.course.duration_seconds,
    )


def test_a_video_counts_its_duration_as_soon_as_it_is_ready():
    asset = AssetFactory(status=PROCESSING, duration_seconds=None)
    lecture = lectures.add_lecture(SectionFactory(), title="a", kind="video", asset=asset)
    assert seen(lecture) == (asset.pk, None, 0, 0)
    asset.duration_seconds = 90
    finish(asset)
    assert seen(lecture) == (asset.pk, None, 90, 90)


def test_media_tells_of_every_video_that_is_ready():
    from media.services import assets

    assert lectures.play_ready_asset in list(assets.ready_handlers)


def test_the_old_video_plays_until_the_new_one_is_ready():
    old, new = AssetFactory(duration_seconds=60), AssetFactory(status=PROCESSING)
    lecture = lectures.add_lecture(SectionFactory(), title="a", kind="video", asset=old)
    lectures.change_lecture(lecture, asset=new)
    assert seen(lecture) == (old.pk, new.pk, 60, 60)
    new.duration_seconds = 100
    finish(new)
    assert seen(lecture) == (new.pk, None, 100, 100)


def test_a_ready_video_takes_its_place_at_once():
    lecture = LectureFactory(kind="video", asset=AssetFactory())
    new = AssetFactory(duration_seconds=30)
    lectures.change_lecture(lecture, asset=new)
    assert seen(lecture) == (new.pk, None, 30, 30)


def test_a_video_that_never_played_is_not_waited_for():
    lecture = LectureFactory(kind="video", asset=AssetFactory(status=Asset.Status.FAILED))
    new = AssetFactory(status=PROCESSING, duration_seconds=None)
    lectures.change_lecture(lecture, asset=new)
    assert seen(lecture) == (new.pk, None, 0, 0)


def test_choosing_the_playing_video_again_calls_the_change_off():
    old, new = AssetFactory(duration_seconds=60), AssetFactory(status=PROCESSING)
    lecture = LectureFactory(kind="video", asset=old, next_asset=new, duration_seconds=60)
    lectures.change_lecture(lecture, asset=old)
    assert seen(lecture) == (old.pk, None, 60, 60)
    finish(new)
    assert seen(lecture) == (old.pk, None, 60, 60)


def test_a_lecture_can_lose_its_video():
    lecture = LectureFactory(
        kind="video", asset=AssetFactory(), next_asset=AssetFactory(), duration_seconds=60
    )
    lectures.change_lecture(lecture, asset=None)
    assert seen(lecture) == (None, None, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_video_that_becomes_ready_at_that_moment_is_not_waited_for_for_ever():
    for _ in range(5):
        old, new = AssetFactory(), AssetFactory(status=PROCESSING)
        lecture = LectureFactory(kind="video", asset=old)
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(finish, new),
                pool.submit(lectures.change_lecture, lecture, asset=new),
            ]
        for job in jobs:
            job.result()
        lecture = Lecture.objects.get(pk=lecture.pk)
        assert (lecture.asset_id, lecture.next_asset_id) == (new.pk, None)


def test_a_video_that_is_gone_is_not_shown():
    lecture, gone = LectureFactory(kind="video"), AssetFactory()
    Asset.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Http404):
        lectures.change_lecture(lecture, asset=gone)
    with pytest.raises(Http404):
        lectures.add_lecture(lecture.section, title="a", kind="video", asset=gone)
