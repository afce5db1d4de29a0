"""Checkout sessions in the API (docs.stripe.com/api/checkout/sessions)."""

from typing import Any

from sandbox.stripe import carts, checkout, customers, lists
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError
from sandbox.stripe.parameters import missing

MIN_SECONDS, MAX_SECONDS = 30 * 60, 24 * 3600
MAX_REFERENCE_LENGTH = 200
# Stored and returned; they change nothing in the sandbox.
ECHOED = (
    "allow_promotion_codes", "billing_address_collection", "client_reference_id", "customer_creation",
    "customer_email", "locale", "submit_type",
)  # fmt: skip
KNOWN_PARAMETERS = {
    *ECHOED, "automatic_tax", "cancel_url", "currency", "customer", "customer_update", "expand", "expires_at",
    "line_items", "metadata", "mode", "payment_intent_data", "success_url", "ui_mode",
}  # fmt: skip
KNOWN_PAYMENT_PARAMETERS = {
    "description", "metadata", "receipt_email", "setup_future_usage", "statement_descriptor",
    "statement_descriptor_suffix",
}  # fmt: skip


def create(account: Account, params: dict[str, Any]) -> Thing:
    """Answer POST /v1/checkout/sessions, for one-time payments on the hosted page."""
    check(params)
    customer = (
        customers.existing(account, params["customer"], "customer")
        if "customer" in params
        else None
    )
    id = new_id("cs_test_a1", 56)
    lines = carts.fill(
        account,
        id,
        params["line_items"],
        params.get("payment_intent_data", {}),
        params.get("currency"),
    )
    email = customer["email"] if customer else params.get("customer_email")
    automatic_tax = params.get("automatic_tax", {}).get("enabled", False)
    session = blank(id) | {name: params[name] for name in ECHOED if name in params}
    session |= {
        "automatic_tax": {
            "enabled": automatic_tax,
            "liability": {"type": "self"} if automatic_tax else None,
            "provider": "stripe" if automatic_tax else None,
            "status": "requires_location_inputs" if automatic_tax else None,
        },
        "cancel_url": params.get("cancel_url"),
        "currency": lines[0]["currency"],
        "customer": customer["id"] if customer else None,
        "customer_creation": None if customer else params.get("customer_creation", "if_required"),
        "customer_details": checkout.details(email) if email else None,
        "expires_at": params.get("expires_at", now() + MAX_SECONDS),
        "metadata": params.get("metadata") or {},
        "success_url": params["success_url"],
        "url": f"{account.public_url}/c/pay/{id}",
    }
    session |= carts.totals(lines)
    if session["amount_total"] == 0:
        session["payment_status"] = "no_payment_required"
    checkout.watch(account, session)
    return account.save(session)


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/checkout/sessions/{id}."""
    return account.named("checkout.session", id)


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/checkout/sessions."""
    sessions = lists.matching(
        account.all("checkout.session"), params, "customer", "payment_intent", "status"
    )
    if "customer_details" in params:
        email = params["customer_details"]["email"]
        sessions = [s for s in sessions if (s["customer_details"] or {}).get("email") == email]
    everything = account.all("checkout.session")
    return lists.page("/v1/checkout/sessions", sessions, params, everything=everything)


def list_lines(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/checkout/sessions/{id}/line_items."""
    account.named("checkout.session", id)
    url = f"/v1/checkout/sessions/{id}/line_items"
    return lists.page(url, carts.lines_of(account, id), params)


def expire(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer POST /v1/checkout/sessions/{id}/expire."""
    session = account.named("checkout.session", id)
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of {session['status']}.",
        )
    return checkout.expire(account, session)


def check(params: dict[str, Any]) -> None:
    """Raise StripeError for what Stripe refuses, and for what the sandbox cannot do."""
    payment = params.get("payment_intent_data", {})
    for name in params.keys() - KNOWN_PARAMETERS:
        raise StripeError(f"The sandbox does not know {name}.", param=name)
    for name in payment.keys() - KNOWN_PAYMENT_PARAMETERS:
        path = f"payment_intent_data[{name}]"
        raise StripeError(f"The sandbox does not know {path}.", param=path)
    for name in ("mode", "success_url", "line_items"):
        if not params.get(name):
            raise missing(name)
    if params["mode"] != "payment":
        raise StripeError("The sandbox only knows the mode payment.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise StripeError("The sandbox only knows the ui_mode hosted_page.", param="ui_mode")
    if "customer" in params and "customer_email" in params:
        raise StripeError(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
        )
    if "customer_email" in params:
        customers.check_email(params["customer_email"], "customer_email")
    if len(params.get("client_reference_id", "")) > MAX_REFERENCE_LENGTH:
        raise StripeError(
            f"Invalid string: client_reference_id can have up to {MAX_REFERENCE_LENGTH} characters.",
            param="client_reference_id",
        )
    for name in ("success_url", "cancel_url"):
        check_url(params.get(name), name)
    check_expiry(params.get("expires_at"))


def check_url(url: str | None, param: str) -> None:
    """Raise StripeError `url_invalid` unless the URL is one for a browser."""
    if url is not None and not url.startswith(("http://", "https://")):
        raise StripeError("Not a valid URL", code="url_invalid", param=param)


def check_expiry(expires_at: int | None) -> None:
    """Raise StripeError for an expiry that is too soon or too late."""
    if expires_at is None:
        return
    if expires_at < now() + MIN_SECONDS:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if expires_at > now() + MAX_SECONDS:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def blank(id: str) -> Thing:
    """Return a new, empty session."""
    return {
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "billing_address_collection": None,
        "branding_settings": None,
        "cancel_url": None,
        "client_reference_id": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now(),
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_account": None,
        "customer_email": None,
        "discounts": [],
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": None,
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card", "us_bank_account"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "presentment_details": None,
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "ui_mode": "hosted_page",
        "wallet_options": None,
    }
