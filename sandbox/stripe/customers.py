"""Customers (docs.stripe.com/api/customers)."""

import re
from typing import Any

from sandbox.stripe import events, lists
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError

PLAIN = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping")
CLAUSE = re.compile(r"""(email|name|phone|metadata\[['"](.+?)['"]\]):['"](.*?)['"]""")


def create(account: Account, params: dict[str, Any]) -> Thing:
    """Answer POST /v1/customers."""
    check(params)
    customer: Thing = {
        "id": new_id("cus_", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": new_id("", 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    customer |= {name: params[name] for name in PLAIN if name in params}
    account.save(customer)
    events.emit(account, "customer.created", customer)
    return customer


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/customers/{id}; of a deleted one only that it was."""
    return account.named("customer", id)


def update(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer POST /v1/customers/{id}; an empty value clears a field or a key of the metadata."""
    check(params)
    customer = existing(account, id)
    changes: Thing = {name: params[name] or None for name in PLAIN if name in params}
    if "metadata" in params:
        merged = customer["metadata"] | (params["metadata"] or {})
        changes["metadata"] = (
            {key: value for key, value in merged.items() if value} if params["metadata"] else {}
        )
    previous = {name: customer[name] for name in changes if customer[name] != changes[name]}
    customer = account.save(customer | changes)
    if previous:
        events.emit(account, "customer.updated", customer, previous)
    return customer


def delete(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer DELETE /v1/customers/{id}."""
    customer = existing(account, id)
    gone = account.save({"id": id, "object": "customer", "deleted": True})
    events.emit(account, "customer.deleted", customer)
    return gone


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/customers; `email` is compared exactly, letter case included."""
    return lists.page("/v1/customers", lists.matching(living(account), params, "email"), params)


def search(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/customers/search for clauses `field:"value"` joined by AND."""
    wanted = [parse_clause(clause) for clause in re.split(r"\s+AND\s+", params["query"].strip())]
    found = [
        customer
        for customer in living(account)
        if all((value_of(customer, field) or "").lower() == value for field, value in wanted)
    ]
    cursor = {"starting_after": params["page"]} if "page" in params else {}
    answer = lists.page("/v1/customers/search", found, params | cursor)
    answer["object"] = "search_result"
    if answer["has_more"]:
        answer["next_page"] = answer["data"][-1]["id"]
    return answer


def existing(account: Account, id: str, param: str | None = None) -> Thing:
    """Return a customer who was not deleted; raises StripeError otherwise."""
    customer = account.named("customer", id, param)
    if customer.get("deleted"):
        raise StripeError(
            f"No such customer: '{id}'; the customer was deleted",
            status=400 if param else 404,
            code="resource_missing",
            param=param or "id",
        )
    return customer


def living(account: Account) -> list[Thing]:
    """Return the customers who were not deleted."""
    return [customer for customer in account.all("customer") if not customer.get("deleted")]


def check(params: dict[str, Any]) -> None:
    """Refuse what the stand-in would silently forget, and addresses that are none."""
    for name in params.keys() - {*PLAIN, "metadata", "expand"}:
        raise StripeError(f"The sandbox keeps no {name} of customers.", param=name)
    if params.get("email"):
        check_email(params["email"], "email")


def check_email(email: str, param: str) -> None:
    """Raise StripeError `email_invalid` for what is clearly no address."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
        raise StripeError(f"Invalid email address: {email}", code="email_invalid", param=param)


def parse_clause(clause: str) -> tuple[str, str]:
    """Read one clause of a search; of metadata the key in brackets is what is looked for."""
    match = CLAUSE.fullmatch(clause)
    if match is None:
        raise StripeError(f"We were unable to parse your search query: {clause}", param="query")
    return (f"metadata.{match[2]}" if match[2] else match[1]), match[3].lower()


def value_of(customer: Thing, field: str) -> str | None:
    """Return what a search looks at."""
    name, _, key = field.partition(".")
    value: str | None = customer["metadata"].get(key) if name == "metadata" else customer[name]
    return value
