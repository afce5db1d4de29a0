"""Refunds (docs.stripe.com/refunds)."""

from typing import Any

from sandbox.stripe import balance, disputes, events, lists, money
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError
from sandbox.stripe.parameters import missing


def create(account: Account, params: dict[str, Any]) -> Thing:
    """Answer POST /v1/refunds, of a payment or a charge, whole or in part."""
    for name in params.keys() - {
        "amount",
        "charge",
        "expand",
        "metadata",
        "payment_intent",
        "reason",
    }:
        raise StripeError(f"The sandbox does not know {name}.", param=name)
    charge = charge_to_refund(account, params)
    amount = params.get("amount", refundable(charge))
    check(account, charge, amount)
    return make(account, charge, amount, params.get("reason"), params.get("metadata") or {})


def from_dashboard(account: Account, intent_id: str, amount: int | None, *, fail: bool) -> Thing:
    """Refund a payment as staff do in Stripe's dashboard; with `fail` it fails a little later.

    Raises StripeError like the API.
    """
    charge = charge_to_refund(account, {"payment_intent": intent_id})
    amount = refundable(charge) if amount is None else amount
    check(account, charge, amount)
    refund = make(account, charge, amount, "requested_by_customer", {})
    if fail:
        account.later(account.refund_seconds / 2, lambda: mark_failed(account, refund["id"]))
    return refund


def make(
    account: Account, charge: Thing, amount: int, reason: str | None, metadata: Thing
) -> Thing:
    """Create a refund: to a card at once, to a bank account within days (here: seconds)."""
    is_card = charge["id"].startswith("ch_")
    id = new_id("re_3" if is_card else "pyr_3", 23)
    refund = {
        "id": id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": balance.record(
            account,
            type="refund" if is_card else "payment_refund",
            category="refund",
            source=id,
            amount=-amount,
            fee=0,
            currency=charge["currency"],
        ),
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "destination_details": destination(is_card=is_card),
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded" if is_card else "pending",
        "transfer_reversal": None,
    }
    if not is_card:
        refund["pending_reason"] = "processing"
        account.later(account.refund_seconds, lambda: mark_succeeded(account, id))
    account.save(refund)
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    move(charge, amount)
    events.emit(account, "refund.created", refund)
    events.emit(account, "charge.refunded", account.save(charge), before)
    return refund


def mark_succeeded(account: Account, id: str) -> Thing:
    """Let a pending refund succeed; any other stays as it is."""
    refund = account.get("refund", id)
    if refund["status"] != "pending":
        return refund
    refund["status"] = "succeeded"
    del refund["pending_reason"]
    emit_update(account, account.save(refund), {"status": "pending"})
    return refund


def mark_failed(account: Account, id: str) -> Thing:
    """Let a refund fail: the money comes back, once."""
    refund = account.get("refund", id)
    if refund["status"] == "failed":
        return refund
    before = {"status": refund["status"]}
    refund.pop("pending_reason", None)
    refund |= {
        "failure_balance_transaction": balance.record(
            account,
            type="refund_failure",
            category="refund_failure",
            source=id,
            amount=refund["amount"],
            fee=0,
            currency=refund["currency"],
        ),
        "failure_reason": "lost_or_stolen_card",
        "status": "failed",
    }
    account.save(refund)
    charge = account.get("charge", refund["charge"])
    move(charge, -refund["amount"])
    account.save(charge)
    events.emit(account, "refund.failed", refund)
    emit_update(account, refund, before)
    return refund


def emit_update(account: Account, refund: Thing, before: Thing) -> None:
    """Emit both events that Stripe sends for a change: the current one and its older name."""
    events.emit(account, "refund.updated", refund, before)
    events.emit(account, "charge.refund.updated", refund, before)


def move(charge: Thing, amount: int) -> None:
    """Add minor units to what is refunded of a charge; a negative amount takes them away."""
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def refundable(charge: Thing) -> int:
    """Return how many minor units of a charge can be refunded."""
    return int(charge["amount_captured"] - charge["amount_refunded"])


def charge_to_refund(account: Account, params: dict[str, Any]) -> Thing:
    """Return the charge that a request names."""
    if "charge" in params:
        charge = account.named("charge", params["charge"], "charge")
        if params.get("payment_intent", charge["payment_intent"]) != charge["payment_intent"]:
            raise StripeError("The charge does not belong to the payment_intent.", param="charge")
        return charge
    if "payment_intent" not in params:
        raise missing("payment_intent")
    intent = account.named("payment_intent", params["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise StripeError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return account.get("charge", intent["latest_charge"])


def check(account: Account, charge: Thing, amount: int) -> None:
    """Raise StripeError unless so many minor units can be refunded."""
    if charge["status"] != "succeeded":
        raise StripeError(f"Charge {charge['id']} was not successful.", param="charge")
    if disputes.prevent_refund(account, charge):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            param="charge",
        )
    remaining, currency = refundable(charge), charge["currency"]
    if remaining == 0:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    if amount < 1:
        raise StripeError(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if amount > remaining:
        raise StripeError(
            f"Refund amount ({money.display(amount, currency)}) is greater than unrefunded amount"
            f" on charge ({money.display(remaining, currency)})",
            param="amount",
        )
    money.check_amount(amount, currency, "amount")


def destination(*, is_card: bool) -> Thing:
    """Return the `destination_details` of a refund."""
    if not is_card:
        return {"type": "us_bank_transfer", "us_bank_transfer": {"reference_status": "pending"}}
    card = {
        "reference": None,
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    return {"type": "card", "card": card}


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/refunds/{id}."""
    return account.named("refund", id)


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/refunds."""
    refunds = lists.matching(account.all("refund"), params, "charge", "payment_intent")
    return lists.page("/v1/refunds", refunds, params)
