"""The forms of the upload API, read without holding their files in memory."""

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.cloudinary.cloud import MEGABYTE
from sandbox.cloudinary.errors import BadRequest
from sandbox.cloudinary.signatures import Fields, read_fields


@dataclass(frozen=True)
class File:
    """A file of a form: its name, size in bytes, and content."""

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True)
class Form:
    """The fields of a form and its file, if it has one."""

    fields: Fields
    file: File | None

    def text(self, name: str, default: str = "") -> str:
        """Return a field; raise BadRequest if it is a list."""
        return text_of(self.fields, name, default)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean field."""
        return {"1": True, "true": True, "0": False, "false": False}.get(self.text(name), default)


def text_of(fields: Fields, name: str, default: str = "") -> str:
    """Return a field; raise BadRequest if it is a list."""
    value = fields.get(name, default)
    if isinstance(value, list):
        raise BadRequest(f"Invalid value {','.join(value)} for parameter {name}")
    return value


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[Form]:
    """Yield a form; its file is on disk, if large, until the end of the block.

    The log of requests finds the fields in ``request.state.form``.
    """
    # A file in a data URI is a field, and may have 60 MB (by Cloudinary's schema).
    async with request.form(max_files=1, max_fields=200, max_part_size=60 * MEGABYTE) as form:
        pairs = form.multi_items()
        fields = read_fields((k, v) for k, v in pairs if isinstance(v, str) and k != "file")
        file = read_file(form.get("file"))
        request.state.form = fields | ({"file": f"{file.name}, {file.size} bytes"} if file else {})
        yield Form(fields, file)


def read_file(value: UploadFile | str | None) -> File | None:
    """Return the file of a form field, sent as a part or as a data URI."""
    if not value:
        return None
    if isinstance(value, UploadFile):
        return File(value.filename or "file", value.size or 0, value.file)
    match = re.match(r"data:[^,]*;base64,", value)
    if match is None:
        raise BadRequest("The sandbox accepts files and data URIs; it downloads nothing")
    try:
        content = base64.b64decode(value[match.end() :])
    except ValueError as error:
        raise BadRequest("Invalid data URI") from error
    return File("file", len(content), BytesIO(content))
