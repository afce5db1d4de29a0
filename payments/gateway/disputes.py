"""Requests to Stripe about the evidence of disputes."""

from io import BytesIO
from typing import Any

from payments.gateway import parsing
from payments.gateway.client import requesting


def retrieve_evidence(dispute_id: str) -> dict[str, str]:
    """Return the texts of the evidence that is saved at Stripe for a dispute, by Stripe's names."""
    with requesting("retrieve a dispute") as client:
        return parsing.parse_evidence(client.disputes.retrieve(dispute_id).to_dict())


def update_evidence(dispute_id: str, evidence: dict[str, str], *, submit: bool, key: str) -> None:
    """Save texts of evidence at Stripe; `submit` sends all that is saved to the bank, which cannot be undone."""
    params: Any = {"evidence": evidence, "submit": submit}
    with requesting(f"update dispute {dispute_id}") as client:
        client.disputes.update(dispute_id, params, {"idempotency_key": key})


def upload_evidence(name: str, content: bytes) -> str:
    """Upload a file of evidence and return its id at Stripe."""
    file = BytesIO(content)
    file.name = name
    with requesting("upload a file of evidence") as client:
        created = client.files.create({"purpose": "dispute_evidence", "file": file})
    return str(created.id)


def close_dispute(dispute_id: str) -> None:
    """Accept a dispute, which cannot be undone: it is lost."""
    with requesting(f"close dispute {dispute_id}") as client:
        client.disputes.close(dispute_id, {}, {"idempotency_key": f"dispute-close-{dispute_id}"})
