"""Files in the admin: viewed, updated from Cloudinary, deleted."""

import pytest
from bson import ObjectId
from django.contrib.messages import get_messages

from courses.tests.factories import LectureFactory
from lms.models import AuditEntry
from media.models import Asset, Deletion
from media.services import assets, playback
from media.tests.factories import AssetFactory
from media.tests.videos import video

pytestmark = pytest.mark.django_db

ASSETS = "/admin/media/asset/"


def act(office, action, *assets, **more):
    """Run an action of the admin on assets; return the messages that it shows."""
    form = {"action": action, "_selected_action": [str(asset.pk) for asset in assets]}
    response = office.post(ASSETS, form | more)
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_staff_see_the_owner_and_the_reason_of_a_failure(office, instructor):
    AssetFactory(owner=instructor, status="failed", failure_reason="too_large")
    page = office.get(ASSETS).content.decode()
    assert "too_large" in page
    assert "ina@example.test" in page


def test_staff_find_files_by_the_owners_address(office, instructor):
    AssetFactory(owner=instructor, original_name="mine.mp4")
    AssetFactory(original_name="theirs.mp4")
    page = office.get(ASSETS, {"q": "Ina@Example.test"}).content.decode()
    assert "mine.mp4" in page
    assert "theirs.mp4" not in page


def test_a_page_fetches_all_its_owners_in_one_query(office, commands):
    AssetFactory.create_batch(3)
    with commands() as few:
        office.get(ASSETS)
    AssetFactory.create_batch(9)
    with commands() as many:
        office.get(ASSETS)
    assert len(many) == len(few)


def test_staff_update_a_file_from_cloudinary(office, ticket, send_file):
    asset, upload = ticket()
    send_file(upload, video())
    assert act(office, "refresh", asset) == [f"{asset}: ready."]
    asset.refresh_from_db()
    assert asset.status == "ready"


def test_updating_a_file_that_is_not_at_cloudinary_shows_a_warning(office, sandbox, fault):
    asset = AssetFactory(status="pending")
    assert act(office, "refresh", asset) == [f"{asset}: Cloudinary has no such file."]
    fault("drop")
    assert "unavailable" in act(office, "refresh", asset)[-1]


def test_a_file_deleted_in_the_admin_is_deleted_at_cloudinary(office, instructor, mp4, is_stored):
    asset = assets.store(instructor, "video", mp4)
    office.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"})
    assert not Asset.objects.exists()
    assert not is_stored(asset.stored)


def test_several_files_are_deleted_at_once(office, sandbox):
    assets = AssetFactory.create_batch(2)
    act(office, "delete_selected", *assets, post="yes")
    assert not Asset.objects.exists()
    assert not Deletion.objects.exists()


def test_the_audit_log_does_not_keep_where_a_file_is_stored(office, sandbox):
    one, *others = AssetFactory.create_batch(3)
    office.post(f"{ASSETS}{one.pk}/delete/", {"post": "yes"})
    act(office, "delete_selected", *others, post="yes")
    logged = AuditEntry.objects.all()
    assert [entry.action for entry in logged] == ["delete"] * 3
    assert not [entry for entry in logged if one.public_id in str(entry.before)]


def test_a_file_that_a_lecture_uses_is_not_deleted(office, sandbox):
    asset = AssetFactory()
    LectureFactory(asset=asset)
    office.post(f"{ASSETS}{asset.pk}/delete/", {"post": "yes"})
    assert Asset.objects.filter(pk=asset.pk).exists()


def test_captions_that_a_lecture_uses_are_not_deleted(office, sandbox):
    captions = AssetFactory(kind="captions")
    LectureFactory(kind="video", captions=[captions.pk])
    response = office.post(f"{ASSETS}{captions.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert "A lecture or a submission uses this file." in str(
        next(iter(get_messages(response.wsgi_request)))
    )
    assert Asset.objects.filter(pk=captions.pk).exists()


def test_assets_cannot_be_added_or_changed_in_the_admin(office):
    asset = AssetFactory()
    assert office.get(f"{ASSETS}add/").status_code == 403
    page = office.get(f"{ASSETS}{asset.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content


def test_grants_and_deletions_are_read_only(office, student):
    playback.start(AssetFactory(), user=student, lecture_id=ObjectId(), device="laptop")
    Deletion.objects.create(resource_type="image", type="upload", public_id="lms/x")
    for name, text in (("playbackgrant", b"laptop"), ("deletion", b"lms/x")):
        page = office.get(f"/admin/media/{name}/")
        assert text in page.content
        assert office.get(f"/admin/media/{name}/add/").status_code == 403
