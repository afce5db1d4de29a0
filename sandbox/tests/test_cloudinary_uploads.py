"""Uploads of files: their types, their names, and what they replace."""

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from cloudinary import api, uploader
from cloudinary.exceptions import BadRequest, Error
from PIL import Image

from sandbox.tests.cloudinary_account import CLOUD, KEY, Account, picture, running, video


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def account(folder: Path) -> Iterator[Account]:
    yield from running(data=folder)


def files_of(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def test_an_image_is_described_by_its_content(account: Account) -> None:
    content = picture(120, 80)
    answer = account.upload(content, "lms/images/one", filename="holiday.jpg")
    assert (answer["width"], answer["height"], answer["format"]) == (120, 80, "png")
    assert answer["bytes"] == len(content)
    assert answer["etag"] == hashlib.md5(content).hexdigest()
    assert (answer["public_id"], answer["type"]) == ("lms/images/one", "upload")
    assert (answer["resource_type"], answer["original_filename"]) == ("image", "holiday")
    assert answer["api_key"] == KEY
    assert abs(answer["version"] - time.time()) < 60
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer["created_at"])
    assert answer["url"].startswith(f"{account.url}/{CLOUD}/image/upload/v{answer['version']}/")
    assert account.get(answer["secure_url"]).content == content


def test_the_double_picture_of_a_phone_is_a_jpg(account: Account) -> None:
    out, frame = BytesIO(), Image.new("RGB", (8, 8))
    frame.save(out, "MPO", save_all=True, append_images=[frame])
    assert account.upload(out.getvalue(), "lms/images/double")["format"] == "jpg"


def test_a_video_is_described_by_its_content(account: Account, tmp_path: Path) -> None:
    answer = account.upload(
        video(tmp_path), "lms/videos/one", resource_type="video", type="authenticated"
    )
    assert answer["duration"] == 3.0
    assert (answer["width"], answer["height"], answer["format"]) == (160, 90, "mp4")
    assert (answer["video"]["codec"], answer["frame_rate"]) == ("h264", 10.0)
    assert answer["is_audio"] is False
    assert account.get(answer["playback_url"]).text.startswith("#EXTM3U")


@pytest.mark.parametrize(("codec", "suffix"), [("libvpx-vp9", ".webm"), ("libx264", ".mov")])
def test_the_format_of_a_video_is_read_from_its_content(
    account: Account, tmp_path: Path, codec: str, suffix: str
) -> None:
    content = video(tmp_path, 1, codec, suffix)
    answer = account.upload(content, f"lms/as{suffix}", resource_type="video", filename="a.mp4")
    assert answer["format"] == suffix[1:]


def test_captions_are_kept_as_they_are(account: Account) -> None:
    captions = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
    options = {"resource_type": "raw", "type": "authenticated", "allowed_formats": ["vtt"]}
    answer = account.upload(captions, "lms/captions/en.vtt", filename="en.vtt", **options)
    assert (answer["public_id"], answer["resource_type"]) == ("lms/captions/en.vtt", "raw")
    assert "format" not in answer
    served = account.get(answer["url"])
    assert (served.content, served.headers["content-type"]) == (
        captions,
        "text/vtt; charset=utf-8",
    )


