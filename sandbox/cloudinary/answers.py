"""The representations of a resource in the APIs."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sandbox.cloudinary.access import url_signature
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.resources import Resource
from sandbox.cloudinary.signatures import answer_signature

type Answer = dict[str, Any]


@dataclass(frozen=True)
class Answers:
    """The representations for one cloud, with URLs below the address that the client used."""

    cloud: Cloud
    base_url: str

    def upload(self, resource: Resource) -> Answer:
        """Return the answer to an upload: every field, and a signature that proves its origin."""
        answer = self.identity(resource)
        answer["signature"] = answer_signature(self.cloud, resource.public_id, resource.version)
        answer |= self.description(resource) | resource.details
        if resource.resource_type == "video":
            answer["playback_url"] = self.url(resource, "sp_auto", "m3u8")
        return answer | {
            "original_filename": resource.original_filename,
            "api_key": self.cloud.api_key,
        }

    def summary(self, resource: Resource) -> Answer:
        """Return a resource as lists of the Admin API show it."""
        size = {
            key: resource.details[key] for key in ("width", "height") if key in resource.details
        }
        return self.identity(resource) | self.description(resource) | size

    def details(self, resource: Resource, *, media_metadata: bool) -> Answer:
        """Return a resource as the Admin API shows it; technical fields of a video only if requested."""
        answer = self.summary(resource)
        if media_metadata:
            answer |= resource.details
        return answer | {"derived": []}

    def identity(self, resource: Resource) -> Answer:
        """Return the fields that identify a resource and its version."""
        return {
            "asset_id": resource.asset_id,
            "public_id": resource.public_id,
            "version": resource.version,
            "version_id": resource.version_id,
            "resource_type": resource.resource_type,
            "type": resource.type,
        }

    def description(self, resource: Resource) -> Answer:
        """Return the fields that all resources have."""
        answer: Answer = {} if resource.format is None else {"format": resource.format}
        answer |= {
            "created_at": resource.created_at,
            "tags": resource.tags,
            "bytes": resource.bytes,
            "etag": resource.etag,
            "placeholder": False,
            "url": self.url(resource),
            "asset_folder": resource.public_id.rpartition("/")[0],
            "display_name": resource.public_id.rpartition("/")[2],
        }
        # Loopback has no TLS: an https address would not work.
        answer["secure_url"] = answer["url"]
        if resource.context:
            answer["context"] = {"custom": resource.context}
        return answer

    def url(
        self,
        resource: Resource,
        transformation: str = "",
        extension: str | None = None,
        *,
        signed: bool = True,
    ) -> str:
        """Return a delivery URL, signed if the type of the resource requires it."""
        source = quote(resource.public_id, safe="/:")
        extension = resource.format if extension is None else extension
        if extension and resource.resource_type != "raw":
            source += f".{extension}"
        parts = [self.base_url, self.cloud.name, resource.resource_type, resource.type]
        if signed and resource.type != "upload":
            to_sign = f"{transformation}/{source}" if transformation else source
            parts.append(f"s--{url_signature(self.cloud, to_sign)}--")
        parts += [transformation, f"v{resource.version}", source]
        return "/".join(part for part in parts if part)
