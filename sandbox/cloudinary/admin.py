"""The Admin API, for requests with the cloud's secret."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.cloudinary.answers import Answers
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.delivery import base_url
from sandbox.cloudinary.errors import BadRequest, Unauthorized
from sandbox.cloudinary.forms import text_of
from sandbox.cloudinary.inspection import MEGAPIXELS
from sandbox.cloudinary.notifications import Notifications
from sandbox.cloudinary.resources import Resource, Resources
from sandbox.cloudinary.signatures import Fields, as_list, read_fields, same

DEFAULT_RESULTS, MAX_RESULTS = 10, 500
MAX_DELETED = 1000
HOURLY_LIMIT = {"X-FeatureRateLimit-Limit": "500", "X-FeatureRateLimit-Remaining": "499"}


@dataclass(frozen=True)
class Admin:
    """The views of the Admin API."""

    cloud: Cloud
    resources: Resources
    notifications: Notifications

    def ping(self, request: Request) -> Response:
        """Return that the cloud answers."""
        self._authenticate(request)
        return respond({"status": "ok"})

    def usage(self, request: Request) -> Response:
        """Return the number of resources and bytes that are stored."""
        self._authenticate(request)
        resources = list(self.resources.all())
        return respond(
            {
                "plan": "Sandbox",
                "resources": len(resources),
                "objects": {"usage": len(resources)},
                "storage": {"usage": sum(one.bytes for one in resources)},
                "media_limits": {"image_max_px": MEGAPIXELS * 1_000_000},
            }
        )

    def list(self, request: Request) -> Response:
        """List resources of a type, newest first, in pages of at most 500."""
        self._authenticate(request)
        query = read_fields(request.query_params.multi_items())
        newest_first = text_of(query, "direction", "desc") != "asc"
        found = sorted(self._select(request, query), key=position, reverse=newest_first)
        cursor = read_cursor(text_of(query, "next_cursor"))
        if cursor:
            # By position, not by number: a deletion between two pages moves nothing.
            found = [one for one in found if (position(one) < cursor) == newest_first]
            found = [one for one in found if position(one) != cursor]
        limit = read_limit(text_of(query, "max_results"))
        answers = Answers(self.cloud, base_url(request))
        page: dict[str, Any] = {"resources": [answers.summary(one) for one in found[:limit]]}
        if len(found) > limit:
            page["next_cursor"] = write_cursor(found[limit - 1])
        return respond(page)

    def details(self, request: Request) -> Response:
        """Return one resource; duration and codecs of a video only with ``media_metadata``."""
        self._authenticate(request)
        path, query = request.path_params, request.query_params
        resource = self.resources.get(path["resource_type"], path["type"], path["public_id"])
        wanted = {query.get("media_metadata"), query.get("image_metadata")} & {"true", "1"}
        answers = Answers(self.cloud, base_url(request))
        return respond(answers.details(resource, media_metadata=bool(wanted)))

    async def delete(self, request: Request) -> Response:
        """Delete resources by public ids, by prefix, or all of a type; at most 1,000."""
        self._authenticate(request)
        fields = await read_body(request)
        wanted = as_list(fields.get("public_ids"))
        if not wanted and not text_of(fields, "prefix") and "all" not in fields:
            raise BadRequest("Missing required parameter - public_ids")
        found = list(self._select(request, fields))
        answers = Answers(self.cloud, base_url(request))
        for resource in found[:MAX_DELETED]:
            await run_in_threadpool(self.resources.remove, resource)
        deleted_ids = {resource.public_id for resource in found[:MAX_DELETED]}
        results = {
            id: "deleted" if id in deleted_ids else "not_found"
            for id in wanted or sorted(deleted_ids)
        }
        identities = [answers.identity(resource) for resource in found[:MAX_DELETED]]
        self.notifications.deleted(identities, text_of(fields, "notification_url"))
        return respond({"deleted": results, "partial": len(found) > MAX_DELETED})

    def _select(self, request: Request, fields: Fields) -> Iterator[Resource]:
        """Yield the resources that the path and the query or body select."""
        kind, type = request.path_params["resource_type"], request.path_params.get("type")
        ids, prefix = as_list(fields.get("public_ids")), text_of(fields, "prefix")
        for resource in self.resources.all():
            if resource.resource_type != kind or type not in (None, resource.type):
                continue
            if resource.public_id.startswith(prefix) and (not ids or resource.public_id in ids):
                yield resource

    def _authenticate(self, request: Request) -> None:
        """Raise Unauthorized unless the request carries the key and secret of the cloud."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(credentials).decode()
        except (binascii.Error, ValueError):
            given = ""
        key, _, secret = given.partition(":")
        if scheme.lower() != "basic" or key != self.cloud.api_key:
            raise Unauthorized("unknown api_key")
        if not same(secret, self.cloud.api_secret):
            raise Unauthorized("api_secret mismatch")


def respond(content: dict[str, Any]) -> Response:
    """Return an answer with the headers of the hourly limit."""
    return JSONResponse(content, headers=HOURLY_LIMIT)


async def read_body(request: Request) -> Fields:
    """Return a JSON object of strings, flags and lists of strings; a null counts as missing."""
    try:
        values = json.loads(await request.body() or b"{}")
        json.dumps(
            values, ensure_ascii=False
        ).encode()  # Half of a surrogate pair could not be sent back.
    except ValueError as error:
        raise BadRequest("Invalid JSON") from error
    if not isinstance(values, dict):
        raise BadRequest("Invalid JSON")
    return {
        name: [str(item) for item in value] if isinstance(value, list) else str(value)
        for name, value in values.items()
        if value not in (None, False, "")
    }


def position(resource: Resource) -> tuple[str, str]:
    """Return the sort key of a resource in lists."""
    return resource.created_at, resource.key


def write_cursor(resource: Resource) -> str:
    """Return the cursor that continues a list after a resource."""
    return json.dumps(position(resource)).encode().hex()


def read_cursor(text: str) -> tuple[str, str] | None:
    """Return the position after which a list continues."""
    if not text:
        return None
    try:
        created_at, key = json.loads(bytes.fromhex(text))
        return str(created_at), str(key)
    except ValueError as error:
        raise BadRequest(f"Invalid value {text} for parameter next_cursor") from error


def read_limit(text: str) -> int:
    """Return the maximum number of results of a page."""
    if not text:
        return DEFAULT_RESULTS
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MAX_RESULTS:
        raise BadRequest(f"Invalid value {text} for parameter max_results")
    return int(text)
