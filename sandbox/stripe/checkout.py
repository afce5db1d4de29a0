"""The changes of a Checkout session: paid, declined, paid later, settled, expired."""

from sandbox.stripe import carts, customers, events, intents
from sandbox.stripe.account import Account, Thing, now

DEFAULT_EMAIL = "customer@example.com"


def watch(account: Account, session: Thing) -> None:
    """Note when an open session expires."""
    note = {"id": session["id"], "object": "open_session", "expires_at": session["expires_at"]}
    account.save(note)


def expire_overdue(account: Account) -> None:
    """Expire the open sessions whose time is over."""
    for note in account.all("open_session"):
        if note["expires_at"] <= now():
            expire(account, account.get("checkout.session", note["id"]))


def advance(account: Account, seconds: int) -> None:
    """Let so many seconds pass for the open sessions, and expire those whose time is over."""
    for note in account.all("open_session"):
        session = account.get("checkout.session", note["id"])
        session["expires_at"] -= seconds
        watch(account, account.save(session))
    expire_overdue(account)


def expire(account: Account, session: Thing) -> Thing:
    """Close an open session unpaid, and cancel its payment."""
    if session["payment_intent"]:
        intents.cancel(account, session["payment_intent"])
    return close(account, session, "expired", "checkout.session.expired")


def pay(account: Account, session: Thing) -> Thing:
    """Complete an open session and take its money, if it costs any."""
    session = fill_in_customer(account, session)
    if session["amount_total"]:
        intents.charge_card(account, intent_of(account, session), session["customer_details"])
        session["payment_status"] = "paid"
    return close(account, session, "complete", "checkout.session.completed")


def pay_later(account: Account, session: Thing) -> Thing:
    """Complete an open session whose money is not yet taken."""
    session = fill_in_customer(account, session)
    if session["amount_total"]:
        intents.debit_account(account, intent_of(account, session), session["customer_details"])
    return close(account, session, "complete", "checkout.session.completed")


def decline(account: Account, session: Thing) -> Thing:
    """Let the bank decline the card; the session stays open."""
    session = fill_in_customer(account, session)
    if session["amount_total"]:
        intents.decline_card(account, intent_of(account, session), session["customer_details"])
    return account.save(session)


def settle(account: Account, session: Thing, *, succeed: bool) -> Thing:
    """Let a processing payment succeed or fail.

    Raises ValueError if the session has none.
    """
    id = session["payment_intent"]
    intent = account.get("payment_intent", id) if id else None
    if intent is None or intent["status"] != "processing":
        raise ValueError("the session has no processing payment: only a pay_later can be settled")
    charge = account.get("charge", intent["latest_charge"])
    if succeed:
        intents.succeed(account, intent, charge)
        session["payment_status"] = "paid"
        outcome = "checkout.session.async_payment_succeeded"
    else:
        message = "The customer's account has insufficient funds to cover this payment."
        intents.fail(account, intent, charge, "insufficient_funds", message)
        outcome = "checkout.session.async_payment_failed"
    events.emit(account, outcome, account.save(session))
    return session


def close(account: Account, session: Thing, status: str, event: str) -> Thing:
    """Close a session for its customer."""
    session |= {"status": status, "url": None}
    account.store.delete("stripe.open_session", session["id"])
    events.emit(account, event, account.save(session))
    return session


def fill_in_customer(account: Account, session: Thing) -> Thing:
    """Fill in what a customer types into the page, and the tax that follows from it."""
    email = (session["customer_details"] or {}).get("email") or DEFAULT_EMAIL
    session["customer_details"] = details(email, name="Sam Sandbox", address=ADDRESS)
    session["collected_information"] = {
        "business_name": None,
        "individual_name": None,
        "shipping_details": None,
    }
    if session["automatic_tax"]["status"] == "requires_location_inputs":
        session["automatic_tax"]["status"] = "complete"
        session |= carts.totals(carts.add_tax(account, session["id"]))
    if session["customer_creation"] == "always" and session["customer"] is None:
        customer = customers.create(account, {"email": email, "name": "Sam Sandbox"})
        session["customer"] = customer["id"]
    return session


def intent_of(account: Account, session: Thing) -> Thing:
    """Return the PaymentIntent of a session, created at the first attempt to pay."""
    if session["payment_intent"]:
        return account.get("payment_intent", session["payment_intent"])
    intent = intents.create(account, session, carts.payment_of(account, session["id"]))
    session["payment_intent"] = intent["id"]
    return intent


ADDRESS = {
    "city": "San Francisco",
    "country": "US",
    "line1": "354 Oyster Point Blvd",
    "line2": None,
    "postal_code": "94080",
    "state": "CA",
}


def details(email: str, name: str | None = None, address: Thing | None = None) -> Thing:
    """Return the `customer_details` of a session."""
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
