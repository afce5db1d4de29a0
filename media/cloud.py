"""Cloudinary: the one module, beside `storage.py`, that talks to it.

Every call has a time limit and ends in an answer that makes sense, or in `MediaRejected` (the file is at fault),
`MediaNotFound`, or `MediaUnavailable` (Cloudinary, the network or our credentials are).
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import cloudinary
import cloudinary.api
import cloudinary.uploader
import urllib3
from cloudinary import utils
from cloudinary.exceptions import Error, NotFound
from django.conf import settings
from django.core.files.base import File
from django.utils import timezone

from media.exceptions import MediaNotFound, MediaRejected, MediaUnavailable

if TYPE_CHECKING:
    from media.models import Asset

logger = logging.getLogger("media.cloud")

type Answer = dict[str, Any]

RESOURCE_TYPES = ("image", "video", "raw")
PART_TRIES = 3
SIGNATURE_LIFETIME = timedelta(hours=1)
"""How long Cloudinary takes a signed request. https://cloudinary.com/documentation/signatures"""
ASSEMBLED_PER_SECOND = 10 * 1024 * 1024
"""Bytes a second, low, that Cloudinary puts together when the last part has come."""
STREAM = "sp_auto/m3u8"
"""The eager transformation that makes HLS in as many qualities as suit the video."""


class Stored(NamedTuple):
    """Where a file is at Cloudinary. All three make its identity: the same id of another type is another file."""

    resource_type: str
    type: str
    public_id: str

    @property
    def kind(self) -> dict[str, str]:
        return {"resource_type": self.resource_type, "type": self.type}


def configure() -> None:
    """Give the SDK our settings and nothing else: it reads the environment by itself when it is imported."""
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


def upload(content: File, to: Stored, *, formats: Iterable[str], **options: Any) -> Answer:
    """Send a file in parts, each tried again; memory holds one part. Return Cloudinary's answer.

    `options` are signed with it (`eager`, `notification_url`...). Raises `MediaRejected`, `MediaUnavailable`.
    """
    content.seek(0)
    size, upload_id, answer = content.size, uuid4().hex, {}
    assembling = size / ASSEMBLED_PER_SECOND
    for start in range(0, size, settings.CLOUDINARY_CHUNK_BYTES):
        part = content.read(settings.CLOUDINARY_CHUNK_BYTES)
        end = start + len(part)
        answer = _send_part(
            (to.public_id.rpartition("/")[2], part),
            http_headers={
                "Content-Range": f"bytes {start}-{end - 1}/{size}",
                "X-Unique-Upload-Id": upload_id,
            },
            timeout=_timeout(extra=assembling if end == size else 0),
            resource_type=to.resource_type,
            **_upload_options(to, formats, options),
        )
    if not answer:
        raise MediaRejected("The file is empty.")
    if answer.get("bytes") != size or answer.get("public_id") != to.public_id:
        logger.error("Cloudinary kept something else than was sent to %s.", to.public_id)
        raise MediaUnavailable
    return answer


def _send_part(part: tuple[str, bytes], **options: Any) -> Answer:
    deadline = time.monotonic() + settings.CLOUDINARY_TIMEOUT
    for attempt in range(1, PART_TRIES):
        try:
            return _call(cloudinary.uploader.upload_large_part, part, **options)
        except MediaUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2 * attempt)
    return _call(cloudinary.uploader.upload_large_part, part, **options)


def ticket(to: Stored, *, formats: Iterable[str], **options: Any) -> Answer:
    """Sign what a browser needs to send a file straight to Cloudinary: `{url, fields, chunk_bytes, expires_at}`."""
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
    # The resource type is in the path, which no signature covers: the formats hold it down.
    return {
        "public_id": to.public_id,
        "type": to.type,
        "overwrite": False,
        "allowed_formats": list(formats),
        **options,
    }


# --- What is there ------------------------------------------------------------------------------------------


def details(stored: Stored) -> Answer:
    """Ask what Cloudinary knows of a file: `bytes`, `format`, `duration`, `version`... Raises `MediaNotFound`."""
    return _ask(cloudinary.api.resource, stored.public_id, media_metadata=True, **stored.kind)


def existing(stored: Sequence[Stored]) -> set[str]:
    """Tell which public ids, of at most 100 of one kind, Cloudinary has."""
    # The SDK's `resources_by_ids` drops `max_results`, without which a list ends after 10.
    place = ["resources", stored[0].resource_type, stored[0].type]
    wanted = {"public_ids": [one.public_id for one in stored], "max_results": 100}
    answer = _ask(cloudinary.api.call_json_api, "get", place, wanted)
    return {resource["public_id"] for resource in answer["resources"]}


def listed(
    resource_type: str, type: str, prefix: str, *, page_size: int = 500
) -> Iterator[list[Answer]]:
    """List what has a prefix, a page (of at most 500) at a time."""
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


