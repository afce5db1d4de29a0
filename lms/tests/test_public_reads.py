"""What is the same for everybody: no cookie and no token is looked at, and caches may share it."""

import pytest
from rest_framework.test import APIClient

from accounts.models import LoginSession
from accounts.services.sessions import open_session
from accounts.tests.clients import ended_access, limits
from lms.tests.world import names, rebuild

PUBLIC = "public, max-age=0, s-maxage=60"
PATHS = [
    "",
    "/courses",
    "/courses?search=course",
    "/courses/facets?search=course",
    "/courses/suggestions?q=course",
    "/courses/{course}/related",
    "/categories",
    "/courses/{course}/reviews",
    "/courses/{course}/ratings",
    "/instructors/{instructor}",
]

pytestmark = pytest.mark.django_db


def read(path, **cookies):
    client = APIClient()
    client.cookies.load(cookies)
    return client.get("/api/v1" + path)


@pytest.mark.parametrize("path", PATHS)
def test_a_public_read_looks_at_no_cookie_and_no_token(path, commands):
    world = rebuild()
    path = path.format(**names(world))
    expected = read(path)
    assert expected.status_code == 200
    session = open_session(world.people["student"]).session
    for token in ("broken", ended_access(session), open_session(world.instructor).access):
        with commands() as sent:
            response = read(path, access_token=token, refresh_token=token)
            bearer = APIClient().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert LoginSession._meta.db_table not in str([command.command for command in sent])
        for answer in (response, bearer):
            assert answer.content == expected.content
            assert not answer.cookies


@pytest.mark.parametrize("path", PATHS)
def test_caches_may_share_a_public_read_for_a_minute_and_browsers_ask_again(path):
    path = path.format(**names(rebuild()))
    first = read(path)
    assert first["Cache-Control"] == PUBLIC
    assert {name.strip().lower() for name in first["Vary"].split(",")} == {"origin"}
    again = APIClient().get("/api/v1" + path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (304, PUBLIC)
    for answer in (first, again):  # the limit of one is no news for all
        assert not any("RateLimit" in name for name in answer.headers)
    assert APIClient().head("/api/v1" + path)["Cache-Control"] == PUBLIC


@pytest.mark.parametrize("path", ["/courses?price_min=x", "/courses/{draft}/reviews"])
def test_an_error_is_never_shared(path):
    response = read(path.format(**names(rebuild())))
    assert response.status_code >= 400
    assert "public" not in response["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
def test_public_reads_are_limited_by_address_whoever_asks(path, client_of):
    world = rebuild()
    path = "/api/v1" + path.format(**names(world))
    with limits(anon="1/min", user="1000/min"):
        assert client_of(world.people["student"]).get(path).status_code == 200
        refused = APIClient().get(path)
    assert refused.status_code == 429
    assert "public" not in refused["Cache-Control"]
    assert refused["RateLimit"].startswith('"anon";r=0;t=')
