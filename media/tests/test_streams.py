"""Streams: how many devices may play at once, and how a playback is logged."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from bson import ObjectId
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from media.exceptions import TooManyStreams
from media.models import PlaybackGrant
from media.services import playback
from media.tests.factories import AssetFactory

pytestmark = pytest.mark.django_db

LECTURE = ObjectId()


def start(asset, user, lecture=LECTURE, **options):
    return playback.start(asset, user=user, lecture_id=lecture, **options)


def test_a_playback_is_logged_for_a_month(student):
    asset = AssetFactory()
    start(asset, student, device="laptop")
    row = PlaybackGrant.objects.get()
    assert (row.user, row.device, row.lecture, row.asset) == (
        student,
        "laptop",
        LECTURE,
        asset.pk,
    )
    assert row.expires_at - row.created_at == timedelta(days=30)
    assert timedelta(seconds=59) < row.held_until - row.created_at <= timedelta(seconds=60)


@pytest.mark.parametrize("seconds", [36_000, None])
def test_a_stream_is_reserved_for_at_most_the_lease(student, settings, seconds):
    start(AssetFactory(duration_seconds=seconds), student)
    row = PlaybackGrant.objects.get()
    held = row.held_until - row.created_at
    assert settings.PLAYBACK_LEASE - timedelta(seconds=1) < held <= settings.PLAYBACK_LEASE


def test_the_fourth_device_is_refused(student):
    asset = AssetFactory(duration_seconds=300)
    for device in ("laptop", "phone", "tablet"):
        start(asset, student, device=device)
    with pytest.raises(TooManyStreams) as refused:
        start(asset, student, device="television")
    assert (refused.value.status_code, refused.value.default_code) == (429, "too_many_streams")
    assert 290 <= refused.value.wait <= 300
    assert PlaybackGrant.objects.count() == 3


def test_one_device_may_play_lecture_after_lecture(student):
    asset = AssetFactory()
    for _ in range(10):
        start(asset, student, lecture=ObjectId(), device="laptop")


def test_the_same_lecture_on_the_same_device_has_one_grant(student):
    asset = AssetFactory(duration_seconds=300)
    for device in ("laptop", "phone", "tablet", "laptop", "phone"):
        start(asset, student, device=device)
    assert PlaybackGrant.objects.count() == 3


def test_without_a_device_each_lecture_counts_as_one(student, settings):
    settings.PLAYBACK_STREAMS = 2
    asset, lectures = AssetFactory(), [ObjectId() for _ in range(3)]
    for lecture in (lectures[0], lectures[1], lectures[0]):
        start(asset, student, lecture=lecture)
    with pytest.raises(TooManyStreams):
        start(asset, student, lecture=lectures[2])


def test_an_expired_lease_frees_its_stream(student):
    asset = AssetFactory()
    long_ago = timezone.now() - timedelta(minutes=5)
    playback._hold_stream(student.pk, "phone", until=long_ago)
    for device in ("laptop", "tablet"):
        start(asset, student, device=device)
    start(asset, student, device="television")
    with pytest.raises(TooManyStreams):
        start(asset, student, device="phone")


def test_the_ids_of_the_log_decide_nothing(student):
    """Ids that several servers make are not in the order of time."""
    asset = AssetFactory()
    for number, device in enumerate(("laptop", "phone", "tablet")):
        start(asset, student, device=device)
        row = PlaybackGrant.objects.get(device=device)
        row.delete()
        row.pk = ObjectId("f" * 23 + str(number))
        row.save(force_insert=True)
    with pytest.raises(TooManyStreams):
        start(asset, student, device="television")


def test_streams_are_counted_per_user(student, other_student, settings):
    settings.PLAYBACK_STREAMS = 1
    asset = AssetFactory()
    start(asset, student, device="a")
    start(asset, other_student, device="b")


@pytest.mark.parametrize("visitor", [None, AnonymousUser()])
def test_visitors_are_neither_counted_nor_logged(visitor):
    asset = AssetFactory()
    for _ in range(5):
        assert start(asset, visitor, lecture=ObjectId())["url"]
    assert not PlaybackGrant.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_devices_at_the_same_moment_exactly_three_play(student):
    asset = AssetFactory()

    def play(device):
        try:
            start(asset, student, device=device)
        except TooManyStreams:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        played = sum(pool.map(play, [f"device {number}" for number in range(8)]))
    assert played == 3


def test_starting_a_playback_costs_two_commands(student, commands):
    asset, user = AssetFactory(), SimpleNamespace(pk=student.pk, is_authenticated=True)
    with commands() as sent:
        start(asset, user, device="laptop")
    assert [event.command_name for event in sent] == ["findAndModify", "update"]
