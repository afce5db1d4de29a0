"""Uploads of whole files and of parts, signed by a server for itself or for a browser."""

import hashlib
import shutil
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.cloudinary.answers import Answer, Answers
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.delivery import base_url
from sandbox.cloudinary.eager import Eager, requested
from sandbox.cloudinary.errors import BadRequest, CloudError
from sandbox.cloudinary.forms import Form, read_form
from sandbox.cloudinary.inspection import Content, by_name, inspect
from sandbox.cloudinary.names import choose_public_id, read_context
from sandbox.cloudinary.notifications import Notifications
from sandbox.cloudinary.parts import Part, Parts, read_part
from sandbox.cloudinary.resources import RESOURCE_TYPES, TYPES, Resource, Resources
from sandbox.cloudinary.signatures import as_list, check_request

# These parameters would change the result and the sandbox cannot do it: it refuses them.
UNSUPPORTED = ("transformation", "async", "callback", "moderation", "upload_preset")
ALIASES = {"jpeg": "jpg", "tiff": "tif", "mpeg": "mpg"}
INVALID = {"image": "Invalid image file", "video": "Unsupported video format or file"}


@dataclass(frozen=True)
class Receipt:
    """The result of a request: a resource, or None while parts are missing; and fields of the answer."""

    resource: Resource | None
    extra: Answer
    is_new: bool = False


class Uploads:
    """The view that receives files."""

    def __init__(
        self,
        cloud: Cloud,
        resources: Resources,
        parts: Parts,
        eager: Eager,
        notifications: Notifications,
    ) -> None:
        self._cloud = cloud
        self._resources = resources
        self._parts = parts
        self._eager = eager
        self._notifications = notifications

    async def upload(self, request: Request) -> Response:
        """Receive a file, or a part of one."""
        headers = request.headers
        async with read_form(request) as form:
            check_upload(self._cloud, form)
            part = read_part(headers.get("content-range"), headers.get("x-unique-upload-id"))
            kind = request.path_params["resource_type"]
            if kind not in (*RESOURCE_TYPES, "auto"):
                raise BadRequest(f"Invalid resource type {kind}")
            receipt = await run_in_threadpool(self._receive, kind, form, part)
            if receipt.resource is None:
                return JSONResponse(receipt.extra)
            answers = Answers(self._cloud, base_url(request))
            answer = answers.upload(receipt.resource) | receipt.extra
            answer |= await self._eager.respond(form, answers, receipt.resource)
            if receipt.is_new:
                self._notifications.uploaded(answer, form.text("notification_url"))
            return JSONResponse(answer)

    def _receive(self, kind: str, form: Form, part: Part | None) -> Receipt:
        """Store a file or a part of one."""
        assert form.file is not None
        public_id = choose_public_id(kind, form, form.file.name)
        if part is None:
            path = self._resources.incoming()
            with path.open("wb") as file:
                shutil.copyfileobj(form.file.content, file)
            return self._create(kind, public_id, form, path, {})
        upload = self._parts.begin(part, public_id)
        if part.is_last and upload["result"]:
            resource = self._resources.by_key(upload["result"])
            if resource is None:
                raise BadRequest("The resource of these parts was deleted")
            return Receipt(resource, {"done": True})
        file_path = self._parts.receive(part, form.file.size, form.file.content)
        if file_path is None:
            return Receipt(None, {"done": False, "public_id": upload["public_id"]})
        try:
            receipt = self._create(kind, upload["public_id"], form, file_path, {"done": True})
        except CloudError:
            self._parts.forget(part.upload_id)
            raise
        assert receipt.resource is not None
        self._parts.finish(part.upload_id, receipt.resource.key)
        return receipt

    def _create(self, kind: str, public_id: str, form: Form, path: Path, extra: Answer) -> Receipt:
        """Create a resource from a received file; the file is moved away from its path."""
        assert form.file is not None
        try:
            content = read_content(kind, path, form)
            type = form.text("type", "upload")
            old = self._resources.find(content.kind, type, public_id)
            if old and not form.flag("overwrite", default=True):
                return Receipt(old, extra | {"existing": True})
            resource = describe(path, content, public_id, form, old)
            self._resources.save(resource, path)
            return Receipt(resource, extra, is_new=True)
        finally:
            path.unlink(missing_ok=True)


def check_upload(cloud: Cloud, form: Form) -> None:
    """Raise CloudError unless the upload is permitted and supported."""
    if not form.text("signature") and not form.text("api_key"):
        raise BadRequest("Upload preset must be specified when using unsigned upload")
    check_request(cloud, form.fields)
    for name in UNSUPPORTED:
        if form.text(name):
            raise BadRequest(f"The sandbox does not support the upload parameter {name}")
    if form.text("type", "upload") not in TYPES:
        raise BadRequest(f"Invalid value {form.text('type')} for parameter type")
    requested(form)
    if form.file is None:
        raise BadRequest("Missing required parameter - file")
    if form.file.size == 0:
        raise BadRequest("Empty file")
    if form.file.size > cloud.max_request_bytes:
        message = (
            f"File size too large. Got {form.file.size}. Maximum is {cloud.max_request_bytes}."
        )
        raise CloudError(413, message)


def read_content(kind: str, path: Path, form: Form) -> Content:
    """Return what a file is; raise BadRequest if the upload claims or allows something else."""
    assert form.file is not None
    content = by_name(form.file.name) if kind == "raw" else inspect(path, form.file.name)
    allowed = {ALIASES.get(name, name) for name in as_list(form.fields.get("allowed_formats"))}
    if allowed and ALIASES.get(content.format or "", content.format) not in allowed:
        claimed = (content.kind if kind == "auto" else kind).capitalize()
        raise BadRequest(f"{claimed} file format {content.format or 'unknown'} not allowed")
    if kind not in ("auto", content.kind):
        raise BadRequest(INVALID[kind])
    return content


def describe(
    path: Path, content: Content, public_id: str, form: Form, old: Resource | None
) -> Resource:
    """Return the resource of a file; it keeps the asset id of the one that it replaces."""
    assert form.file is not None
    with path.open("rb") as file:
        etag = hashlib.file_digest(file, "md5").hexdigest()
    now = datetime.now(UTC)
    return Resource(
        resource_type=content.kind,
        type=form.text("type", "upload"),
        public_id=public_id,
        asset_id=old.asset_id if old else uuid.uuid4().hex,
        # A version is the time in seconds, but always greater than the one before.
        version=max(int(time.time()), old.version + 1 if old else 0),
        version_id=uuid.uuid4().hex,
        format=None if content.kind == "raw" else content.format,
        bytes=path.stat().st_size,
        etag=etag,
        created_at=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        original_filename=Path(form.file.name).stem,
        tags=as_list(form.fields.get("tags")),
        context=read_context(form.text("context")),
        details=content.details,
    )