def test_a_file_that_is_no_video_is_refused_as_video(account: Account, tmp_path: Path) -> None:
    real = video(tmp_path)
    forged = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 5000
    playlist = b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n#EXT-X-ENDLIST\n"
    for content in (forged, real[: len(real) // 8], b"hello", playlist, picture()):
        with pytest.raises(BadRequest, match="Unsupported video format or file"):
            account.upload(content, "lms/fake", resource_type="video", filename="fake.mp4")
    assert "lms/fake" not in [kept["public_id"] for kept in account.stored()]


def test_a_file_that_is_no_image_is_refused_as_image(account: Account, tmp_path: Path) -> None:
    for content in (b"hello", picture()[:60], b"%!PS-Adobe-3.0 EPSF-3.0\n", video(tmp_path)):
        with pytest.raises(BadRequest, match="Invalid image file"):
            account.upload(content, "lms/fake", filename="fake.png")


def test_an_image_of_too_many_pixels_is_refused(account: Account) -> None:
    for size in ((6000, 5000), (10_000, 9_500)):
        file = BytesIO()
        Image.new("1", size).save(file, "PNG")
        with pytest.raises(BadRequest, match="Maximum image size is 25 Megapixels"):
            account.upload(file.getvalue(), "lms/huge")


def test_a_format_that_is_not_allowed_is_refused_with_cloudinarys_message(
    account: Account, tmp_path: Path
) -> None:
    def refusal(content: bytes, **options: object) -> str:
        with pytest.raises(BadRequest) as refused:
            account.upload(content, "lms/not-allowed", **options)
        return str(refused.value)

    assert refusal(picture(), allowed_formats=["jpg", "webp"]) == (
        "Image file format png not allowed"
    )
    mov = video(tmp_path, 1, suffix=".mov")
    assert refusal(mov, resource_type="video", allowed_formats=["mp4"], filename="a.mp4") == (
        "Video file format mov not allowed"
    )
    assert refusal(b"x", resource_type="raw", allowed_formats="pdf", filename="a.exe") == (
        "Raw file format exe not allowed"
    )
    answer = account.upload(picture(format="JPEG"), "lms/allowed", allowed_formats=["jpeg", "png"])
    assert answer["format"] == "jpg"


def test_the_type_of_a_file_is_detected_if_it_is_auto(account: Account, tmp_path: Path) -> None:
    contents = {"image": picture(), "video": video(tmp_path, 1), "raw": b"%PDF-1.4"}
    for kind, content in contents.items():
        answer = account.upload(content, f"lms/auto/{kind}", resource_type="auto")
        assert answer["resource_type"] == kind


def test_a_new_version_replaces_the_old_one_and_its_files(account: Account, folder: Path) -> None:
    first = account.upload(picture(20, 20), "lms/again")
    account.get(first["url"].replace("/upload/", "/upload/w_5/"))
    before = len(files_of(folder))
    second = account.upload(picture(30, 30), "lms/again")
    assert second["version"] > first["version"]
    assert second["asset_id"] == first["asset_id"]
    assert account.get(first["url"]).content == picture(30, 30)
    assert len(files_of(folder)) == before - 1


def test_an_existing_file_is_kept_when_overwriting_is_forbidden(account: Account) -> None:
    first = account.upload(picture(20, 20), "lms/once", overwrite=False)
    second = account.upload(picture(30, 30), "lms/once", overwrite=False)
    assert second["existing"] is True
    assert (second["version"], second["width"]) == (first["version"], 20)


def test_the_same_name_in_another_type_is_another_file(account: Account) -> None:
    account.upload(picture(), "lms/twin")
    account.upload(picture(), "lms/twin", type="private")
    kinds = [kept["type"] for kept in account.stored() if kept["public_id"] == "lms/twin"]
    assert sorted(kinds) == ["private", "upload"]


def test_files_without_a_name_get_one(account: Account) -> None:
    fields = account.sign({"folder": "inbox"})
    named = account.post("image/upload", fields, picture()).json()["public_id"]
    assert re.fullmatch(r"inbox/[a-z0-9]{20}", named)
    raw = account.post("raw/upload", account.sign({}), b"x").json()["public_id"]
    assert re.fullmatch(r"[a-z0-9]{20}\.mp4", raw)
    kept = account.sign({"use_filename": "1", "unique_filename": "0"})
    assert account.post("image/upload", kept, picture()).json()["public_id"] == "clip"


@pytest.mark.parametrize("public_id", ["a?b", "a#b", "/a", "a//b", "a b ", "x" * 256, "a\nb"])
def test_an_invalid_public_id_is_refused(account: Account, public_id: str) -> None:
    answer = account.post("image/upload", account.sign({"public_id": public_id}), picture())
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("public_id (")


def test_an_invalid_upload_is_refused(account: Account) -> None:
    def refusal(fields: dict, content: bytes | None, kind: str = "image") -> tuple[int, str]:
        answer = account.post(f"{kind}/upload", account.sign(fields), content)
        return answer.status_code, answer.json()["error"]["message"]

    assert refusal({}, None) == (400, "Missing required parameter - file")
    assert refusal({}, b"") == (400, "Empty file")
    assert refusal({"type": "fetch"}, picture()) == (400, "Invalid value fetch for parameter type")
    assert refusal({}, picture(), "sound") == (400, "Invalid resource type sound")
    assert refusal({"transformation": "w_5"}, picture())[0] == 400
    assert refusal({"eager": "w_abc"}, picture()) == (400, "Invalid value abc for parameter w")
    signed = account.sign({"public_id": ["a", "b"]})
    listed = {"public_id[0]": "a", "public_id[1]": "b"} | signed
    del listed["public_id"]
    answer = account.post("image/upload", listed, picture())
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400,
        "Invalid value a,b for parameter public_id",
    )


def test_an_invalid_form_is_refused(account: Account) -> None:
    address = f"{account.url}/v1_1/{CLOUD}/image/upload"
    for kind, body in {
        "multipart/form-data; boundary=x": b"--x\r\noops",
        "text/plain": b"x",
    }.items():
        headers = {"content-type": kind}
        answer = httpx.post(address, content=body, headers=headers, trust_env=False, verify=False)
        assert (answer.status_code, set(answer.json())) == (400, {"error"})


def test_a_request_beyond_a_hundred_megabytes_must_come_in_parts() -> None:
    account = next(life := running())
    limit = 100 * 1024 * 1024
    answer = account.post("raw/upload", account.sign({"public_id": "big"}), b"\0" * (limit + 1))
    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == (
        f"File size too large. Got {limit + 1}. Maximum is {limit}."
    )
    assert account.stored() == []
    next(life, None)


def test_a_data_uri_is_a_file(account: Account) -> None:
    uri = "data:image/png;base64," + base64.b64encode(picture(7, 5)).decode()
    answer = uploader.upload(uri, public_id="lms/uri", **account.api)
    assert (answer["width"], answer["height"]) == (7, 5)
    with pytest.raises(Error, match="downloads nothing"):
        uploader.upload("https://example.test/a.png", **account.api)


def test_a_browser_uploads_with_fields_that_a_server_signed(account: Account) -> None:
    page = {"Origin": "https://courses.test"}
    address = f"{account.url}/v1_1/{CLOUD}/image/upload"
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-unique-upload-id,content-range",
    }
    preflight = httpx.options(address, headers=page | asked, trust_env=False, verify=False)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "x-unique-upload-id" in preflight.headers["access-control-allow-headers"].lower()
    fields = account.sign({"public_id": "lms/browser", "allowed_formats": "png"})
    answer = account.post("image/upload", fields, picture(), **page)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    refused = account.post("image/upload", fields | {"signature": "x"}, picture(), **page)
    assert refused.headers["access-control-allow-origin"] == "*"


