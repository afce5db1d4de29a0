"""The page of the API."""

LOGIN = "student@demo.test demo-Passw0rd! buy and watch courses"


def test_the_page_shows_the_sample_logins_of_the_demo(client, settings):
    settings.SAMPLE_LOGINS = [LOGIN]
    page = client.get("/api/docs").content.decode()
    assert 'data-email="student@demo.test" data-password="demo-Passw0rd!"' in page
    assert "buy and watch courses" in page


def test_without_a_demo_the_page_shows_no_login(client):
    assert "data-password" not in client.get("/api/docs").content.decode()


def test_the_page_leads_to_the_shop_the_guides_and_the_document(client, settings):
    settings.FRONTEND_URL = "https://courses.example"
    page = client.get("/api/docs").content.decode()
    for path in ("https://courses.example", "/docs/errors.md", "/docs/spa.md", "/api/schema"):
        assert f'href="{path}"' in page
