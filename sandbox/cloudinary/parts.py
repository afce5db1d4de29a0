"""Uploads that arrive in parts with a common X-Unique-Upload-Id.

The rules are those of Cloudinary's guide to chunked uploads: parts may come in any order, but the
last part of the file must come after all others were answered; all others have a minimum size.
"""

import hashlib
import re
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sandbox.cloudinary.errors import BadRequest
from sandbox.store import Document, Store

KIND = "cloudinary.parts"
MAX_AGE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Part:
    """The place of a part: bytes from start to before stop, of total bytes.

    The total is None while the sender does not know it.
    """

    upload_id: str
    start: int
    stop: int
    total: int | None

    @property
    def is_last(self) -> bool:
        """Return whether the file ends with this part."""
        return self.stop == self.total


def read_part(content_range: str | None, upload_id: str | None) -> Part | None:
    """Return the part that the two headers describe, or None for a whole file."""
    if content_range is None:
        return None
    match = re.fullmatch(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|-1)", content_range)
    if match is None:
        raise BadRequest(f"Invalid Content-Range - {content_range}")
    if not upload_id:
        raise BadRequest("Missing required header - X-Unique-Upload-Id")
    start, end, total = (int(number) for number in match.groups())
    if end < start or (total >= 0 and end >= total):
        raise BadRequest(f"Invalid Content-Range - {content_range}")
    return Part(upload_id, start, end + 1, None if total < 0 else total)


class Parts:
    """The unfinished uploads: their state in the store, their bytes in a folder."""

    def __init__(self, store: Store, folder: Path, min_part_bytes: int) -> None:
        self._store = store
        self._folder = folder
        self._min_part_bytes = min_part_bytes
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for upload in store.all(KIND):
            if upload["began_at"] < time.time() - MAX_AGE_SECONDS:
                self.forget(upload["id"])

    def begin(self, part: Part, public_id: str) -> Document:
        """Return the state of a part's upload; the first part decides the public id.

        ``result`` is the key of the resource that was created from it, or None.
        """
        with self._lock:
            upload = self._store.get(KIND, part.upload_id)
            if upload is None:
                self._path(part.upload_id).unlink(missing_ok=True)
                upload = {"id": part.upload_id, "began_at": time.time(), "ranges": []}
                upload |= {"total": None, "public_id": public_id, "taken": False, "result": None}
                self._store.put(KIND, part.upload_id, upload)
        return upload

    def receive(self, part: Part, size: int, file: BinaryIO) -> Path | None:
        """Write a part to its place; return the file after the last part, else None.

        Raises BadRequest for a part that is too small, that has another size than it says, that
        belongs to another file, or that is the last while others are missing. A part may be repeated.
        """
        if size != part.stop - part.start:
            raise BadRequest(
                f"Content-Range says {part.stop - part.start} bytes, but {size} were sent"
            )
        if not part.is_last and size < self._min_part_bytes:
            raise BadRequest("All parts except EOF-chunk must be larger than 5mb")
        path = self._path(part.upload_id)
        if (self._store.get(KIND, part.upload_id) or {}).get("taken"):
            if part.is_last:
                raise BadRequest("The last part is already being processed")
            return None
        path.touch()
        with path.open("r+b") as whole:
            whole.seek(part.start)
            shutil.copyfileobj(file, whole)
        with self._lock:
            self._note(part)
        return path if part.is_last else None

    def finish(self, upload_id: str, result: str) -> None:
        """Store the result of an upload, for a client that missed the answer and repeats the last part."""
        upload = self._store.get(KIND, upload_id)
        if upload:
            self._store.put(KIND, upload_id, upload | {"result": result})

    def forget(self, upload_id: str) -> None:
        """Delete an upload with all its parts."""
        self._store.delete(KIND, upload_id)
        self._path(upload_id).unlink(missing_ok=True)

    def _note(self, part: Part) -> None:
        """Add a part to the received ranges; the last part closes the upload."""
        upload = self._store.get(KIND, part.upload_id)
        if upload is None:
            raise BadRequest(f"Upload {part.upload_id} was deleted")
        if None not in (upload["total"], part.total) and upload["total"] != part.total:
            raise BadRequest(f"The file has {upload['total']} bytes, not {part.total}")
        upload["total"] = upload["total"] if part.total is None else part.total
        upload["ranges"] = merge([*upload["ranges"], [part.start, part.stop]])
        upload["taken"] = upload["taken"] or (part.is_last and is_complete(part, upload["ranges"]))
        self._store.put(KIND, part.upload_id, upload)
        if part.is_last and not upload["taken"]:
            raise BadRequest("The last part came before all other parts were received")

    def _path(self, upload_id: str) -> Path:
        return self._folder / hashlib.sha256(upload_id.encode()).hexdigest()


def is_complete(part: Part, ranges: list[list[int]]) -> bool:
    """Return whether all parts of a file were received."""
    return ranges == [[0, part.total]]


def merge(ranges: list[list[int]]) -> list[list[int]]:
    """Return the ranges, with those joined that touch or overlap."""
    merged: list[list[int]] = []
    for start, stop in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([start, stop])
    return merged
