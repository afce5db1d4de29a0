"""PaymentIntents: one per Checkout session that somebody tried to pay (docs.stripe.com/api/payment_intents)."""

from typing import Any

from sandbox.stripe import charges, events, lists
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError


def create(account: Account, session: Thing, data: Thing) -> Thing:
    """Create the PaymentIntent of a Checkout session."""
    id = new_id("pi_3", 23)
    intent = account.save(
        {
            "id": id,
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic_async",
            "client_secret": new_id(f"{id}_secret_", 25),
            "confirmation_method": "automatic",
            "created": now(),
            "currency": session["currency"],
            "customer": session["customer"],
            "customer_account": None,
            "description": data.get("description"),
            "excluded_payment_method_types": None,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": data.get("metadata") or {},
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": session["payment_method_types"],
            "processing": None,
            "receipt_email": data.get("receipt_email"),
            "review": None,
            "setup_future_usage": data.get("setup_future_usage"),
            "shipping": None,
            "source": None,
            "statement_descriptor": data.get("statement_descriptor"),
            "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": None,
        }
    )
    events.emit(account, "payment_intent.created", intent)
    return intent


def charge_card(account: Account, intent: Thing, details: Thing) -> Thing:
    """Take the money of a card at once."""
    charge = charges.new(account, intent, details, method="card")
    return succeed(account, intent, charge)


def decline_card(account: Account, intent: Thing, details: Thing) -> Thing:
    """Let the bank decline a card; the customer may try again."""
    charge = charges.new(account, intent, details, method="card")
    return fail(account, intent, charge, "card_declined", "Your card was declined.")


def debit_account(account: Account, intent: Thing, details: Thing) -> Thing:
    """Begin a bank debit, whose result is known later."""
    charge = charges.new(account, intent, details, method="us_bank_account")
    intent |= {
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "status": "processing",
    }
    events.emit(account, "charge.pending", account.save(charge))
    events.emit(account, "payment_intent.processing", account.save(intent))
    return intent


def succeed(account: Account, intent: Thing, charge: Thing) -> Thing:
    """Let a charge succeed; return its PaymentIntent."""
    charges.mark_succeeded(account, charge)
    intent |= {
        "amount_received": charge["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "status": "succeeded",
    }
    events.emit(account, "payment_intent.succeeded", account.save(intent))
    return intent


def fail(account: Account, intent: Thing, charge: Thing, code: str, message: str) -> Thing:
    """Let a charge fail; return its PaymentIntent, which can be paid again."""
    charges.mark_failed(account, charge, code, message)
    error = {"charge": charge["id"], "code": code, "message": message, "type": "card_error"}
    if code == "card_declined":
        error["decline_code"] = "generic_decline"
    intent |= {
        "last_payment_error": error,
        "latest_charge": charge["id"],
        "payment_method": None,
        "status": "requires_payment_method",
    }
    events.emit(account, "payment_intent.payment_failed", account.save(intent))
    return intent


def cancel(account: Account, id: str) -> None:
    """Cancel an unpaid payment whose session expires."""
    intent = account.get("payment_intent", id)
    intent |= {"canceled_at": now(), "cancellation_reason": "expired", "status": "canceled"}
    events.emit(account, "payment_intent.canceled", account.save(intent))


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/payment_intents/{id}."""
    return account.named("payment_intent", id)


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/payment_intents."""
    intents = lists.matching(account.all("payment_intent"), params, "customer")
    return lists.page("/v1/payment_intents", intents, params)


def refuse_to_cancel(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer POST /v1/payment_intents/{id}/cancel: Checkout's payments end with their session."""
    intent = account.named("payment_intent", id)
    raise StripeError(
        f"You cannot cancel this PaymentIntent because it has a status of {intent['status']} and"
        " was created by Checkout. Expire the Checkout Session instead.",
        code="payment_intent_unexpected_state",
        param="intent",
    )
