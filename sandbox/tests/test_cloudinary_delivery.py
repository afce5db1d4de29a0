"""Serving files: to whom, in which size, and for how long."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import av
import httpx
import pytest
from cloudinary import auth_token, utils
from PIL import Image

from sandbox import server
from sandbox.tests.cloudinary_account import (
    CLOUD,
    SECRET,
    TOKEN_KEY,
    Account,
    picture,
    running,
    video,
)

PRIVATE = {"resource_type": "video", "type": "authenticated"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    for account in running():
        account.upload(picture(200, 100), "lms/v2/image")
        account.upload(picture(200, 100, "JPEG"), "lms/photo")
        account.upload(video(tmp_path_factory.mktemp("video"), 8), "lms/video", **PRIVATE)
        account.upload(picture(), "lms/private", type="private")
        yield account


def signed(account: Account, **options: Any) -> str:
    steps = {"format": "mp4"} | PRIVATE | options
    return account.delivery_url("lms/video", sign_url=True, **steps)


def image_of(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_signed_url_opens_an_authenticated_file_in_all_three_forms(account: Account) -> None:
    for form in ({}, {"signature_algorithm": "sha256"}, {"long_url_signature": True}):
        assert account.get(signed(account, **form)).status_code == 200
    assert account.get(signed(account, version=99)).status_code == 200
    assert account.get(signed(account, force_version=False)).status_code == 200
    assert account.get(signed(account, private_cdn=True)).status_code == 200


def test_without_the_right_signature_nothing_opens(account: Account) -> None:
    good = signed(account, long_url_signature=True)
    signature = re.findall(r"s--(.+?)--", good)[0]
    other = account.delivery_url("lms/other", sign_url=True, format="mp4", **PRIVATE)
    for wrong in (
        account.delivery_url("lms/video", format="mp4", **PRIVATE),
        account.delivery_url("lms/private", type="private", format="png"),
        good.replace(signature, signature[:-1] + "x"),
        good.replace(signature, signature[:31]),
        good.replace(f"s--{signature}--", "s----"),
        good.replace("lms/video.mp4", "lms/video.jpg"),
        good.replace("/v1/", "/w_100/v1/"),
        other.replace("lms/other", "lms/video"),
    ):
        answer = account.get(wrong)
        assert (answer.status_code, answer.content) == (401, b""), wrong
        assert answer.headers["x-cld-error"]


def test_a_wrong_signature_is_refused_even_where_none_is_needed(account: Account) -> None:
    good = account.delivery_url("lms/photo", format="jpg", sign_url=True)
    assert account.get(good).status_code == 200
    assert account.get(good.replace("s--", "s--x")).status_code == 401


def test_what_is_not_there_is_not_found(account: Account) -> None:
    missing = account.get(account.delivery_url("lms/nothing", format="png"))
    assert (missing.status_code, missing.content) == (404, b"")
    assert missing.headers["x-cld-error"] == "Resource not found - v1/lms/nothing.png"
    url = account.delivery_url("lms/nothing", sign_url=True, format="mp4", **PRIVATE)
    assert account.get(url).status_code == 404
    for path in (
        "/",
        "/sound/upload/a",
        "/image/fetch/a",
        "/image/upload/",
        "/image/upload/%ff/..",
    ):
        assert account.get(f"{account.url}/{CLOUD}{path}").status_code == 404


def test_a_file_is_served_in_ranges(account: Account) -> None:
    url = signed(account)
    whole = account.get(url)
    content = whole.content
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["cache-control"].startswith("private,")
    size = len(content)
    for asked, got in {
        "bytes=0-9": (0, 10),
        "bytes=100-": (100, size),
        "bytes=-7": (-7, size),
    }.items():
        part = account.get(url, Range=asked)
        assert (part.status_code, part.content) == (206, content[slice(*got)])
        assert part.headers["content-range"].endswith(f"/{size}")
    assert account.get(url, Range=f"bytes={size}-").status_code == 416
    assert account.get(url, If_None_Match="x").status_code == 200
    tag = whole.headers["etag"]
    assert account.get(url, **{"If-None-Match": tag}).status_code == 304
    assert account.get(url, **{"If-Range": tag, "Range": "bytes=0-1"}).status_code == 206
    assert account.get(url, **{"If-Range": '"old"', "Range": "bytes=0-1"}).status_code == 200


def test_head_tells_all_but_the_content(account: Account) -> None:
    answer = httpx.head(signed(account), trust_env=False)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(account.get(signed(account)).content)


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ({"width": 32, "height": 32, "crop": "fill", "gravity": "auto"}, (32, 32)),
        ({"width": 50}, (50, 25)),
        ({"height": 50}, (100, 50)),
        ({"width": 50, "height": 50}, (50, 50)),
        ({"width": 50, "height": 50, "crop": "limit"}, (50, 25)),
        ({"width": 900, "crop": "limit"}, (200, 100)),
        ({"width": 400, "crop": "fit"}, (400, 200)),
        ({"width": 60, "height": 60, "crop": "pad"}, (60, 60)),
        ({"width": 50, "height": 60, "crop": "crop"}, (50, 60)),
        ({"width": 0.5}, (100, 50)),
        ({"aspect_ratio": "16:9", "width": 64, "crop": "fill"}, (64, 36)),
        ({"width": 20, "height": 20, "crop": "thumb", "dpr": 2}, (40, 40)),
        ({"transformation": [{"width": 100}, {"height": 10, "crop": "scale"}]}, (20, 10)),
        ({"quality": "auto:eco", "effect": "sharpen"}, (200, 100)),
    ],
)
def test_an_image_is_served_in_the_size_asked_for(
    account: Account, steps: dict[str, Any], size: tuple[int, int]
) -> None:
    answer = account.get(account.delivery_url("lms/v2/image", format="png", **steps))
    assert answer.headers["content-type"] == "image/png"
    assert image_of(answer.content).size == size


def test_filling_keeps_the_middle(account: Account) -> None:
    url = account.delivery_url("lms/v2/image", format="png", width=40, height=40, crop="fill")
    image = image_of(account.get(url).content).convert("RGB")
    assert image.getpixel((2, 20)) == (255, 0, 0)
    assert image.getpixel((37, 20)) == (0, 0, 255)


def test_the_format_is_that_of_the_url_or_what_the_client_likes(account: Account) -> None:
    url = account.delivery_url("lms/v2/image", format="jpg")
    assert image_of(account.get(url).content).format == "JPEG"
    url = account.delivery_url("lms/photo", format="jpg", fetch_format="auto", quality="auto")
    for accept, kind in {"image/webp,*/*": "WEBP", "image/*": "JPEG"}.items():
        answer = account.get(url, Accept=accept)
        assert image_of(answer.content).format == kind
        assert "Accept" in answer.headers["vary"]
    assert account.get(account.delivery_url("lms/photo")).content == picture(200, 100, "JPEG")


def test_an_image_made_once_is_not_made_again(account: Account) -> None:
    url = account.delivery_url("lms/photo", format="jpg", width=77)
    first, second = account.get(url), account.get(url)
    assert first.headers["last-modified"] == second.headers["last-modified"]
    assert first.headers["etag"] == second.headers["etag"]
    other = account.get(account.delivery_url("lms/photo", format="png", width=77))
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "steps",
    [
        "w_abc",
        "w_0",
        "c_nope",
        "zz_5",
        "nonsense",
        "w_9000,h_9000",
        "f_exe",
        "ar_1:0",
        "ar_1:99999,w_5/f_gif",
    ],
)
def test_a_transformation_that_makes_no_sense_is_refused(account: Account, steps: str) -> None:
    answer = account.get(f"{account.url}/{CLOUD}/image/upload/{steps}/v1/lms/photo.jpg")
    assert answer.status_code == 400
    assert answer.headers["x-cld-error"]


def test_a_video_has_a_poster(account: Account) -> None:
    steps = {"width": 80, "height": 80, "crop": "fill"}
    shades = {}
    for offset in ("0", "50p", "auto", "7.9"):
        answer = account.get(signed(account, format="jpg", start_offset=offset, **steps))
        assert answer.headers["content-type"] == "image/jpeg"
        image = image_of(answer.content)
        assert image.size == (80, 80)
        shades[offset] = image.convert("L").tobytes()[40 * 80 + 40]
    assert shades["0"] < 10 < 115 < shades["50p"] == shades["auto"] < 140 < 240 < shades["7.9"]


def test_a_video_is_streamed_in_pieces_that_play(account: Account) -> None:
    """The pieces, put together, are the video: same length, same frames."""
    answer = account.get(signed(account, format="m3u8", streaming_profile="auto"))
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
    unknown = signed(account, format="m4s", raw_transformation="pg_99,sp_auto")
    assert account.get(unknown).status_code == 404


def test_a_video_is_not_encoded_anew(account: Account) -> None:
    original = account.get(signed(account)).content
    assert account.get(signed(account, quality="auto", width=50)).content == original
    answer = account.get(signed(account, format="webm"))
    assert answer.status_code == 400
    assert "does not transcode mp4 to webm" in answer.headers["x-cld-error"]


def token(**claims: Any) -> str:
    claims = {"key": TOKEN_KEY, "acl": f"/{CLOUD}/video/authenticated/*"} | claims
    return auth_token.generate(**({"duration": 60} if "expiration" not in claims else {}), **claims)


def test_a_token_opens_what_it_covers_until_it_expires(account: Account) -> None:
    url = account.delivery_url("lms/video", format="mp4", **PRIVATE)
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
    url = signed(account, auth_token=key)
    assert "__cld_token__=exp=" in url
    assert "s--" not in url
    assert account.get(url).status_code == 200
    assert account.get(url.replace(".mp4", ".jpg")).status_code == 401


def test_a_stream_opened_by_a_token_closes_with_it(account: Account) -> None:
    url = account.delivery_url("lms/video", format="m3u8", streaming_profile="auto", **PRIVATE)
    playlist = account.get(f"{url}?{token()}").text
    pieces = re.findall(r'http://[^\s"]+', playlist)
    assert len(pieces) == 3
    for piece in pieces:
        assert "s--" not in piece
        assert account.get(piece).status_code == 200
        assert account.get(piece.partition("?")[0]).status_code == 401


def test_without_a_token_key_a_token_opens_nothing() -> None:
    plain = Account(server.start_in_thread())
    plain.upload(picture(), "lms/a", type="authenticated")
    url = plain.delivery_url("lms/a", type="authenticated", format="png")
    everything = token(acl="/*")
    assert plain.get(f"{url}?{everything}").status_code == 401
    plain.sandbox.stop()


def download(account: Account, **options: Any) -> str:
    return utils.private_download_url("lms/video", "mp4", **PRIVATE, **account.api, **options)


def test_a_private_download_ends_when_it_said(account: Account) -> None:
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


def test_a_private_download_without_an_end_is_good_for_an_hour(account: Account) -> None:
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
    missing = utils.private_download_url("lms/none", "mp4", **PRIVATE, **account.api)
    assert account.get(missing).status_code == 404


def test_a_page_of_another_origin_may_read_files(account: Account) -> None:
    url = account.delivery_url("lms/photo", format="jpg")
    answer = account.get(url, Origin="https://courses.test")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_public_ids_of_any_script_are_found(account: Account) -> None:
    for public_id in ("kurs/Übung 1", "курс/урок", "a,b/c=d", "w_100/pic", "archive.tar"):
        content = picture()
        answer = account.upload(content, public_id, type="authenticated")
        assert account.get(answer["url"]).content == content
        options = {"type": "authenticated", "sign_url": True, "format": "png"}
        assert account.get(account.delivery_url(public_id, **options)).content == content
    assert Path(answer["url"]).name == "archive.tar.png"
