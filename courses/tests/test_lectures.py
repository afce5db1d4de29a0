"""The file of a lecture: before it is ready, and when it replaces another."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from courses.models import Lecture
from courses.services import lectures
from courses.tests.factories import LectureFactory, SectionFactory
from lms.exceptions import ReferenceGone
from lms.mongodb.transaction import atomic
from media.models import Asset
from media.tests.factories import AssetFactory

pytestmark = pytest.mark.django_db

PROCESSING = Asset.Status.PROCESSING


@atomic
def finish(asset):
    """Make an asset ready, as media does."""
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


def test_courses_is_registered_for_assets_that_become_ready():
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


def test_a_ready_video_replaces_the_old_one_at_once():
    lecture = LectureFactory(kind="video", asset=AssetFactory())
    new = AssetFactory(duration_seconds=30)
    lectures.change_lecture(lecture, asset=new)
    assert seen(lecture) == (new.pk, None, 30, 30)


def test_a_failed_video_is_replaced_before_the_new_one_is_ready():
    lecture = LectureFactory(kind="video", asset=AssetFactory(status=Asset.Status.FAILED))
    new = AssetFactory(status=PROCESSING, duration_seconds=None)
    lectures.change_lecture(lecture, asset=new)
    assert seen(lecture) == (new.pk, None, 0, 0)


def test_choosing_the_playing_video_again_cancels_the_replacement():
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
def test_a_video_that_becomes_ready_while_it_is_chosen_plays():
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


def test_a_deleted_video_cannot_be_chosen():
    lecture, gone = LectureFactory(kind="video"), AssetFactory()
    Asset.objects.filter(pk=gone.pk).delete()
    with pytest.raises(ReferenceGone):
        lectures.change_lecture(lecture, asset=gone)
    with pytest.raises(ReferenceGone):
        lectures.add_lecture(lecture.section, title="a", kind="video", asset=gone)
