"""Notifications: their content, their signatures, and the faults of them and of the API."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cloudinary import api, uploader
from cloudinary.exceptions import Error, GeneralError, RateLimited

from sandbox.tests.cloudinary_account import KEY, SECRET, Account, picture, running, video
from sandbox.tests.endpoint import Endpoint
from sandbox.waiting import wait_until


class Receiver(Endpoint):
    """An application that receives notifications."""

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        """Return the received notifications, with their paths, as soon as there are so many."""
        wait_until(lambda: len(self.received) >= number)
        return [json.loads(each.body) | {"path": each.path} for each in self.received]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    yield from running()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(autouse=True)
def no_faults(account: Account) -> Iterator[None]:
    yield
    for target in ("cloudinary", "notifications"):
        account.fault(target, "none")


def test_an_upload_sends_a_notification_with_its_answer(
    account: Account, receiver: Receiver
) -> None:
    answer = account.upload(picture(), "told/one", notification_url=f"{receiver.url}/hook")
    (told,) = receiver.wait_for(1)
    assert (told["path"], told["notification_type"]) == ("/hook", "upload")
    said = ("asset_id", "public_id", "version", "type", "resource_type", "bytes", "format", "width")
    assert {name: told[name] for name in said} == {name: answer[name] for name in said}
    assert told["signature_key"] == KEY
    assert told["notification_context"]["triggered_by"] == {"source": "api", "id": KEY}
    assert "signature" not in told


def test_a_notification_is_signed_over_its_raw_body_and_its_time(
    account: Account, receiver: Receiver
) -> None:
    account.upload(picture(), "told/Übung", notification_url=receiver.url)
    receiver.wait_for(1)
    _, headers, body = receiver.received[0]
    timestamp = headers["X-Cld-Timestamp"]
    assert abs(int(timestamp) - time.time()) < 30
    expected = hashlib.sha1(body + timestamp.encode() + SECRET.encode()).hexdigest()
    assert headers["X-Cld-Signature"] == expected
    assert headers["Content-Type"] == "application/json"


def test_a_video_in_parts_sends_one_notification_when_it_is_complete(
    account: Account, receiver: Receiver, tmp_path: Path
) -> None:
    path = tmp_path / "lesson.mp4"
    path.write_bytes(video(tmp_path, 2) + b"\0" * 200_000)
    uploader.upload_large(
        str(path),
        resource_type="video",
        type="authenticated",
        public_id="told/parts",
        chunk_size=64 * 1024,
        notification_url=receiver.url,
        **account.api,
    )
    (told,) = receiver.wait_for(1)
    assert (told["public_id"], told["duration"]) == ("told/parts", 2.0)
    account.upload(picture(), "told/next", notification_url=receiver.url)
    assert [each["public_id"] for each in receiver.wait_for(2)] == ["told/parts", "told/next"]


def test_asynchronous_eager_files_send_a_notification_when_they_exist(
    account: Account, receiver: Receiver, tmp_path: Path
) -> None:
    answer = account.upload(
        video(tmp_path, 2),
        "told/eager",
        resource_type="video",
        type="authenticated",
        eager=[
            {"streaming_profile": "auto", "format": "m3u8"},
            {"width": 80, "crop": "limit", "format": "jpg"},
            {"width": 80, "format": "webm"},
        ],
        eager_async=True,
        eager_notification_url=f"{receiver.url}/eager",
        notification_url=f"{receiver.url}/upload",
    )
    assert {one["status"] for one in answer["eager"]} == {"processing"}
    uploaded, eager = receiver.wait_for(2)
    assert (uploaded["path"], uploaded["notification_type"]) == ("/upload", "upload")
    assert (eager["path"], eager["notification_type"]) == ("/eager", "eager")
    assert (eager["batch_id"], eager["public_id"]) == (answer["batch_id"], "told/eager")
    assert "duration" not in eager
    stream, poster, webm = eager["eager"]
    assert account.get(stream["url"]).text.startswith("#EXTM3U")
    assert (poster["width"], poster["height"], poster["format"]) == (80, 45, "jpg")
    assert len(account.get(poster["secure_url"]).content) == poster["bytes"]
    assert (webm["status"], "transcode" in webm["reason"]) == ("failed", True)


def test_a_deletion_sends_a_notification(account: Account, receiver: Receiver) -> None:
    made = account.upload(picture(), "told/doomed")
    uploader.destroy("told/doomed", notification_url=receiver.url, **account.api)
    (told,) = receiver.wait_for(1)
    assert told["notification_type"] == "delete"
    assert told["resources"][0]["asset_id"] == made["asset_id"]
    uploader.destroy("told/doomed", notification_url=receiver.url, **account.api)
    account.upload(picture(), "told/next", notification_url=receiver.url)
    assert [each["notification_type"] for each in receiver.wait_for(2)] == ["delete", "upload"]


def test_a_notification_without_a_url_is_sent_to_the_global_one(receiver: Receiver) -> None:
    account = next(life := running(api_url=receiver.url))
    account.upload(picture(), "told/global")
    account.upload(picture(), "told/other", notification_url=f"{receiver.url}/other")
    api.delete_resources(["told/global"], **account.api)
    told = receiver.wait_for(3)
    kinds = sorted((one["path"], one["notification_type"]) for one in told)
    hook = "/api/v1/media/webhooks/cloudinary"
    assert kinds == [(hook, "delete"), (hook, "upload"), ("/other", "upload")]
    next(life, None)


def test_a_notification_can_come_twice(account: Account, receiver: Receiver) -> None:
    account.fault("notifications", "duplicate", count=1)
    account.upload(picture(), "told/twice", notification_url=receiver.url)
    first, second = receiver.wait_for(2)
    assert first == second


def test_a_notification_can_be_lost(account: Account, receiver: Receiver) -> None:
    account.fault("notifications", "lose", count=1)
    account.upload(picture(), "told/lost", notification_url=receiver.url)
    account.upload(picture(), "told/next", notification_url=receiver.url)
    assert receiver.wait_for(1)[0]["public_id"] == "told/next"


def test_the_eager_notification_can_come_before_that_of_the_upload(
    account: Account, receiver: Receiver
) -> None:
    account.fault("notifications", "reverse", count=2)
    account.upload(
        picture(), "told/reverse", eager="w_9/jpg", eager_async=True, notification_url=receiver.url
    )
    assert [told["notification_type"] for told in receiver.wait_for(2)] == ["eager", "upload"]


def test_eager_files_of_a_deleted_upload_send_no_notification(
    account: Account, receiver: Receiver
) -> None:
    account.upload(
        picture(), "told/short", eager="w_9/jpg", eager_async=True, notification_url=receiver.url
    )
    uploader.destroy("told/short", notification_url=receiver.url, **account.api)
    # The files of a later upload are announced after those of the deleted one would have been.
    account.upload(
        picture(), "told/later", eager="w_9/jpg", eager_async=True, notification_url=receiver.url
    )
    wait_until(lambda: any(b'"eager"' in body for _, _, body in receiver.received))
    told = receiver.wait_for(4)
    assert sorted(each["notification_type"] for each in told) == [
        "delete",
        "eager",
        "upload",
        "upload",
    ]
    [eager] = [each for each in told if each["notification_type"] == "eager"]
    assert eager["public_id"] == "told/later"


def test_the_api_can_fail_in_all_ways(account: Account) -> None:
    account.fault("cloudinary", "status", status=420, count=1)
    with pytest.raises(RateLimited):
        account.upload(picture(), "faults/one")
    account.fault("cloudinary", "status", status=503, count=1)
    with pytest.raises(GeneralError):
        account.upload(picture(), "faults/one")
    account.fault("cloudinary", "html", count=1)
    with pytest.raises(Error, match="Error parsing server response"):
        account.upload(picture(), "faults/one")
    account.fault("cloudinary", "drop", count=1)
    with pytest.raises(Error, match="Unexpected error"):
        account.upload(picture(), "faults/one")
    assert "faults/one" not in [kept["public_id"] for kept in account.stored()]
    account.fault("cloudinary", "lose", count=1)
    with pytest.raises(Error, match="Unexpected error"):
        account.upload(picture(), "faults/one")
    assert "faults/one" in [kept["public_id"] for kept in account.stored()]


def test_a_file_is_served_also_when_the_api_fails(account: Account) -> None:
    answer = account.upload(picture(), "faults/served")
    account.fault("cloudinary", "status", status=503)
    assert account.get(answer["url"]).content == picture()
