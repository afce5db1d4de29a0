"""Files at Cloudinary, by what the other server stored of them: an address, a public id, or both."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from learning.mern.documents import Document, as_text, first
from learning.mern.report import Finding
from media.limits import FORMATS
from media.models import Asset

PATH = re.compile(r"/(?P<cloud>[^/]+)/(?P<kind>image|video)/upload/(?P<rest>.+)\Z")
VERSION = re.compile(r"(?:\A|/)v(?P<version>\d{1,14})/")
"""What stands before it are transformations, and after it the public id."""
MAX_PUBLIC_ID = 255
IMAGES = {"jpg", "jpeg", "png", "webp", "gif", "avif"}
CLOUD = urlsplit(settings.CLOUDINARY_URL).hostname
HOSTS = re.compile(r"(?:.+\.)?cloudinary\.com")


@dataclass(frozen=True)
class File:
    """A public file at Cloudinary: its public id, and its format and version where the address names them."""

    public_id: str
    format: str
    version: int | None


def read_video(document: Document, findings: list[Finding]) -> File | None:
    """Return the video of a lecture, or None with a finding that says why there is none."""
    found = _find_video(document)
    if isinstance(found, Finding):
        findings.append(found)
        return None
    return found


def _find_video(document: Document) -> File | Finding:
    """Return a lecture's video: the public id names it, and the address what else is known; or why there is none."""
    address = as_text(first(document, "videoUrl", "videoURL", "video", "lectureUrl")).strip()
    public_id = as_text(first(document, "publicId", "public_id", "videoPublicId")).strip()
    if not public_id and not address:
        return Finding("no_video", "It has no video.")
    found = _read_address(address, "video")
    if found is None and (not public_id or HOSTS.fullmatch(_host(address))):
        return Finding("other_video", f"Its video is not in our cloud: {address[:200]}")
    if found is None or public_id not in {"", found.public_id}:
        found = File(public_id, "", None)
    if len(found.public_id) > MAX_PUBLIC_ID:
        return Finding("other_video", "Its public id is too long.")
    if found.format and found.format not in FORMATS[Asset.Kind.VIDEO]:
        return Finding("other_video", f"Browsers play no .{found.format[:20]}")
    return found


def read_image(value: Any, shared: set[str], findings: list[Finding], name: str) -> str:
    """Return the name of a picture in our image storage, "" with a finding if it cannot be taken over.

    A picture that several documents show stays where it is: removing it in one place would delete it in all.
    """
    address = as_text(value).strip()
    if not address:
        return ""
    found = _read_address(address, "image")
    if found is None or found.format not in IMAGES or len(found.public_id) > MAX_PUBLIC_ID - 5:
        findings.append(
            Finding(f"{name}_elsewhere", f"The {name} is not in our cloud: {address[:200]}")
        )
        return ""
    if address in shared:
        findings.append(
            Finding(f"{name}_shared", f"Others show the same {name}, so it was not taken.")
        )
        return ""
    return f"{found.public_id}.{found.format}"


def _read_address(address: str, kind: str) -> File | None:
    """Return the file that an address of our own cloud names, or None."""
    host = _host(address)
    match = PATH.match(unquote(urlsplit(address).path)) if host else None
    if match is None or match["kind"] != kind:
        return None
    if match["cloud"] != CLOUD or not HOSTS.fullmatch(host):
        return None
    version = VERSION.search(match["rest"])
    name = match["rest"][version.end() :] if version else match["rest"]
    stem, point, extension = name.rpartition(".")
    public_id, format = (stem, extension.lower()) if point else (name, "")
    return File(public_id, format, int(version["version"]) if version else None)


def _host(address: str) -> str:
    """Return the host of an address, "" if it is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
