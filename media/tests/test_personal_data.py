"""What media keeps about a person: export and erasure."""

import json

import pytest
from bson import ObjectId

from accounts.personal_data import erase_everything, export_everything
from courses.tests.factories import LectureFactory
from media.models import Asset, PlaybackGrant
from media.services import assets, playback
from media.tests.factories import AssetFactory

pytestmark = pytest.mark.django_db


def test_the_export_has_the_persons_files_and_playbacks(instructor, sandbox):
    asset = AssetFactory(owner=instructor, original_name="mine.mp4")
    AssetFactory()
    playback.start(asset, user=instructor, lecture_id=ObjectId(), device="laptop")
    exported = export_everything(instructor)["media"]
    assert [file["original_name"] for file in exported["files"]] == ["mine.mp4"]
    assert [row["device"] for row in exported["playback"]] == ["laptop"]
    assert asset.public_id not in json.dumps(exported, default=str)


def test_erasure_deletes_the_persons_files_at_cloudinary(instructor, mp4, is_stored):
    asset = assets.store(instructor, "video", mp4)
    kept = AssetFactory()
    playback.start(asset, user=instructor, lecture_id=ObjectId())
    for _ in range(2):  # repeatable
        erase_everything(instructor)
    assert list(Asset.objects.all()) == [kept]
    assert not PlaybackGrant.objects.exists()
    assert not is_stored(asset.stored)


def test_erasure_keeps_a_file_that_a_lecture_uses_without_its_name(instructor, sandbox):
    asset = AssetFactory(owner=instructor, original_name="Ina's holiday.mp4")
    LectureFactory(asset=asset)
    erase_everything(instructor)
    asset.refresh_from_db()
    assert (asset.original_name, asset.status) == ("deleted", "ready")
