"""The two pages that somebody finds who knows only the host."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_the_api_names_the_ways_on(client, settings):
    answer = client.get("/api/v1")
    assert answer.status_code == 200
    links = answer.json()
    assert {"docs", "schema", "session", "courses", "categories", "me", "checkout"} <= links.keys()
    for name, link in links.items():
        assert link.startswith(f"{settings.SITE_URL}/api/"), name
        status = APIClient().get(link.removeprefix(settings.SITE_URL)).status_code
        assert status in {200, 401, 405}, name  # it exists


def test_the_first_page_leads_to_the_shop_and_the_api(client, settings):
    settings.FRONTEND_URL = "https://courses.example"
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    page = answer.content.decode()
    assert 'href="https://courses.example"' in page
    for path in ("/api/docs", "/api/schema", "/api/v1"):
        assert f'href="{path}"' in page


def test_the_first_page_names_the_admin_in_development_only(client, settings):
    for debug in (True, False):
        settings.DEBUG = debug
        assert ('href="/admin/"' in client.get("/").content.decode()) is debug


def test_the_first_page_does_not_lead_to_itself(client, settings):
    settings.FRONTEND_URL = settings.SITE_URL = "https://courses.example"
    assert "https://courses.example" not in client.get("/").content.decode()


def test_the_first_page_is_only_read(client):
    assert client.head("/").status_code == 200
    assert client.post("/").status_code == 405
