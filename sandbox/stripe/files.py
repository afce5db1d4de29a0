"""Files that the application uploads: evidence of disputes (docs.stripe.com/file-upload)."""

from typing import Any

from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import ParameterError, StripeError
from sandbox.stripe.parameters import Upload

KINDS = {b"%PDF-": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
MAX_BYTES = 5 * 1024 * 1024
PURPOSE = "dispute_evidence"


def create(account: Account, params: dict[str, Any]) -> Thing:
    """Answer POST /v1/files of the host files.stripe.com. The content itself is not kept."""
    file: Upload = params["file"]
    if params["purpose"] != PURPOSE:
        raise StripeError(f"The sandbox takes files of the purpose {PURPOSE} only.")
    kind = next((kind for start, kind in KINDS.items() if file.content.startswith(start)), None)
    if kind is None or len(file.content) > MAX_BYTES:
        raise ParameterError("Evidence is a PDF, JPEG or PNG file of at most 5 MB.", param="file")
    at = now()
    return account.save(
        {
            "id": new_id("file_1", 23),
            "object": "file",
            "created": at,
            "expires_at": None,
            "filename": file.name,
            "links": {"object": "list", "data": [], "has_more": False, "url": "/v1/file_links"},
            "purpose": PURPOSE,
            "size": len(file.content),
            "title": None,
            "type": kind,
            "url": None,
        }
    )


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/files/{id}."""
    return account.named("file", id)
