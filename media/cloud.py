"""The calls to Cloudinary. Only this module, `delivery.py` (URLs) and `storage.py` (image fields) know Cloudinary.

Every call has a time limit. It returns Cloudinary's response, or raises `MediaRejected` (the file is at fault),
`MediaNotFound`, or `MediaUnavailable` (Cloudinary, the network or our credentials are at fault).
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import cloudinary
import cloudinary.api
import cloudinary.uploader
import urllib3
from cloudinary import utils
from cloudinary.exceptions import Error, NotFound
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from lms.exceptions import MediaUnavailable
from media.exceptions import MediaNotFound, MediaRejected
from media.models import Stored

logger = logging.getLogger("media.cloud")

type CloudResponse = dict[str, Any]

RESOURCE_TYPES = ("image", "video", "raw")
MAX_PART_TRIES = 3
RETRY_PAUSE = 0.2
"""Seconds before the second try of a part; the third waits twice as long."""
SIGNATURE_LIFETIME = timedelta(hours=1)
"""How long Cloudinary accepts a signed request. https://cloudinary.com/documentation/signatures"""
MIN_ASSEMBLY_RATE = 10 * 1024 * 1024
"""Bytes per second, estimated low, at which Cloudinary joins the parts of a file after the last one."""
STREAM = "sp_auto/m3u8"
"""The eager transformation that makes an HLS stream in the qualities that suit the video."""


def configure() -> None:
    """Configure the SDK by our settings alone: on import it has read environment variables."""
    vars(cloudinary.config()).clear()
    url, base = urlsplit(settings.CLOUDINARY_URL), settings.CLOUDINARY_API_BASE
    distribution = url.path.strip("/")
    cloudinary.config(
        cloud_name=url.hostname,
        api_key=url.username,
        api_secret=url.password,
        private_cdn=bool(distribution),
        secure_distribution=distribution or None,
        upload_prefix=base or None,
        cname=urlsplit(base).netloc or None,
        secure=None if base else True,
        signature_algorithm=utils.SIGNATURE_SHA1,
        signature_version=2,
    )


# --- Uploads ------------------------------------------------------------------------------------------------


def upload(content: File, to: Stored, *, formats: Iterable[str], **options: Any) -> CloudResponse:
    """Upload a file in parts and retry each part; only one part is in memory at a time.

    `options` (`eager`, `notification_url` ...) are signed with the request. Raises `MediaRejected` and
    `MediaUnavailable`; after the latter the file may be at Cloudinary all the same.
    """
    content.seek(0)
    size, upload_id = content.size, uuid4().hex
    response: CloudResponse = {}
    for start in range(0, size, settings.CLOUDINARY_CHUNK_BYTES):
        part = content.read(settings.CLOUDINARY_CHUNK_BYTES)
        end = start + len(part)
        response = _upload_part(
            (to.public_id.rpartition("/")[2], part),
            http_headers={
                "Content-Range": f"bytes {start}-{end - 1}/{size}",
                "X-Unique-Upload-Id": upload_id,
            },
            timeout=_timeout(extra=size / MIN_ASSEMBLY_RATE if end == size else 0),
            resource_type=to.resource_type,
            **_upload_options(to, formats, options),
        )
    if not response:
        raise MediaRejected(_("The file is empty."))
    if response.get("bytes") != size or response.get("public_id") != to.public_id:
        logger.error("Cloudinary stored another file than the one sent to %s.", to.public_id)
        raise MediaUnavailable
    return response


def _upload_part(part: tuple[str, bytes], **options: Any) -> CloudResponse:
    deadline = time.monotonic() + settings.CLOUDINARY_TIMEOUT
    for attempt in range(1, MAX_PART_TRIES):
        try:
            return _call(cloudinary.uploader.upload_large_part, part, **options)
        except MediaUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_PAUSE * attempt)
    return _call(cloudinary.uploader.upload_large_part, part, **options)


def create_ticket(to: Stored, *, formats: Iterable[str], **options: Any) -> dict[str, Any]:
    """Return what a browser needs to upload a file to Cloudinary: `{url, fields, chunk_bytes, expires_at}`."""
    params = utils.build_upload_params(**_upload_options(to, formats, options))
    fields = utils.sign_request(params, {})
    signed_at = datetime.fromtimestamp(int(fields["timestamp"]), UTC)
    return {
        "url": utils.cloudinary_api_url("upload", resource_type=to.resource_type),
        "fields": fields,
        "chunk_bytes": settings.CLOUDINARY_CHUNK_BYTES,
        "expires_at": signed_at + SIGNATURE_LIFETIME,
    }


