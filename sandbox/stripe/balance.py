"""Balance transactions: every payment, refund and dispute creates one."""

from typing import Any

from sandbox.stripe import lists
from sandbox.stripe.account import Account, Thing, new_id, now

DAYS_UNTIL_AVAILABLE = 2


def record(
    account: Account, *, type: str, category: str, source: str, amount: int, fee: int, currency: str
) -> str:
    """Save a balance transaction in signed minor units, and return its id."""
    at = now()
    transaction = {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at + DAYS_UNTIL_AVAILABLE * 86400,
        "balance_type": "payments",
        "created": at,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fee_details(fee, currency),
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "pending",
        "type": type,
    }
    return str(account.save(transaction)["id"])


def fee_details(fee: int, currency: str) -> list[Thing]:
    """Return the parts of a fee."""
    if not fee:
        return []
    detail = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return [detail]


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/balance_transactions/{id}."""
    return account.named("balance_transaction", id)


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/balance_transactions."""
    transactions = lists.matching(
        account.all("balance_transaction"), params, "currency", "source", "type"
    )
    return lists.page("/v1/balance_transactions", transactions, params)
