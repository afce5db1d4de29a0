from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media import cloud
from media.exceptions import MediaNotFound
from media.models import Asset
from media.tests.videos import video


@pytest.fixture
def teacher(client_of, instructor):
    """The instructor's client."""
    return client_of(instructor)


@pytest.fixture
def mp4() -> SimpleUploadedFile:
    return SimpleUploadedFile("Lecture 1.mp4", video(), "video/mp4")


@pytest.fixture
def trouble(sandbox) -> Callable[..., None]:
    """`trouble("drop", count=1)`: what goes wrong with Cloudinary from now on."""

    def cause(mode: str, **how: Any) -> None:
        fault = {"target": "cloudinary", "mode": mode, **how}
        httpx.post(f"{sandbox.url}/_control/faults", json=fault).raise_for_status()

    return cause


@pytest.fixture
def asked(sandbox) -> Callable[[], list[dict[str, Any]]]:
    """What the application asked Cloudinary, oldest first."""

    def requests() -> list[dict[str, Any]]:
        params = {"target": "cloudinary"}
        return httpx.get(f"{sandbox.url}/_control/requests", params=params).json()[::-1]

    return requests


@pytest.fixture
def is_stored(sandbox) -> Callable[..., bool]:
    """Does Cloudinary have the file?"""

    def ask(stored: cloud.Stored) -> bool:
        try:
            cloud.details(stored)
        except MediaNotFound:
            return False
        return True

    return ask


@pytest.fixture
def send() -> Callable[..., httpx.Response]:
    """Send a file with a ticket, as a browser does; return Cloudinary's answer."""

    def post(
        upload: dict[str, Any], content: bytes, name: str = "x.mp4", **changed: str
    ) -> httpx.Response:
        fields = upload["fields"] | changed
        return httpx.post(upload["url"], data=fields, files={"file": (name, content)})

    return post


@pytest.fixture
def ticket(teacher, sandbox) -> Callable[..., tuple[Any, dict[str, Any]]]:
    """Ask for a ticket: the asset and the upload."""

    def ask(kind: str = "video", filename: str = "a.mp4", size: int = 1000) -> tuple:
        wanted = {"kind": kind, "filename": filename, "size_bytes": size}
        answer = teacher.post("/api/v1/media/uploads", wanted)
        assert answer.status_code == 201, answer.json()
        body = answer.json()
        return Asset.objects.get(pk=body["asset"]["id"]), body["upload"]

    return ask
