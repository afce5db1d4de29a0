"""Playback: posters, streams, and URLs that expire."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import av
import pytest
from cloudinary import auth_token, utils
from cloudinary.exceptions import BadRequest
from PIL import Image

from sandbox import server
from sandbox.tests.cloudinary_account import (
    CLOUD,
    PROTECTED,
    SECRET,
    TOKEN_KEY,
    Account,
    picture,
    running,
    video,
)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    for account in running():
        account.upload(video(tmp_path_factory.mktemp("video"), 8), "lms/video", **PROTECTED)
        yield account


def test_a_video_has_a_poster(account: Account) -> None:
    steps = {"width": 80, "height": 80, "crop": "fill"}
    shades = {}
    for offset in ("0", "50p", "auto", "7.9"):
        answer = account.get(account.video_url(format="jpg", start_offset=offset, **steps))
        assert answer.headers["content-type"] == "image/jpeg"
        image = Image.open(BytesIO(answer.content))
        assert image.size == (80, 80)
        shades[offset] = image.convert("L").tobytes()[40 * 80 + 40]
    assert shades["0"] < 10 < 115 < shades["50p"] == shades["auto"] < 140 < 240 < shades["7.9"]


def test_a_video_without_a_duration_is_taken_as_browsers_record_it(
    account: Account, tmp_path: Path
) -> None:
    content = video(tmp_path, 1, "libvpx-vp9", ".webm", live=True)
    answer = account.upload(content, "lms/recorded", **PROTECTED)
    assert (answer["format"], answer["width"]) == ("webm", 160)
    assert "duration" not in answer
    poster = account.delivery_url("lms/recorded", sign_url=True, format="jpg", **PROTECTED)
    assert account.get(poster).status_code == 200
    assert account.get(answer["playback_url"]).text.startswith("#EXTM3U")
    with pytest.raises(BadRequest, match="Unsupported video format or file"):
        account.upload(content[:200], "lms/header-only", **PROTECTED)


def test_a_video_is_streamed_in_segments_that_play(account: Account) -> None:
    """The pieces, put together, are the video: same length, same frames."""
    answer = account.get(account.video_url(format="m3u8", streaming_profile="auto"))
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    playlist = answer.text
    assert playlist.startswith("#EXTM3U\n")
    assert playlist.endswith("#EXT-X-ENDLIST\n")
    lengths = [float(length) for length in re.findall(r"#EXTINF:([\d.]+),", playlist)]
    assert sum(lengths) == pytest.approx(8.0)
    pieces = re.findall(r"http://\S+?\.m4s", playlist)
    assert len(pieces) == len(lengths) + 1 == 3
    stream = b"".join(account.get(piece).content for piece in pieces)
    with av.open(BytesIO(stream), "r") as container:
        assert len(list(container.decode(video=0))) == 80
    for piece in pieces:
        assert account.get(re.sub("/s--.+?--/", "/", piece)).status_code == 401
    unknown = account.video_url(format="m4s", raw_transformation="pg_99,sp_auto")
    assert account.get(unknown).status_code == 404


def test_a_video_is_not_encoded_again(account: Account) -> None:
    original = account.get(account.video_url()).content
    assert account.get(account.video_url(quality="auto", width=50)).content == original
    answer = account.get(account.video_url(format="webm"))
    assert answer.status_code == 400
    assert "does not transcode mp4 to webm" in answer.headers["x-cld-error"]


def token(**claims: Any) -> str:
    claims = {"key": TOKEN_KEY, "acl": f"/{CLOUD}/video/authenticated/*"} | claims
    return auth_token.generate(**({"duration": 60} if "expiration" not in claims else {}), **claims)


def test_a_token_opens_the_files_that_it_covers_until_it_expires(account: Account) -> None:
    url = account.delivery_url("lms/video", format="mp4", **PROTECTED)
    assert account.get(f"{url}?{token()}").status_code == 200
    assert account.get(url, Cookie=token()).status_code == 200
    covering = token(acl=["/x/*", f"/{CLOUD}/*/lms/video*"], ip="127.0.0.1")
    assert account.get(f"{url}?{covering}").status_code == 200
    for wrong in (
        token(expiration=int(time.time()) - 1),
        token(start_time=int(time.time()) + 100),
        token(acl=f"/{CLOUD}/video/authenticated/*/lms/other*"),
        token(ip="10.0.0.1"),
        token(key="ff00"),
        token().replace("exp=", "exp=1"),
        token()[:-1],
        "__cld_token__=",
        "__cld_token__=exp=9999999999~acl=%2f*~hmac=",
    ):
        assert account.get(f"{url}?{wrong}").status_code == 401, wrong


def test_a_token_of_the_sdk_for_one_url_opens_that_url(account: Account) -> None:
    key = {"key": TOKEN_KEY, "duration": 60}
    url = account.video_url(auth_token=key)
    assert "__cld_token__=exp=" in url
    assert "s--" not in url
    assert account.get(url).status_code == 200
    assert account.get(url.replace(".mp4", ".jpg")).status_code == 401


def test_a_stream_opened_by_a_token_closes_with_it(account: Account) -> None:
    url = account.delivery_url("lms/video", format="m3u8", streaming_profile="auto", **PROTECTED)
    playlist = account.get(f"{url}?{token()}").text
    pieces = re.findall(r'http://[^\s"]+', playlist)
    assert len(pieces) == 3
    for piece in pieces:
        assert "s--" not in piece
        assert account.get(piece).status_code == 200
        assert account.get(piece.partition("?")[0]).status_code == 401


def test_without_a_token_key_every_token_is_refused() -> None:
    plain = Account(server.start_in_thread())
    plain.upload(picture(), "lms/a", type="authenticated")
    url = plain.delivery_url("lms/a", type="authenticated", format="png")
    everything = token(acl="/*")
    assert plain.get(f"{url}?{everything}").status_code == 401
    plain.sandbox.stop()


def download(account: Account, **options: Any) -> str:
    return utils.private_download_url("lms/video", "mp4", **PROTECTED, **account.api, **options)


def test_a_private_download_ends_at_its_expiry(account: Account) -> None:
    now = int(time.time())
    good = download(account, expires_at=now + 60)
    answer = account.get(good, Range="bytes=0-3")
    assert (answer.status_code, answer.headers["content-type"]) == (206, "video/mp4")
    expired = account.get(download(account, expires_at=now - 1))
    assert expired.status_code == 401
    assert expired.json()["error"]["message"] == "Download URL expired"
    assert account.get(good.replace("expires_at=", "expires_at=9")).status_code == 401
    assert account.get(good.replace("lms%2Fvideo", "lms%2Fother")).status_code == 401
    assert account.get(download(account)).status_code == 200


def test_a_private_download_without_an_expiry_is_valid_for_an_hour(account: Account) -> None:
    fields = {"public_id": "lms/video", "format": "mp4", "type": "authenticated"}

    def url(age: int, **more: str) -> str:
        stamp = str(int(time.time()) - age)
        query = urlencode(account.sign(fields | more | {"timestamp": stamp}, SECRET))
        return f"{account.url}/v1_1/{CLOUD}/video/download?{query}"

    assert account.get(url(3500)).status_code == 200
    assert account.get(url(3700)).status_code == 400
    later = str(int(datetime.now(UTC).timestamp()) + 60)
    assert account.get(url(3700, expires_at=later)).status_code == 200


def test_a_private_download_can_be_an_attachment(account: Account) -> None:
    answer = account.get(download(account, attachment=True))
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''video.mp4"
    fields = account.sign(
        {"public_id": "lms/video", "type": "authenticated", "attachment": "1"}
        | {"target_filename": "Lektion Ü.mp4"}
    )
    query = urlencode(fields)
    named = account.get(f"{account.url}/v1_1/{CLOUD}/video/download?{query}")
    assert named.headers["content-disposition"].endswith("''Lektion%20%C3%9C.mp4")
    missing = utils.private_download_url("lms/none", "mp4", **PROTECTED, **account.api)
    assert account.get(missing).status_code == 404