def destroy(stored: Stored) -> None:
    """Delete a file and what was made of it; one that is not there is as good as deleted."""
    answer = _call(
        cloudinary.uploader.destroy,
        stored.public_id,
        invalidate=True,
        timeout=_timeout(),
        **stored.kind,
    )
    if answer.get("result") not in ("ok", "not found"):
        logger.error("Cloudinary did not delete %s: %s", stored.public_id, answer.get("result"))
        raise MediaUnavailable


def fetch(url: str) -> bytes:
    """Get a small file by its URL, whole. Raises `MediaNotFound` when it cannot be had."""
    try:
        response = urllib3.request("GET", url, timeout=_timeout(), retries=False)
    except urllib3.exceptions.HTTPError as error:
        raise MediaUnavailable from error
    if response.status == 200:
        return response.data
    raise MediaNotFound(url) if response.status < 500 else MediaUnavailable


# --- URLs ---------------------------------------------------------------------------------------------------


def stream_url(stored: Stored, version: int | None, expires_at: datetime | None = None) -> str:
    """Give a video's HLS playlist; with an expiry by token, else by a signature, which never expires."""
    stream = {"streaming_profile": "auto", "format": "m3u8"}
    url = _delivery_url(stored, version, sign_url=expires_at is None, **stream)
    if expires_at is None:
        return url
    # The token opens every piece of this video and nothing else.
    root = urlsplit(url).path.partition(f"/{stored.type}/")[0]
    token = utils.generate_auth_token(
        key=settings.CLOUDINARY_TOKEN_KEY,
        acl=f"{root}/{stored.type}/*/{stored.public_id}*",
        expiration=int(expires_at.timestamp()),
    )
    return f"{url}?{token}"


def private_url(stored: Stored, expires_at: datetime, **options: Any) -> str:
    """Give the file itself until it expires; `format` converts it, `target_filename` names the download.

    The SDK's `private_download_url` knows no file name. https://cloudinary.com/documentation/upload_parameters
    """
    # A signature does not cover what is asked for: `destroy` takes the same fields. It asks for a timestamp of the last
    # hour, a download that has an `expires_at` for none: so whoever may watch gets one that is good for nothing else.
    stale = timezone.now() - 2 * SIGNATURE_LIFETIME
    params = utils.sign_request(
        {
            "timestamp": int(stale.timestamp()),
            "public_id": stored.public_id,
            "type": stored.type,
            "expires_at": int(expires_at.timestamp()),
            **options,
        },
        {},
    )
    url = utils.cloudinary_api_url("download", resource_type=stored.resource_type)
    return f"{url}?{urlencode(params)}"


def download_url(asset: "Asset") -> str:
    """Give a file to download under its own name, for `settings.PLAYBACK_LIFETIME`."""
    return private_url(
        asset.stored,
        timezone.now() + settings.PLAYBACK_LIFETIME,
        attachment=True,
        target_filename=asset.original_name,
    )


def poster_url(stored: Stored, version: int | None) -> str:
    """Give a frame of a video. The signature is good for this picture alone, for ever."""
    steps = [{"width": 1280, "crop": "limit", "quality": "auto"}]
    return _delivery_url(stored, version, sign_url=True, format="jpg", transformation=steps)


def _delivery_url(stored: Stored, version: int | None, **options: Any) -> str:
    options |= {"version": version, "long_url_signature": True, **stored.kind}
    return utils.cloudinary_url(stored.public_id, **options)[0]


# --- Calls --------------------------------------------------------------------------------------------------


def _timeout(*, extra: float = 0) -> urllib3.Timeout:
    # urllib3 tries a connection four times: 5 seconds each.
    return urllib3.Timeout(connect=5, read=settings.CLOUDINARY_TIMEOUT + extra)


def _call(function: Callable[..., Any], *args: Any, **options: Any) -> Answer:
    """Call the Upload API, whose POSTs the SDK tries once."""
    try:
        answer = function(*args, return_error=True, **options)
    except (
        Error,
        TypeError,
    ) as error:  # TypeError: an error that is no object, as proxies write them
        logger.warning("Cloudinary did not answer: %s", error)
        raise MediaUnavailable from error
    if not isinstance(answer, dict):
        raise MediaUnavailable
    if "error" not in answer:
        return answer
    status, message = answer["error"]["http_code"], answer["error"].get("message")
    logger.warning("Cloudinary answered %s: %s", status, message)
    raise MediaRejected if status in (400, 413, 415, 422) else MediaUnavailable


def _ask(function: Callable[..., Any], *args: Any, **options: Any) -> Answer:
    """Call the Admin API, whose GETs the SDK tries four times: together they keep the time limit."""
    try:
        answer = function(*args, timeout=settings.CLOUDINARY_TIMEOUT / 4, **options)
    except NotFound as error:
        raise MediaNotFound(str(error)) from error
    except Exception as error:  # the SDK raises bare `Exception` for the statuses it does not list
        logger.warning("Cloudinary did not answer: %s", error)
        raise MediaUnavailable from error
    if not ({"public_id", "resources"} & answer.keys()):
        raise MediaUnavailable
    return answer
