"""The Admin API: lists, details, deletion in bulk."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cloudinary import api
from cloudinary.exceptions import AuthorizationRequired, BadRequest, NotFound

from sandbox.tests.cloudinary_account import CLOUD, KEY, SECRET, Account, picture, running, video

PRIVATE = {"resource_type": "video", "type": "authenticated"}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    yield from running()


@pytest.fixture(scope="module")
def clip(account: Account, tmp_path_factory: pytest.TempPathFactory) -> dict:
    content = video(tmp_path_factory.mktemp("video"), 2)
    return account.upload(content, "details/clip", **PRIVATE)


def listed(account: Account, **options: object) -> list[str]:
    found = api.resources(**options, **account.api)["resources"]
    return [resource["public_id"] for resource in found]


def test_only_the_owner_may_use_the_admin_api(account: Account) -> None:
    assert api.ping(**account.api)["status"] == "ok"
    with pytest.raises(AuthorizationRequired, match="api_secret mismatch"):
        api.ping(**(account.api | {"api_secret": "guessed"}))
    with pytest.raises(AuthorizationRequired, match="unknown api_key"):
        api.usage(**(account.api | {"api_key": "1"}))
    with pytest.raises(AuthorizationRequired, match="Invalid cloud_name other"):
        api.resources(**(account.api | {"cloud_name": "other"}))
    for path in ("ping", "usage", "resources/image", "resources/image/upload/a"):
        url = f"{account.url}/v1_1/{CLOUD}/{path}"
        for said in ("", "Basic", "Basic !!", "Basic /+8=", "Bearer token"):
            answer = httpx.get(url, headers={"Authorization": said}, trust_env=False, verify=False)
            assert (answer.status_code, set(answer.json())) == (401, {"error"})


def test_lists_come_in_pages_that_deletion_does_not_shift(account: Account) -> None:
    names = [f"pages/{number:02}" for number in range(7)]
    for name in names:
        account.upload(picture(), name)
    options = {"prefix": "pages/", "max_results": 3, **account.api}
    first = api.resources(**options)
    assert len(first["resources"]) == 3
    api.delete_resources([first["resources"][0]["public_id"]], **account.api)
    second = api.resources(**options, next_cursor=first["next_cursor"])
    third = api.resources(**options, next_cursor=second["next_cursor"])
    assert "next_cursor" not in third
    seen = [one["public_id"] for page in (first, second, third) for one in page["resources"]]
    assert sorted(seen) == names
    # What was made within one second is in the order of its names.
    assert listed(account, prefix="pages/", direction="asc") == sorted(set(names) & set(seen[1:]))


def test_lists_keep_kinds_and_types_apart(account: Account) -> None:
    for type in ("upload", "private", "authenticated"):
        account.upload(picture(), f"kinds/{type}", type=type)
    account.upload(b"text", "kinds/raw.txt", resource_type="raw", filename="a.txt")
    assert sorted(listed(account, prefix="kinds/")) == [
        "kinds/authenticated",
        "kinds/private",
        "kinds/upload",
    ]
    assert listed(account, prefix="kinds/", type="private") == ["kinds/private"]
    assert listed(account, prefix="kinds/", resource_type="raw", type="upload") == ["kinds/raw.txt"]
    assert listed(account, prefix="kinds", resource_type="video") == []
    some = api.resources_by_ids(["kinds/upload", "kinds/no"], **account.api)["resources"]
    assert [one["public_id"] for one in some] == ["kinds/upload"]


def test_an_invalid_list_is_refused(account: Account) -> None:
    for bad in ({"max_results": 0}, {"max_results": 501}, {"max_results": "x"}):
        with pytest.raises(BadRequest, match="max_results"):
            api.resources(**bad, **account.api)
    for cursor in ("zz", "00", "5b5d", "22"):
        with pytest.raises(BadRequest, match="next_cursor"):
            api.resources(next_cursor=cursor, **account.api)


def test_details_of_a_video_are_returned_on_request(account: Account, clip: dict) -> None:
    plain = api.resource("details/clip", **PRIVATE, **account.api)
    assert (plain["bytes"], plain["format"], plain["width"]) == (clip["bytes"], "mp4", 160)
    assert plain["version"] == clip["version"]
    assert "duration" not in plain
    full = api.resource("details/clip", media_metadata=True, **PRIVATE, **account.api)
    assert full["duration"] == 2.0
    with pytest.raises(NotFound, match="Resource not found - details/clip"):
        api.resource("details/clip", resource_type="video", **account.api)


def test_resources_are_deleted_by_id_by_prefix_and_all(account: Account) -> None:
    account.upload(picture(), "gone/b")
    for name in ("gone/a", "gone/b", "gone/c"):
        account.upload(picture(), name, type="private")
    answer = api.delete_resources(["gone/a", "gone/x"], type="private", **account.api)
    assert answer["deleted"] == {"gone/a": "deleted", "gone/x": "not_found"}
    assert api.delete_resources(["gone/a"], **account.api)["deleted"] == {"gone/a": "not_found"}
    answer = api.delete_resources_by_prefix("gone/b", type="private", **account.api)
    assert answer["deleted"] == {"gone/b": "deleted"}
    api.delete_all_resources(type="private", **account.api)
    assert listed(account, type="private") == []
    assert listed(account, prefix="gone/") == ["gone/b"]


def test_a_deletion_that_names_nothing_is_refused(account: Account) -> None:
    url = f"{account.url}/v1_1/{CLOUD}/resources/image/upload"
    for body in (b"", b"{}", b"[]", b"{", b'{"public_ids": []}', b'{"prefix": "\\ud800"}'):
        answer = httpx.request(
            "DELETE", url, content=body, auth=(KEY, SECRET), trust_env=False, verify=False
        )
        assert answer.status_code == 400


def test_usage_counts_what_is_kept(account: Account, clip: dict) -> None:
    before = api.usage(**account.api)
    account.upload(picture(), "usage/one")
    after = api.usage(**account.api)
    assert after["resources"] == before["resources"] + 1
    assert after["storage"]["usage"] == before["storage"]["usage"] + len(picture())


def test_an_unknown_api_path_is_answered_in_json(account: Account) -> None:
    for method, path in {"GET": "nonsense", "POST": "ping", "PUT": "resources/image"}.items():
        url = f"{account.url}/v1_1/{CLOUD}/{path}"
        answer = httpx.request(method, url, auth=(KEY, SECRET), trust_env=False, verify=False)
        assert answer.status_code in (404, 405)
        assert answer.json()["error"]["message"]


def test_tests_can_see_what_is_stored(tmp_path: Path) -> None:
    account = next(life := running(data=tmp_path))
    assert account.stored() == []
    account.upload(picture(), "seen/a", type="authenticated")
    kept = account.stored()[0]
    assert (kept["resource_type"], kept["type"]) == ("image", "authenticated")
    assert (kept["public_id"], kept["bytes"]) == ("seen/a", len(picture()))
    next(life, None)
