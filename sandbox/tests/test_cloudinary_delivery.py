"""Delivery of files: to whom, and in which size."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from sandbox.tests.cloudinary_account import (
    CLOUD,
    PROTECTED,
    Account,
    picture,
    running,
    video,
)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    for account in running():
        account.upload(picture(200, 100), "lms/v2/image")
        account.upload(picture(200, 100, "JPEG"), "lms/photo")
        account.upload(video(tmp_path_factory.mktemp("video"), 8), "lms/video", **PROTECTED)
        account.upload(picture(), "lms/private", type="private")
        yield account


def image_of(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_signed_url_opens_an_authenticated_file_in_all_three_forms(account: Account) -> None:
    for form in ({}, {"signature_algorithm": "sha256"}, {"long_url_signature": True}):
        assert account.get(account.video_url(**form)).status_code == 200
    assert account.get(account.video_url(version=99)).status_code == 200
    assert account.get(account.video_url(force_version=False)).status_code == 200
    assert account.get(account.video_url(private_cdn=True)).status_code == 200


def test_without_a_correct_signature_every_file_is_refused(account: Account) -> None:
    good = account.video_url(long_url_signature=True)
    signature = re.findall(r"s--(.+?)--", good)[0]
    other = account.delivery_url("lms/other", sign_url=True, format="mp4", **PROTECTED)
    for wrong in (
        account.delivery_url("lms/video", format="mp4", **PROTECTED),
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


def test_an_unknown_file_is_not_found(account: Account) -> None:
    missing = account.get(account.delivery_url("lms/nothing", format="png"))
    assert (missing.status_code, missing.content) == (404, b"")
    assert missing.headers["x-cld-error"] == "Resource not found - v1/lms/nothing.png"
    url = account.delivery_url("lms/nothing", sign_url=True, format="mp4", **PROTECTED)
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
    url = account.video_url()
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


def test_head_returns_everything_but_the_content(account: Account) -> None:
    answer = httpx.head(account.video_url(), trust_env=False, verify=False)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(account.get(account.video_url()).content)


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
def test_an_image_is_served_in_the_requested_size(
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


def test_the_format_is_that_of_the_url_or_one_that_the_client_accepts(account: Account) -> None:
    url = account.delivery_url("lms/v2/image", format="jpg")
    assert image_of(account.get(url).content).format == "JPEG"
    url = account.delivery_url("lms/photo", format="jpg", fetch_format="auto", quality="auto")
    for accept, kind in {"image/webp,*/*": "WEBP", "image/*": "JPEG"}.items():
        answer = account.get(url, Accept=accept)
        assert image_of(answer.content).format == kind
        assert "Accept" in answer.headers["vary"]
    assert account.get(account.delivery_url("lms/photo")).content == picture(200, 100, "JPEG")


def test_a_derived_image_is_made_once(account: Account) -> None:
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
def test_an_invalid_transformation_is_refused(account: Account, steps: str) -> None:
    answer = account.get(f"{account.url}/{CLOUD}/image/upload/{steps}/v1/lms/photo.jpg")
    assert answer.status_code == 400
    assert answer.headers["x-cld-error"]


def test_pages_of_other_origins_may_read_files(account: Account) -> None:
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
