"""Uploads in parts: their order, their sizes, and what happens when one is repeated."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from cloudinary import uploader
from cloudinary.exceptions import BadRequest

from sandbox.tests.cloudinary_account import CLOUD, PART, Account, running, video

CONTENT = bytes(range(256)) * 1100
LAST = 4


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    yield from running()


@pytest.fixture
def send(account: Account, request: pytest.FixtureRequest) -> Any:
    """Send one part of CONTENT by its number (0 to 4), as an upload named after the test."""
    name = request.node.name

    def send_part(
        number: int,
        *,
        total: int | str = len(CONTENT),
        content: bytes | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        start = number * PART
        stop = min(start + PART, len(CONTENT))
        return uploader.upload_large_part(
            ("file.bin", CONTENT[start:stop] if content is None else content),
            http_headers={
                "Content-Range": f"bytes {start}-{stop - 1}/{total}",
                "X-Unique-Upload-Id": name,
            },
            public_id=f"parts/{name}",
            **options,
            **account.api,
        )

    return send_part


def kept_content(account: Account, answer: dict[str, Any]) -> bytes:
    return account.get(answer["url"]).content


def test_the_sdk_uploads_a_large_file(account: Account, tmp_path: Path) -> None:
    content = video(tmp_path) + b"\0" * 200_000
    answer = uploader.upload_large(
        BytesIO(content),
        resource_type="video",
        type="authenticated",
        public_id="parts/video",
        chunk_size=PART,
        filename="lesson.mp4",
        **account.api,
    )
    assert (answer["done"], answer["public_id"]) == (True, "parts/video")
    assert (answer["bytes"], answer["duration"]) == (len(content), 3.0)
    assert answer["original_filename"] == "lesson"
    assert kept_content(account, answer) == content


def test_a_file_without_a_name_keeps_the_one_of_its_first_part(account: Account) -> None:
    answer = uploader.upload_large(BytesIO(CONTENT), chunk_size=PART, **account.api)
    assert answer["bytes"] == len(CONTENT)
    assert answer["public_id"] in [kept["public_id"] for kept in account.stored()]


def test_parts_may_come_in_any_order_if_the_last_comes_last(account: Account, send: Any) -> None:
    for number in (2, 0, 3, 1):
        assert send(number)["done"] is False
    name = "parts/test_parts_may_come_in_any_order_if_the_last_comes_last"
    assert name not in [kept["public_id"] for kept in account.stored()]
    answer = send(LAST)
    assert answer["public_id"] == name
    assert answer["done"] is True
    assert kept_content(account, answer) == CONTENT


def test_parts_may_come_at_the_same_time(account: Account, send: Any) -> None:
    with ThreadPoolExecutor(LAST) as pool:
        assert [answer["done"] for answer in pool.map(send, range(LAST))] == [False] * LAST
    assert kept_content(account, send(LAST)) == CONTENT


def test_a_last_part_that_comes_too_early_is_refused_and_can_be_sent_again(
    account: Account, send: Any
) -> None:
    for number in (0, 1, 3):
        send(number)
    with pytest.raises(BadRequest, match="before all other parts"):
        send(LAST)
    send(2)
    assert kept_content(account, send(LAST)) == CONTENT


def test_a_part_that_is_repeated_changes_nothing(account: Account, send: Any) -> None:
    for number in (0, 1, 1, 2, 0, 3):
        assert send(number)["done"] is False
    first = send(LAST)
    again = send(LAST)
    assert (again["done"], again["version"]) == (True, first["version"])
    assert send(1)["done"] is False
    assert kept_content(account, again) == CONTENT
    uploader.destroy(again["public_id"], resource_type="raw", **account.api)
    with pytest.raises(BadRequest, match="was deleted"):
        send(LAST)


def test_a_part_must_be_as_large_as_it_says(send: Any) -> None:
    with pytest.raises(BadRequest, match="says 65536 bytes, but 65535 were sent"):
        send(0, content=CONTENT[: PART - 1])
    with pytest.raises(BadRequest, match="says 65536 bytes, but 65537 were sent"):
        send(0, content=CONTENT[: PART + 1])


def test_all_parts_of_a_file_must_agree_on_its_size(send: Any) -> None:
    send(0)
    with pytest.raises(BadRequest, match=f"The file has {len(CONTENT)} bytes, not 999999"):
        send(1, total=999_999)


def test_the_size_may_stay_unknown_until_the_last_part(account: Account, send: Any) -> None:
    for number in range(LAST):
        assert send(number, total=-1)["done"] is False
    assert kept_content(account, send(LAST)) == CONTENT


def test_a_small_part_that_is_not_the_last_is_refused() -> None:
    account = next(life := running(min_part_bytes=5 * 1024 * 1024))
    with pytest.raises(BadRequest, match="All parts except EOF-chunk must be larger than 5mb"):
        uploader.upload_large(BytesIO(CONTENT), chunk_size=PART, **account.api)
    assert uploader.upload_large(BytesIO(CONTENT), **account.api)["done"] is True
    next(life, None)


@pytest.mark.parametrize(
    "content_range",
    ["bytes 0-9", "0-9/10", "bytes 9-0/10", "bytes 0-10/10", "bytes -1-9/10", "bytes a-b/c", ""],
)
def test_an_invalid_content_range_is_refused(account: Account, content_range: str) -> None:
    headers = {"Content_Range": content_range, "X_Unique_Upload_Id": "senseless"}
    answer = account.post("raw/upload", account.sign({}), b"0123456789", **headers)
    assert answer.status_code == 400
    assert "Content-Range" in answer.json()["error"]["message"]


def test_a_part_must_say_which_upload_it_is_of(account: Account) -> None:
    headers = {"Content_Range": "bytes 0-9/10"}
    answer = account.post("raw/upload", account.sign({}), b"0123456789", **headers)
    assert answer.status_code == 400
    assert "X-Unique-Upload-Id" in answer.json()["error"]["message"]


def test_a_complete_file_that_is_not_what_it_claims_is_refused_and_deleted(
    account: Account, send: Any
) -> None:
    for number in range(LAST):
        send(number, resource_type="video")
    with pytest.raises(BadRequest, match="Unsupported video format or file"):
        send(LAST, resource_type="video")
    with pytest.raises(BadRequest, match="before all other parts"):
        send(LAST, resource_type="video")


def test_each_part_is_checked_for_its_signature(account: Account) -> None:
    fields = account.sign({"public_id": "parts/forged"}) | {"signature": "0" * 40}
    headers = {"Content_Range": "bytes 0-9/10", "X_Unique_Upload_Id": "forged"}
    assert account.post("raw/upload", fields, b"0123456789", **headers).status_code == 401


def test_memory_does_not_grow_with_the_size_of_an_upload(tmp_path: Path) -> None:
    """A process of its own receives 60 MB at once, sent as a stream."""
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from sandbox.tests.cloudinary_account import running

        def peak():
            status = Path("/proc/self/status").read_text()
            return int(status.split("VmHWM:")[1].split()[0]) // 1024

        account = next(life := running(data=Path(sys.argv[1])))
        account.post("raw/upload", account.sign({"public_id": "small"}), b"0" * 2_000_000)
        print(account.url, peak(), flush=True)
        sys.stdin.readline()
        print(peak(), [kept["bytes"] for kept in account.stored()], flush=True)
        next(life, None)
        """
    )
    size = 60 * 1024 * 1024
    command = [sys.executable, "-c", script, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        url, before = process.stdout.readline().split()
        fields = Account.sign({"public_id": "large"})
        headers = {"content-type": "multipart/form-data; boundary=limit"}
        address = f"{url}/v1_1/{CLOUD}/raw/upload"
        body = multipart(fields, size)
        answer = httpx.post(
            address, content=body, headers=headers, timeout=30, trust_env=False, verify=False
        )
        after, _ = process.communicate("\n", timeout=20)
    assert answer.json()["bytes"] == size
    assert after.endswith(f" [{size}, 2000000]\n")
    assert int(after.split()[0]) - int(before) < 15


def multipart(fields: dict[str, str], size: int) -> Iterator[bytes]:
    for name, value in fields.items():
        yield f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    yield b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    block = b"0" * 1024 * 1024
    for _ in range(size // len(block)):
        yield block
    yield b"\r\n--limit--\r\n"
