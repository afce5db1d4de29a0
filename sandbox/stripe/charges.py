"""Charges: attempts to take the money of a payment (docs.stripe.com/api/charges)."""

from typing import Any

from sandbox.stripe import balance, events, lists, money
from sandbox.stripe.account import Account, Thing, new_id, now


def new(account: Account, intent: Thing, details: Thing, method: str) -> Thing:
    """Return a pending charge; the ids of bank debits begin with `py_`."""
    return {
        "id": new_id("ch_3" if method == "card" else "py_3", 23),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": details["address"],
            "email": details["email"],
            "name": details["name"],
            "phone": details["phone"],
            "tax_id": None,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": False,
        "created": now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm_1", 23),
        "payment_method_details": method_details(method),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def mark_succeeded(account: Account, charge: Thing) -> None:
    """Let a charge succeed."""
    charge |= {
        "amount_captured": charge["amount"],
        "captured": True,
        "outcome": outcome("approved_by_network", "authorized", "Payment complete."),
        "paid": True,
        "receipt_url": f"{account.public_url}/c/receipts/{charge['id']}",
        "status": "succeeded",
    }
    if account.late_fee_seconds:
        account.later(account.late_fee_seconds, lambda: report_fee(account, charge["id"]))
    else:
        charge["balance_transaction"] = record(account, charge)
    events.emit(account, "charge.succeeded", account.save(charge))


def report_fee(account: Account, id: str) -> None:
    """Record the fee of a charge that succeeded some time ago."""
    charge = account.get("charge", id)
    charge["balance_transaction"] = record(account, charge)
    events.emit(account, "charge.updated", account.save(charge), {"balance_transaction": None})


def record(account: Account, charge: Thing) -> str:
    """Save the balance transaction of a charge, with Stripe's fee; return its id."""
    return balance.record(
        account,
        type="charge" if charge["id"].startswith("ch_") else "payment",
        category="charge",
        source=charge["id"],
        amount=charge["amount"],
        fee=money.fee(charge["amount"]),
        currency=charge["currency"],
    )


def mark_failed(account: Account, charge: Thing, code: str, message: str) -> None:
    """Let a charge fail."""
    charge |= {
        "failure_code": code,
        "failure_message": message,
        "outcome": outcome("declined_by_network", "issuer_declined", message),
        "status": "failed",
    }
    events.emit(account, "charge.failed", account.save(charge))


def method_details(method: str) -> Thing:
    """Return the payment method of a charge."""
    if method == "us_bank_account":
        bank = {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "fingerprint": "FFDMA0xfhBjWSZLu",
            "last4": "6789",
            "routing_number": "110000000",
        }
        return {"type": method, method: bank}
    card = {
        "brand": "visa",
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "Xt5EWLLDS7FJjR1c",
        "funding": "credit",
        "last4": "4242",
        "network": "visa",
    }
    return {"type": method, method: card}


def outcome(network_status: str, type: str, message: str) -> Thing:
    """Return the outcome that the card network reported."""
    return {
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "seller_message": message,
        "type": type,
    }


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/charges/{id}."""
    return account.named("charge", id)


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/charges."""
    charges = lists.matching(account.all("charge"), params, "customer", "payment_intent")
    return lists.page("/v1/charges", charges, params)
