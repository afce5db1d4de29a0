"""Links to ourselves are on SITE_URL, and in development on the host that was asked."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from lms.links import absolute_url
from lms.pagination import Page


@pytest.mark.parametrize(
    ("debug", "site"), [(False, "https://api.example"), (True, "http://[::1]:8000")]
)
def test_no_link_follows_the_host_of_the_request_outside_debug(client, settings, debug, site):
    settings.DEBUG, settings.SITE_URL, settings.ALLOWED_HOSTS = debug, "https://api.example", ["*"]
    host = {"HTTP_HOST": "[::1]:8000"}
    request = Request(APIRequestFactory().get("/list?search=%C3%A9&page_size=1", **host))
    links = Page.of(request, ("id",)).links([{"_id": 1}, {"_id": 2}])
    assert links["next"].startswith(f"{site}/list?")
    assert "search=%C3%A9" in links["next"]
    assert client.get("/api/v1", **host).json()["courses"] == f"{site}/api/v1/courses"


def test_a_link_without_a_request_is_on_the_address_of_the_site(settings):
    settings.DEBUG, settings.SITE_URL = True, "https://api.example"
    assert absolute_url("/certificates/x") == "https://api.example/certificates/x"
