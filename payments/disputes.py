"""Disputes: save and send our answer, or accept that the money is lost."""

import hashlib
import json
import logging
from collections.abc import Callable

from bson import ObjectId

from payments import exceptions
from payments.fulfilment.sync import sync_order
from payments.gateway import disputes
from payments.models import Dispute
from payments.queries.receipts import draw_receipt

logger = logging.getLogger(__name__)


def answer_dispute(
    dispute: Dispute, evidence: dict[str, str], *, seen: int, submit: bool
) -> Dispute:
    """Save texts of evidence and the receipt at Stripe, or send all that is saved to the bank; return the dispute then.

    `seen` is the number of answers that the person knew of. Raises `DisputeChanged` (409) if there was another since or
    if the dispute takes none, `EvidenceRefused` (409) if Stripe refuses the texts, and `PaymentProviderUnavailable`
    (503): the same texts may then be sent again, and reach Stripe once.
    """
    content = json.dumps([evidence, submit], sort_keys=True).encode()
    key = f"dispute-{dispute.pk}-{seen}-{hashlib.sha256(content).hexdigest()[:16]}"
    return _send(
        dispute.pk,
        seen,
        lambda stripe_id: disputes.update_evidence(
            stripe_id, evidence | {"receipt": _upload_receipt(dispute)}, submit=submit, key=key
        ),
    )


def accept_dispute(dispute: Dispute, *, seen: int) -> Dispute:
    """Give a dispute up, which cannot be undone; return it after that. Raises what `answer_dispute` raises."""
    return _send(dispute.pk, seen, disputes.close_dispute)


def _upload_receipt(dispute: Dispute) -> str:
    """Return the id of the receipt at Stripe, which is uploaded once: an answer that is repeated names the same file."""
    rows = Dispute.objects.filter(pk=dispute.pk)
    if not rows.get().receipt_file:
        uploaded = disputes.upload_evidence("receipt.pdf", draw_receipt(dispute.order))
        rows.filter(receipt_file="").update(receipt_file=uploaded)
    return rows.get().receipt_file


def _send(dispute_id: ObjectId, seen: int, send: Callable[[str], None]) -> Dispute:
    """Count an answer, send it, and let the order follow Stripe."""
    rows = Dispute.objects.filter(pk=dispute_id)
    unanswered = rows.filter(answers=seen, status__in=Dispute.ANSWERABLE)
    if not unanswered.update(answers=seen + 1):
        raise exceptions.DisputeChanged
    dispute = rows.get()
    try:
        send(dispute.stripe_dispute_id)
    except (exceptions.PaymentProviderUnavailable, exceptions.KeyInUse):
        # It may have arrived: the next try has the same number, and so the same key.
        rows.filter(answers=seen + 1).update(answers=seen)
        raise
    except exceptions.PaymentRejected as error:
        sync_order(dispute.order)
        if rows.filter(status__in=Dispute.ANSWERABLE).exists():
            raise exceptions.EvidenceRefused(error.reason, error.param) from error
        raise exceptions.DisputeChanged from error
    try:
        sync_order(dispute.order)
    except (exceptions.PaymentProviderUnavailable, exceptions.Contention):
        logger.warning("Dispute %s was answered; the webhook brings its state", dispute.pk)
    return rows.get()
