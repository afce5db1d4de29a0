from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media import cloud, tasks
from media.exceptions import MediaNotFound
from media.models import Asset, Stored
from media.tests.videos import video


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    """Retry at once: the tests count the tries, and need not wait between them."""
    monkeypatch.setattr(cloud, "RETRY_PAUSE", 0)
    monkeypatch.setattr(tasks, "PAUSES", (0,))


@pytest.fixture
def teacher(client_of, instructor):
    """The instructor's client."""
    return client_of(instructor)


@pytest.fixture
def mp4() -> SimpleUploadedFile:
    return SimpleUploadedFile("Lecture 1.mp4", video(), "video/mp4")


@pytest.fixture
def fault(sandbox) -> Callable[..., None]:
    """Make the sandbox's Cloudinary fail: `fault("drop", count=1)`; `fault("none")` repairs it."""

    def inject(mode: str, **options: Any) -> None:
        body = {"target": "cloudinary", "mode": mode, **options}
        httpx.post(f"{sandbox.url}/_control/faults", json=body).raise_for_status()

    return inject


@pytest.fixture
def sent_to_cloudinary(sandbox) -> Callable[[], list[dict[str, Any]]]:
    """Return the requests that the application has sent to Cloudinary, oldest first."""

    def list_requests() -> list[dict[str, Any]]:
        params = {"target": "cloudinary"}
        return httpx.get(f"{sandbox.url}/_control/requests", params=params).json()[::-1]

    return list_requests


@pytest.fixture
def is_stored(sandbox) -> Callable[..., bool]:
    """Return whether Cloudinary has a file."""

    def has(file: Stored) -> bool:
        try:
            cloud.get_details(file)
        except MediaNotFound:
            return False
        return True

    return has


@pytest.fixture
def send_file() -> Callable[..., httpx.Response]:
    """Upload a file with a ticket, as a browser does; return Cloudinary's response."""

    def post(
        upload: dict[str, Any], content: bytes, name: str = "x.mp4", **changed: str
    ) -> httpx.Response:
        fields = upload["fields"] | changed
        return httpx.post(upload["url"], data=fields, files={"file": (name, content)})

    return post


@pytest.fixture
def ticket(teacher, sandbox) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Request a ticket; return the pending asset and the upload."""

    def request(kind: str = "video", filename: str = "a.mp4", size: int = 1000) -> tuple:
        form = {"kind": kind, "filename": filename, "size_bytes": size}
        response = teacher.post("/api/v1/media/uploads", form)
        assert response.status_code == 201, response.json()
        body = response.json()
        return Asset.objects.get(pk=body["asset"]["id"]), body["upload"]

    return request