def test_destroying_needs_the_right_type(account: Account, folder: Path, tmp_path: Path) -> None:
    account.upload(
        video(tmp_path), "lms/doomed", resource_type="video", type="authenticated", eager="w_9/jpg"
    )
    before = len(files_of(folder))
    options = {"resource_type": "video", **account.api}
    assert uploader.destroy("lms/doomed", **options) == {"result": "not found"}
    assert uploader.destroy("lms/doomed", type="authenticated", **account.api) == {
        "result": "not found"
    }
    assert len(files_of(folder)) == before
    assert uploader.destroy("lms/doomed", type="authenticated", **options) == {"result": "ok"}
    assert uploader.destroy("lms/doomed", type="authenticated", **options) == {
        "result": "not found"
    }
    assert len(files_of(folder)) == before - 2
    with pytest.raises(BadRequest, match="Missing required parameter - public_id"):
        uploader.destroy("", **options)


def test_a_file_can_be_renamed_and_described_again(account: Account) -> None:
    account.upload(picture(), "lms/before")
    account.upload(picture(9, 9), "lms/taken")
    with pytest.raises(BadRequest, match="to_public_id lms/taken already exists"):
        uploader.rename("lms/before", "lms/taken", **account.api)
    answer = uploader.rename("lms/before", "lms/taken", overwrite=True, **account.api)
    assert (answer["public_id"], answer["width"]) == ("lms/taken", 40)
    assert account.get(answer["url"]).content == picture()
    named = uploader.explicit(
        "lms/taken", type="upload", tags=["a"], eager="w_8/jpg", **account.api
    )
    assert (named["tags"], named["eager"][0]["width"]) == (["a"], 8)
    assert api.resource("lms/taken", **account.api)["tags"] == ["a"]


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    first = next(life := running(data=tmp_path))
    answer = first.upload(picture(), "lms/kept")
    first.upload(picture(), "lms/gone")
    uploader.destroy("lms/gone", **first.api)
    next(life, None)
    second = next(life := running(data=tmp_path))
    assert [kept["public_id"] for kept in second.stored()] == ["lms/kept"]
    assert second.get(answer["url"].replace(first.url, second.url)).content == picture()
    next(life, None)
