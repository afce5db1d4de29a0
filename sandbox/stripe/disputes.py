"""Disputes: customers who ask their bank for the money back (docs.stripe.com/disputes)."""

from typing import Any

from sandbox.stripe import balance, events, lists, money
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError

OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
DAYS_TO_RESPOND = 9
MAX_TEXT, MAX_EVIDENCE = 20_000, 150_000  # characters of one text, and of all
DECIDED_BY = {"winning_evidence": "won", "losing_evidence": "lost"}
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt",
    "refund_policy", "refund_policy_disclosure", "refund_refusal_explanation", "service_date",
    "service_documentation", "shipping_address", "shipping_carrier", "shipping_date",
    "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip


FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
    "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip
"""The evidence that is the id of an uploaded file."""


def open_or_close(
    account: Account, intent_id: str, close_as: str | None, *, inquiry: bool = False
) -> Thing:
    """Dispute a payment, or close its open dispute as `won` or `lost`; `won` also turns a lost one.

    An inquiry moves no money. Raises StripeError for an unknown payment, ValueError for one that
    cannot be disputed.
    """
    intent = account.named("payment_intent", intent_id, "payment_intent")
    if intent["status"] != "succeeded":
        raise ValueError(f"the payment is {intent['status']}: only a succeeded one can be disputed")
    charge = account.get("charge", intent["latest_charge"])
    past = of(account, charge)
    dispute = next((dispute for dispute in past if dispute["status"] in OPEN), None)
    if dispute is None and close_as == "won":
        lost = next((dispute for dispute in past if dispute["status"] == "lost"), None)
        if lost:
            return turn(account, lost)
    if dispute and close_as is None:
        raise ValueError("the payment is disputed already: say how to close it, won or lost")
    if dispute is None:
        dispute = begin(account, charge, inquiry=inquiry)
    if close_as is not None:
        dispute = close(account, dispute, close_as)
    return dispute


def begin(account: Account, charge: Thing, *, inquiry: bool) -> Thing:
    """Open a dispute about what was not refunded; the bank takes the money at once."""
    amount = charge["amount"] - charge["amount_refunded"]
    if amount == 0:
        raise ValueError("the payment is refunded: nothing is left to dispute")
    dispute = account.save(blank(charge, amount, inquiry=inquiry))
    if inquiry:
        events.emit(account, "charge.dispute.created", dispute)
        return dispute
    account.save(charge | {"disputed": True})
    events.emit(account, "charge.dispute.created", dispute)
    transaction = move(account, dispute, "dispute", -amount, money.DISPUTE_FEE)
    dispute["balance_transactions"].append(transaction)
    events.emit(account, "charge.dispute.funds_withdrawn", account.save(dispute))
    return dispute


def close(account: Account, dispute: Thing, close_as: str) -> Thing:
    """Close a dispute; if it is won, the money comes back, without the fee."""
    before = {"status": dispute["status"]}
    is_inquiry = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_closed" if is_inquiry else close_as
    is_won = dispute["status"] == "won"
    dispute["is_charge_refundable"] = is_won or is_inquiry
    events.emit(account, "charge.dispute.closed", account.save(dispute), before)
    if is_won:
        reinstate(account, dispute)
    return dispute


def turn(account: Account, dispute: Thing) -> Thing:
    """Let a lost dispute be won after all, as after an appeal: the money comes back."""
    dispute |= {"status": "won", "is_charge_refundable": True}
    events.emit(account, "charge.dispute.updated", account.save(dispute), {"status": "lost"})
    reinstate(account, dispute)
    return dispute


def reinstate(account: Account, dispute: Thing) -> None:
    """Give the money of a dispute back."""
    transaction = move(account, dispute, "dispute_reversal", dispute["amount"], 0)
    dispute["balance_transactions"].append(transaction)
    events.emit(account, "charge.dispute.funds_reinstated", account.save(dispute))


