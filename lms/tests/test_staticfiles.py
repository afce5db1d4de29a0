import re

from django.core.management import call_command
from django.test import Client

FINGERPRINT = re.compile(r"\.[0-9a-f]{12}\.\w+$")


def test_a_page_links_files_by_fingerprints_and_browsers_keep_them(
    db, settings, tmp_path, monkeypatch
):
    settings.STATIC_ROOT = tmp_path
    # The compression of all files costs seconds: it is whitenoise's own, as are the names.
    monkeypatch.setattr("lms.staticfiles.FingerprintedFiles.compress_files", lambda *_: [])
    big = ["drf_spectacular_sidecar", "rest_framework"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=big)
    browser = Client()
    page = browser.get("/admin/login/")
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode())
    assert any("/lms/staff." in link for link in links)
    assert [link for link in links if not FINGERPRINT.search(link)] == []
    for link in links:
        file = browser.get(link)
        assert file.status_code == 200, link
        assert "max-age=315360000" in file["Cache-Control"], link
        file.close()


def test_a_page_without_collected_files_links_them_by_their_plain_names(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    page = Client().get("/admin/login/").content.decode()
    assert "/static/lms/staff.css" in page


def test_no_page_may_use_the_camera_or_a_payment_of_the_browser(client, db):
    for path in ("/admin/login/", "/admin/nowhere/", "/api/docs"):
        policy = client.get(path)["Permissions-Policy"]
        assert {"camera=()", "microphone=()", "geolocation=()", "payment=()"} <= set(
            policy.split(", ")
        ), path
    assert "Permissions-Policy" not in client.get("/api/v1/categories")
