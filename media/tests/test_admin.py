"""Files in the admin: to look at, to ask about, to delete."""

import pytest
from bson import ObjectId
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client

from courses.tests.factories import LectureFactory
from media.models import Asset, Deletion
from media.services import assets, playback
from media.tests.factories import AssetFactory
from media.tests.videos import video

pytestmark = pytest.mark.django_db

ASSETS = "/admin/media/asset/"


@pytest.fixture
def desk(staff):
    client = Client()
    client.force_login(staff)
    return client


def act(desk, action, *assets, **more):
    chosen = {"action": action, "_selected_action": [str(asset.pk) for asset in assets]}
    response = desk.post(ASSETS, chosen | more)
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_staff_see_state_owner_and_reason(desk, instructor):
    AssetFactory(owner=instructor, status="failed", failure_reason="too_large")
    page = desk.get(ASSETS).content.decode()
    assert "too_large" in page
    assert "ina@example.test" in page


def test_staff_find_files_by_the_owners_address(desk, instructor):
    AssetFactory(owner=instructor, original_name="mine.mp4")
    AssetFactory(original_name="theirs.mp4")
    page = desk.get(ASSETS, {"q": "Ina@Example.test"}).content.decode()
    assert "mine.mp4" in page
    assert "theirs.mp4" not in page


def test_a_page_fetches_its_owners_at_once(desk, commands):
    AssetFactory.create_batch(3)
    with commands() as few:
        desk.get(ASSETS)
    AssetFactory.create_batch(9)
    with commands() as many:
        desk.get(ASSETS)
    assert len(many) == len(few)


def test_staff_ask_cloudinary_again(desk, ticket, send):
    asset, upload = ticket()
    send(upload, video())
    assert act(desk, "ask_again", asset) == [f"{asset}: ready."]
    asset.refresh_from_db()
    assert asset.status == "ready"


def test_asking_about_what_is_not_there_says_so(desk, sandbox, trouble):
    asset = AssetFactory(status="pending")
    assert act(desk, "ask_again", asset) == [f"{asset}: Cloudinary has no such file."]
    trouble("drop")
    assert "not available" in act(desk, "ask_again", asset)[-1]


def test_a_deleted_file_goes_from_cloudinary_too(desk, instructor, mp4, is_stored):
    asset = assets.store(instructor, "video", mp4)
    desk.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"})
    assert not Asset.objects.exists()
    assert not is_stored(asset.stored)


def test_several_files_are_deleted_at_once(desk, sandbox):
    assets = AssetFactory.create_batch(2)
    act(desk, "delete_selected", *assets, post="yes")
    assert not Asset.objects.exists()
    assert not Deletion.objects.exists()


def test_the_log_does_not_keep_what_a_person_called_their_file(desk, sandbox):
    one, *others = AssetFactory.create_batch(3, original_name="Ina's passport.mp4")
    desk.post(f"{ASSETS}{one.pk}/delete/", {"post": "yes"})
    act(desk, "delete_selected", *others, post="yes")
    logged = LogEntry.objects.all()
    assert len(logged) == 3
    assert not [each for each in logged if "passport" in each.object_repr + each.change_message]


def test_a_file_that_a_lecture_uses_is_not_deleted(desk, sandbox):
    asset = AssetFactory()
    LectureFactory(asset=asset)
    desk.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"})
    assert Asset.objects.filter(pk=asset.pk).exists()


def test_nothing_is_added_or_changed_by_hand(desk):
    asset = AssetFactory()
    assert desk.get(f"{ASSETS}add/").status_code == 403
    shown = desk.get(f"{ASSETS}{asset.pk}/change/")
    assert shown.status_code == 200
    assert b'name="_save"' not in shown.content


def test_grants_and_deletions_are_read_only(desk, student):
    playback.grant(AssetFactory(), person=student, lecture_id=ObjectId(), device="laptop")
    Deletion.objects.create(resource_type="image", type="upload", public_id="lms/x")
    for name, text in (("playbackgrant", b"laptop"), ("deletion", b"lms/x")):
        page = desk.get(f"/admin/media/{name}/")
        assert text in page.content
        assert desk.get(f"/admin/media/{name}/add/").status_code == 403
