"""Cloudinary's notifications: in any order, any number of times."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from media.models import Deletion
from media.services import assets
from media.tests.factories import AssetFactory
from media.tests.notifications import eager_notice, notify, pending_asset, status_of, upload_notice
from media.tests.videos import video
from sandbox.waiting import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture
def streaming(settings):
    settings.CLOUDINARY_STREAMING = True


@pytest.fixture
def ready_ids(monkeypatch):
    """Return the ids of the assets that became ready, once per call of the handlers."""
    ids = []
    monkeypatch.setattr(assets, "ready_handlers", [lambda asset: ids.append(asset.pk)])
    return ids


def test_an_upload_makes_the_asset_ready(visitor, ready_ids):
    asset = pending_asset()
    assert notify(visitor, upload_notice(asset)).status_code == 200
    asset.refresh_from_db()
    assert (asset.status, asset.bytes, asset.duration_seconds) == ("ready", 12345, 62)
    assert (asset.format, asset.version, asset.asset_id) == ("mp4", 1700000000, "abc")
    assert ready_ids == [asset.pk]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'"upload"',
        b"\xff\xfe",
        b"{}",
        b'{"notification_type": "delete"}',
        b'{"notification_type": ["upload"]}',
        b'{"notification_type": "upload"}',
        b'{"notification_type": "upload", "public_id": {"$gt": ""}}',
        b'{"notification_type": "eager", "public_id": "x", "eager": "sp_auto"}',
        b'{"notification_type": "eager", "public_id": "x", "eager": [1]}',
    ],
)
def test_a_notification_of_another_kind_is_ignored(visitor, body):
    assert notify(visitor, body).status_code == 200


def test_a_notification_about_an_unknown_file_is_ignored(visitor):
    assert (
        notify(visitor, upload_notice(AssetFactory.build(public_id="of/others"))).status_code == 200
    )
    assert not Deletion.objects.exists()


def test_a_file_that_arrives_after_its_asset_was_deleted_is_deleted(
    visitor, ticket, send_file, is_stored
):
    asset, upload = ticket()
    assets.delete(asset)
    send_file(upload, video())
    assert is_stored(asset.stored)
    assert notify(visitor, upload_notice(asset)).status_code == 200
    assert not is_stored(asset.stored)


def test_a_public_image_is_not_deleted(visitor):
    image = AssetFactory.build(public_id="lms/avatars/x")
    notify(visitor, upload_notice(image, resource_type="image", type="upload"))
    assert not Deletion.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"bytes": "many"}, {"bytes": -1}, {"version": None}, {"duration": "long"}, {"bytes": 10**30}],
)
def test_invalid_details_are_ignored(visitor, changed):
    asset = pending_asset()
    assert notify(visitor, upload_notice(asset, **changed)).status_code == 200
    assert status_of(asset) == "pending"


def test_a_repeated_notification_has_one_effect(visitor, ready_ids):
    asset = pending_asset()
    for _ in range(3):
        assert notify(visitor, upload_notice(asset)).status_code == 200
    assert ready_ids == [asset.pk]


@pytest.mark.parametrize("order", list(itertools.permutations(["upload", "eager", "upload"])))
def test_an_asset_is_ready_after_both_notifications_in_any_order(
    visitor, streaming, ready_ids, order
):
    asset = pending_asset()
    messages = {"upload": upload_notice(asset), "eager": eager_notice(asset)}
    seen = set()
    for name in order:
        assert notify(visitor, messages[name]).status_code == 200
        seen.add(name)
        expected = "ready" if len(seen) == 2 else {"eager": "pending"}.get(name, "processing")
        assert status_of(asset) == expected
    assert ready_ids == [asset.pk]


def test_a_failed_stream_fails_the_asset(visitor, streaming):
    asset = pending_asset()
    notify(visitor, upload_notice(asset))
    notify(visitor, eager_notice(asset, status="failed", reason="codec"))
    asset.refresh_from_db()
    assert (asset.status, asset.failure_reason) == ("failed", "processing_failed")


def test_a_ready_asset_stays_ready(visitor, streaming):
    asset = AssetFactory()
    notify(visitor, eager_notice(asset, status="failed"))
    notify(visitor, upload_notice(asset, bytes=10**12))
    assert status_of(asset) == "ready"


def test_other_derived_files_do_not_count_as_the_stream(visitor, streaming):
    asset = pending_asset()
    notify(visitor, upload_notice(asset))
    notify(visitor, eager_notice(asset, transformation="w_100/jpg"))
    assert status_of(asset) == "processing"


def test_a_file_above_the_limit_fails_and_is_deleted(
    visitor, sandbox, settings, sent_to_cloudinary
):
    settings.MAX_VIDEO_BYTES = 1000
    asset = pending_asset()
    notify(visitor, upload_notice(asset))
    asset.refresh_from_db()
    assert (asset.status, asset.failure_reason) == ("failed", "too_large")
    paths = {request["path"] for request in sent_to_cloudinary()}
    assert {path.split("/")[-2] for path in paths} == {"image", "video", "raw"}


def test_a_format_that_was_not_signed_fails_the_asset(visitor, sandbox):
    asset = pending_asset()
    notify(visitor, upload_notice(asset, format="avi"))
    asset.refresh_from_db()
    assert (asset.status, asset.failure_reason) == ("failed", "unsupported_media")


def test_a_file_that_arrives_for_a_failed_asset_is_deleted(visitor, ticket, send_file, is_stored):
    asset, upload = ticket()
    assets.reject(asset, "expired", "Too late.")
    send_file(upload, video())
    assert is_stored(asset.stored)
    notify(visitor, upload_notice(asset))
    assert not is_stored(asset.stored)
    assert status_of(asset) == "failed"


def test_a_file_of_another_resource_type_is_deleted(visitor, ticket, send_file, is_stored):
    asset, upload = ticket()
    send_file(upload | {"url": upload["url"].replace("/video/", "/raw/")}, b"x", "x.mp4")
    place = asset.stored._replace(resource_type="raw")
    notify(visitor, upload_notice(asset, resource_type="raw"))
    assert not is_stored(place)
    assert status_of(asset) == "pending"


def test_the_format_of_a_raw_file_is_read_from_its_name(visitor, ticket, send_file):
    asset, upload = ticket("file", "x.pdf")
    send_file(upload, b"%PDF-1.7", "x.pdf")
    notice = upload_notice(asset)
    notify(visitor, {k: v for k, v in notice.items() if k not in ("format", "duration")})
    asset.refresh_from_db()
    assert (asset.status, asset.format, asset.duration_seconds) == ("ready", "pdf", None)


def test_the_webhook_needs_no_sign_in_and_is_not_throttled(visitor, settings):
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, "1/h")
    assert [notify(visitor, b"{}").status_code for _ in range(4)] == [200] * 4


def test_a_notification_costs_at_most_six_commands(visitor, commands):
    asset = pending_asset()
    body = upload_notice(asset)
    with commands() as sent:
        notify(visitor, body)
    assert len(sent) <= 6, [event.command_name for event in sent]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["none", "duplicate", "reverse"])
def test_cloudinarys_own_notifications_make_a_video_ready(
    live_server, sandbox, instructor, settings, streaming, mp4, ready_ids, mode
):
    settings.SITE_URL = live_server.url
    fault = {"target": "notifications", "mode": mode}
    httpx.post(f"{sandbox.url}/_control/faults", json=fault).raise_for_status()
    asset = assets.store(instructor, "video", mp4)
    assert asset.status == "processing"
    wait_until(lambda: status_of(asset) == "ready")
    assert ready_ids == [asset.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_simultaneous_messages_exactly_one_makes_the_asset_ready(
    visitor, teacher, ticket, send_file, ready_ids
):
    asset, upload = ticket()
    cloud_response = send_file(upload, video()).json()
    proof = {name: cloud_response[name] for name in ("public_id", "version", "signature")}
    notice = upload_notice(asset, bytes=cloud_response["bytes"], version=cloud_response["version"])

    def send_message(number):
        if number % 2:
            return notify(visitor, notice).status_code
        return teacher.post(f"/api/v1/media/uploads/{asset.pk}/complete", proof).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(send_message, range(12))) == [200] * 12
    assert status_of(asset) == "ready"
    assert len(set(ready_ids)) == 1
