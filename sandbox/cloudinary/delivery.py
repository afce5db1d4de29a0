"""Delivery of files: what res.cloudinary.com does, and the private downloads of the API."""

import mimetypes
import re
import time
from pathlib import Path
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sandbox.cloudinary.access import TOKEN, check_access, raw_path, token_in_query
from sandbox.cloudinary.answers import Answers
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.derived import Derived
from sandbox.cloudinary.errors import NotFound, Unauthorized
from sandbox.cloudinary.forms import text_of
from sandbox.cloudinary.resources import RESOURCE_TYPES, TYPES, Resource, Resources
from sandbox.cloudinary.signatures import (
    check_request,
    check_signature,
    read_fields,
    read_time,
)

MEDIA_TYPES = {"m3u8": "application/vnd.apple.mpegurl", "m4s": "video/iso.segment"}
MEDIA_TYPES |= {"vtt": "text/vtt", "webp": "image/webp", "avif": "image/avif"}
ADDRESS = re.compile(
    rf"(?P<resource_type>{'|'.join(RESOURCE_TYPES)})/(?P<type>{'|'.join(TYPES)})/"
    r"(?:s--(?P<signature>[\w-]+)--/)?(?P<rest>.+)",
    re.DOTALL,
)
VERSION = re.compile(r"(^|/)v\d+/")
LEADING_VERSION = re.compile(r"^v\d+/")


class Delivery:
    """The views that serve originals and derived files."""

    def __init__(self, cloud: Cloud, resources: Resources, derived: Derived) -> None:
        self._cloud = cloud
        self._resources = resources
        self._derived = derived

    def deliver(self, request: Request) -> Response:
        """Answer a delivery URL: ``[cloud/]resource_type/type/[s--x--/][steps/][v1/]public_id``."""
        path = raw_path(request).removeprefix("/").removeprefix(f"{self._cloud.name}/")
        address = ADDRESS.fullmatch(path)
        if address is None:
            raise NotFound(unquote(path))
        resource_type, type, signature, rest = address.groups(default="")
        check_access(self._cloud, request, type, signature, VERSION.sub(r"\1", rest, count=1))
        resource, steps, extension = self._find(resource_type, type, rest)
        accept = request.headers.get("accept", "")
        file = self._derived.file(resource, steps, extension, accept)
        if file.suffix == ".m3u8":
            return self._playlist(request, resource, file, by_token=not signature)
        response = self._serve(request, resource, file)
        readers = "public" if type == "upload" else "private"
        response.headers["Cache-Control"] = f"{readers}, no-transform, max-age=2592000"
        if "f_auto" in steps:
            response.headers["Vary"] = "Accept"
        return response

    def download(self, request: Request) -> Response:
        """Answer a signed download URL, valid for an hour or until its ``expires_at``."""
        fields = read_fields(request.query_params.multi_items())
        if fields.get("expires_at"):
            check_signature(self._cloud, fields)
            if time.time() >= read_time(fields, "expires_at"):
                raise Unauthorized("Download URL expired")
        else:
            check_request(self._cloud, fields)
        public_id, format = text_of(fields, "public_id"), text_of(fields, "format")
        resource = self._resources.get(
            request.path_params["resource_type"], text_of(fields, "type", "upload"), public_id
        )
        file = self._derived.file(resource, text_of(fields, "transformation"), format)
        response = self._serve(request, resource, file)
        if text_of(fields, "attachment") not in ("", "0", "false"):
            own_name = public_id.rpartition("/")[2] + (f".{format}" if format else "")
            name = quote(text_of(fields, "target_filename") or own_name)
            response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _find(self, resource_type: str, type: str, path: str) -> tuple[Resource, str, str]:
        """Return the resource, the steps and the extension that a path names.

        Whether a segment is a step or a folder of the public id depends on the stored resources.
        """
        segments = unquote(path).split("/")
        for index in range(len(segments)):
            steps, rest = "/".join(segments[:index]), "/".join(segments[index:])
            source = LEADING_VERSION.sub("", rest)
            stem, _, extension = source.rpartition(".")
            resource = self._resources.find(resource_type, type, source)
            if resource:
                return resource, steps, ""
            resource = self._resources.find(resource_type, type, stem)
            if resource and resource_type != "raw":
                return resource, steps, extension
        raise NotFound(unquote(path))

    def _playlist(
        self, request: Request, resource: Resource, file: Path, *, by_token: bool
    ) -> Response:
        """Return a playlist whose segments open with the same token or signature."""
        answers = Answers(self._cloud, base_url(request))
        token = token_in_query(request) if by_token else None
        query = f"?{TOKEN}={token}" if token else ""

        def piece_url(piece: re.Match[str]) -> str:
            steps = f"pg_{piece[1]},sp_auto" if piece[1] else "sp_auto"
            return answers.url(resource, steps, "m4s", signed=not by_token) + query

        text = re.sub(r"init\.mp4|(?m:^)(\d+)\.m4s", piece_url, file.read_text())
        headers = {"Cache-Control": "private, no-store"}
        return Response(text, media_type=MEDIA_TYPES["m3u8"], headers=headers)

    def _serve(self, request: Request, resource: Resource, file: Path) -> Response:
        """Return a file, whole or in ranges, or 304 if the client has it."""
        if not file.exists():
            raise NotFound(resource.public_id)
        is_original = file == self._resources.original(resource)
        tag = f'"{resource.etag}{"" if is_original else f"-{file.name}"}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        name = f"original.{resource.format}" if is_original else file.name
        return FileResponse(file, media_type=media_type(name, resource), headers={"ETag": tag})


def media_type(name: str, resource: Resource) -> str:
    """Return the Content-Type of a file; the public id of a raw file contains its extension."""
    if resource.resource_type == "raw":
        name = resource.public_id
    extension = name.rpartition(".")[2]
    known = MEDIA_TYPES.get(extension) or mimetypes.guess_type(name)[0]
    return known or "application/octet-stream"


def base_url(request: Request) -> str:
    """Return the address that the client used."""
    return str(request.base_url).rstrip("/")