def move(account: Account, dispute: Thing, category: str, amount: int, fee: int) -> Thing:
    """Save a balance transaction of a dispute and return it; disputes contain theirs in full."""
    id = balance.record(
        account,
        type="adjustment",
        category=category,
        source=dispute["id"],
        amount=amount,
        fee=fee,
        currency=dispute["currency"],
    )
    return account.get("balance_transaction", id)


def of(account: Account, charge: Thing) -> list[Thing]:
    """Return the disputes about a charge, newest first."""
    return [dispute for dispute in account.all("dispute") if dispute["charge"] == charge["id"]]


def prevent_refund(account: Account, charge: Thing) -> bool:
    """Return whether disputes prevent a refund of a charge."""
    return bool(charge["disputed"]) and not all(
        dispute["is_charge_refundable"] for dispute in of(account, charge)
    )


def blank(charge: Thing, amount: int, *, inquiry: bool) -> Thing:
    """Return a new dispute about an amount of a charge, in minor units."""
    at = now()
    card = {
        "brand": "visa",
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": "visa",
        "network_reason_code": "10.4",
    }
    is_card = charge["id"].startswith("ch_")
    return {
        "id": new_id("du_1", 23),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": at,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": at + DAYS_TO_RESPOND * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"card": card, "type": "card"} if is_card else None,
        "reason": "fraudulent",
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/disputes/{id}."""
    return account.named("dispute", id)


def update(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer POST /v1/disputes/{id}: save evidence, and send it to the bank unless `submit` is false.

    `uncategorized_text` may decide the dispute at once: https://docs.stripe.com/testing#evidence
    """
    dispute = answerable(account, id)
    evidence = params.get("evidence", {})
    check_length(evidence)
    for name in FILES:
        if file := evidence.get(name):
            account.named("file", file, f"evidence[{name}]")
    dispute["evidence"] |= evidence
    dispute["metadata"] |= params.get("metadata") or {}
    details = dispute["evidence_details"]
    before = {"evidence_details": dict(details)}
    details["has_evidence"] = any(dispute["evidence"][name] for name in EVIDENCE)
    if params.get("submit", True):
        before["status"] = dispute["status"]
        is_inquiry = dispute["status"].startswith("warning_")
        dispute["status"] = "warning_under_review" if is_inquiry else "under_review"
        details |= {
            "submission_count": details["submission_count"] + 1,
            "submission_method": "manual",
        }
    events.emit(account, "charge.dispute.updated", account.save(dispute), before)
    decided = DECIDED_BY.get(dispute["evidence"]["uncategorized_text"])
    if decided and dispute["status"] == "under_review":
        return close(account, dispute, decided)
    return dispute


def accept(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer POST /v1/disputes/{id}/close: the merchant accepts that the dispute is lost."""
    return close(account, answerable(account, id), "lost")


def answerable(account: Account, id: str) -> Thing:
    """Return a dispute that waits for an answer; raise StripeError if it was answered, is decided or is overdue."""
    dispute = account.named("dispute", id)
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise StripeError(f"This dispute can no longer be answered: it is {dispute['status']}.")
    if dispute["evidence_details"]["due_by"] < now():
        raise StripeError("This dispute can no longer be answered: it is past due.")
    return dispute


def check_length(evidence: dict[str, Any]) -> None:
    """Raise StripeError for evidence that is longer than Stripe's limits."""
    texts = {name: text for name, text in evidence.items() if isinstance(text, str)}
    for name, text in texts.items():
        if len(text) > MAX_TEXT:
            raise StripeError(
                f"Invalid string: must be at most {MAX_TEXT} characters", param=f"evidence[{name}]"
            )
    if sum(map(len, texts.values())) > MAX_EVIDENCE:
        raise StripeError(
            f"The combined character count of all fields is limited to {MAX_EVIDENCE}.",
            param="evidence",
        )


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/disputes."""
    disputes = lists.matching(account.all("dispute"), params, "charge", "payment_intent")
    return lists.page("/v1/disputes", disputes, params)
