"""Refunds (docs.stripe.com/refunds)."""

from typing import Any

from sandbox.stripe import balance, disputes, events, lists, money
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError
from sandbox.stripe.parameters import missing

# How long a refund to a bank account, or one that is to fail, stays undecided.
SECONDS_UNTIL_DECIDED = 2.0


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
    amount = params.get("amount", left_of(charge))
    check(account, charge, amount)
    return make(account, charge, amount, params.get("reason"), params.get("metadata") or {})


def from_dashboard(account: Account, intent_id: str, amount: int | None, fail: bool) -> Thing:
    """Refund a payment as staff do in Stripe's dashboard, to fail a little later if told so.

    Raises StripeError as the API does.
    """
    charge = charge_to_refund(account, {"payment_intent": intent_id})
    amount = left_of(charge) if amount is None else amount
    check(account, charge, amount)
    refund = make(account, charge, amount, "requested_by_customer", {})
    if fail:
        account.later(SECONDS_UNTIL_DECIDED / 2, lambda: mark_failed(account, refund["id"]))
    return refund


def make(
    account: Account, charge: Thing, amount: int, reason: str | None, metadata: Thing
) -> Thing:
    """Give money back; to a card at once, to a bank account within a few days (here: seconds)."""
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
        "destination_details": destination(is_card),
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
        account.later(SECONDS_UNTIL_DECIDED, lambda: mark_succeeded(account, id))
    account.save(refund)
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    move(charge, amount)
    events.emit(account, "refund.created", refund)
    events.emit(account, "charge.refunded", account.save(charge), before)
    return refund


def mark_succeeded(account: Account, id: str) -> Thing:
    """Let a pending refund arrive; one that is decided stays as it is."""
    refund = account.get("refund", id)
    if refund["status"] != "pending":
        return refund
    refund["status"] = "succeeded"
    del refund["pending_reason"]
    tell_of_update(account, account.save(refund), {"status": "pending"})
    return refund


def mark_failed(account: Account, id: str) -> Thing:
    """Let a refund come back from the bank; the money is ours again, once."""
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
    tell_of_update(account, refund, before)
    return refund


def tell_of_update(account: Account, refund: Thing, before: Thing) -> None:
    """Send both events that Stripe sends for a change: of today's name and of the old one."""
    events.emit(account, "refund.updated", refund, before)
    events.emit(account, "charge.refund.updated", refund, before)


def move(charge: Thing, amount: int) -> None:
    """Count minor units as refunded, or no longer when negative."""
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def left_of(charge: Thing) -> int:
    """Return what can still be refunded, in minor units."""
    return int(charge["amount_captured"] - charge["amount_refunded"])


def charge_to_refund(account: Account, params: dict[str, Any]) -> Thing:
    """Return the charge that a request means."""
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
    """Raise StripeError unless so many minor units can be given back."""
    if charge["status"] != "succeeded":
        raise StripeError(f"Charge {charge['id']} was not successful.", param="charge")
    if disputes.hold_back(account, charge):
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            param="charge",
        )
    left, currency = left_of(charge), charge["currency"]
    if left == 0:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    if amount < 1:
        raise StripeError(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if amount > left:
        raise StripeError(
            f"Refund amount ({money.display(amount, currency)}) is greater than unrefunded amount"
            f" on charge ({money.display(left, currency)})",
            param="amount",
        )
    money.check_amount(amount, currency, "amount")


def destination(is_card: bool) -> Thing:
    """Return where the money goes."""
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
