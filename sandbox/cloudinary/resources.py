"""Resources: one document and one folder of files for each."""

import shutil
import threading
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox.cloudinary.errors import BadRequest, NotFound
from sandbox.store import Store

KIND = "cloudinary.resources"
RESOURCE_TYPES = ("image", "video", "raw")
TYPES = ("upload", "private", "authenticated")


@dataclass(frozen=True)
class Resource:
    """A stored file. Its identity is resource_type, type and public_id together."""

    resource_type: str
    type: str
    public_id: str
    asset_id: str
    version: int
    version_id: str
    format: str | None
    bytes: int
    etag: str
    created_at: str
    original_filename: str
    tags: list[str] = field(default_factory=list)
    context: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the key that no other resource has."""
        return key_of(self.resource_type, self.type, self.public_id)


def key_of(resource_type: str, type: str, public_id: str) -> str:
    """Return the key of a resource in the store."""
    return f"{resource_type}/{type}/{public_id}"


class Resources:
    """The resources of the cloud: documents in the store, files in a folder."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._incoming = folder / "incoming"
        self._lock = threading.Lock()
        self._remove_leftovers()
        self._incoming.mkdir(parents=True)

    def incoming(self) -> Path:
        """Return a new path for a file that is received."""
        return self._incoming / uuid.uuid4().hex

    def find(self, resource_type: str, type: str, public_id: str) -> Resource | None:
        """Return a resource, or None."""
        return self.by_key(key_of(resource_type, type, public_id))

    def by_key(self, key: str) -> Resource | None:
        """Return the resource with a key, or None."""
        document = self._store.get(KIND, key)
        return Resource(**document) if document else None

    def get(self, resource_type: str, type: str, public_id: str) -> Resource:
        """Return a resource; raise NotFound if it is unknown."""
        resource = self.find(resource_type, type, public_id)
        if resource is None:
            raise NotFound(public_id)
        return resource

    def all(self) -> Iterator[Resource]:
        """Return all resources, the last created first."""
        return (Resource(**document) for document in self._store.all(KIND))

    def folder(self, resource: Resource) -> Path:
        """Return the folder of one version, with the original and the derived files."""
        return self._folder / "resources" / resource.asset_id / resource.version_id

    def original(self, resource: Resource) -> Path:
        """Return the file as it was uploaded."""
        return self.folder(resource) / "original"

    def save(self, resource: Resource, file: Path) -> None:
        """Move a file from ``incoming`` to its resource, and delete an older version."""
        folder = self.folder(resource)
        folder.mkdir(parents=True)
        file.replace(self.original(resource))
        with self._lock:
            old = self._store.get(KIND, resource.key)
            self._store.put(KIND, resource.key, asdict(resource))
        if old:
            self._remove_files(Resource(**old))

    def update(self, resource: Resource) -> None:
        """Change the document of a resource, not its file."""
        self._store.put(KIND, resource.key, asdict(resource))

    def remove(self, resource: Resource) -> None:
        """Delete a resource and its files."""
        self._store.delete(KIND, resource.key)
        self._remove_files(resource)

    def rename(self, resource: Resource, renamed: Resource, *, overwrite: bool) -> None:
        """Change the name or type of a resource; raise BadRequest if another one has it."""
        with self._lock:
            taken = self.find(renamed.resource_type, renamed.type, renamed.public_id)
            if taken and not overwrite:
                raise BadRequest(f"to_public_id {renamed.public_id} already exists")
            self._store.delete(KIND, resource.key)
            self._store.put(KIND, renamed.key, asdict(renamed))
        if taken:
            self._remove_files(taken)

    def _remove_leftovers(self) -> None:
        """Delete the files that a killed process or a cleared store left."""
        shutil.rmtree(self._incoming, ignore_errors=True)
        known = {resource.asset_id for resource in self.all()}
        for folder in (self._folder / "resources").glob("*"):
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)

    def _remove_files(self, resource: Resource) -> None:
        folder = self.folder(resource)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.parent.rmdir()
        except OSError:  # the folder has a newer version
            return