def _upload_options(to: Stored, formats: Iterable[str], options: dict[str, Any]) -> dict[str, Any]:
    # The resource type is part of the path, which no signature covers; the list of formats limits what it can be.
    return {
        "public_id": to.public_id,
        "type": to.type,
        "overwrite": False,
        "allowed_formats": list(formats),
        **options,
    }


# --- Stored files -------------------------------------------------------------------------------------------


def get_details(file: Stored) -> CloudResponse:
    """Return what Cloudinary knows about a file: `bytes`, `format`, `duration`, `version` ...

    Raises `MediaNotFound`, `MediaUnavailable`.
    """
    return _ask(cloudinary.api.resource, file.public_id, media_metadata=True, **file.options())


def existing_ids(files: Sequence[Stored]) -> set[str]:
    """Return the public ids that Cloudinary has, out of at most 100 files of the same two types."""
    # The SDK's `resources_by_ids` drops `max_results`; without it the response ends after 10 files.
    place = ["resources", files[0].resource_type, files[0].type]
    params = {"public_ids": [file.public_id for file in files], "max_results": 100}
    response = _ask(cloudinary.api.call_json_api, "get", place, params)
    return {resource["public_id"] for resource in response["resources"]}


def list_pages(
    resource_type: str, type: str, prefix: str, *, page_size: int = 500
) -> Iterator[list[CloudResponse]]:
    """Iterate over the pages (of at most 500 files) of the files whose public ids begin with a prefix."""
    cursor = None
    while True:
        page = _ask(
            cloudinary.api.resources,
            resource_type=resource_type,
            type=type,
            prefix=prefix,
            max_results=page_size,
            next_cursor=cursor,
        )
        yield page["resources"]
        cursor = page.get("next_cursor")
        if not cursor:
            return


def rename(file: Stored, to: Stored) -> CloudResponse:
    """Rename a file and change its type; addresses of the old name end. Raises `MediaUnavailable`, also if it is gone."""
    return _call(
        cloudinary.uploader.rename,
        file.public_id,
        to.public_id,
        to_type=to.type,
        overwrite=False,
        invalidate=True,
        timeout=_timeout(),
        **file.options(),
    )


def destroy(file: Stored) -> None:
    """Delete a file and everything derived from it. A file that does not exist counts as deleted."""
    response = _call(
        cloudinary.uploader.destroy,
        file.public_id,
        invalidate=True,
        timeout=_timeout(),
        **file.options(),
    )
    if response.get("result") not in ("ok", "not found"):
        logger.error("Cloudinary did not delete %s: %s", file.public_id, response.get("result"))
        raise MediaUnavailable


def download(url: str, max_bytes: int | None = None) -> bytes:
    """Return the content of a file, or its first `max_bytes`. Raises `MediaNotFound` for every 4xx status."""
    try:
        response = urllib3.request(
            "GET", url, timeout=_timeout(), retries=False, preload_content=False
        )
        with closing(response):
            content: bytes = response.read(max_bytes)
    except urllib3.exceptions.HTTPError as error:
        raise MediaUnavailable from error
    if response.status == 200:
        return content
    raise MediaNotFound(url) if response.status < 500 else MediaUnavailable


# --- Calls --------------------------------------------------------------------------------------------------


def _timeout(*, extra: float = 0) -> urllib3.Timeout:
    # urllib3 tries to connect four times, so that 5 seconds are 20 in all.
    return urllib3.Timeout(connect=5, read=settings.CLOUDINARY_TIMEOUT + extra)


def _call(function: Callable[..., Any], *args: Any, **options: Any) -> CloudResponse:
    """Call the Upload API, whose POST requests the SDK sends once."""
    try:
        response = function(*args, return_error=True, **options)
    # TypeError: the error in the body is no object, as in the pages that proxies send.
    except (Error, TypeError) as error:
        logger.warning("Cloudinary is unavailable: %s", error)
        raise MediaUnavailable from error
    if not isinstance(response, dict):
        raise MediaUnavailable
    if "error" not in response:
        return response
    status, message = response["error"]["http_code"], response["error"].get("message")
    logger.warning("Cloudinary returned %s: %s", status, message)
    raise MediaRejected if status in (400, 413, 415, 422) else MediaUnavailable


def _ask(function: Callable[..., Any], *args: Any, **options: Any) -> CloudResponse:
    """Call the Admin API, whose GET requests the SDK sends up to four times: together they keep the time limit."""
    try:
        response: CloudResponse = function(
            *args, timeout=settings.CLOUDINARY_TIMEOUT / 4, **options
        )
    except NotFound as error:
        raise MediaNotFound(str(error)) from error
    except (
        Exception
    ) as error:  # the SDK raises a bare `Exception` for statuses that it does not list
        logger.warning("Cloudinary is unavailable: %s", error)
        raise MediaUnavailable from error
    if not ({"public_id", "resources"} & response.keys()):
        raise MediaUnavailable
    return response
