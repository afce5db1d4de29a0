"""Customers (docs.stripe.com/api/customers)."""

import re
from typing import Any

from sandbox.stripe import events, lists
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError

FIELDS = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping")
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
    customer |= {name: params[name] for name in FIELDS if name in params}
    account.save(customer)
    events.emit(account, "customer.created", customer)
    return customer


def retrieve(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer GET /v1/customers/{id}; a deleted customer has nothing but `deleted`."""
    return account.named("customer", id)


def update(account: Account, params: dict[str, Any], id: str) -> Thing:
    """Answer POST /v1/customers/{id}; an empty value clears a field or a metadata key."""
    check(params)
    customer = existing(account, id)
    changes: Thing = {name: params[name] or None for name in FIELDS if name in params}
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
    deleted = account.save({"id": id, "object": "customer", "deleted": True})
    events.emit(account, "customer.deleted", customer)
    return deleted


def list_all(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/customers; `email` is compared exactly, letter case included."""
    return lists.page(
        "/v1/customers", lists.matching(not_deleted(account), params, "email"), params
    )


def search(account: Account, params: dict[str, Any]) -> Thing:
    """Answer GET /v1/customers/search for clauses `field:"value"` joined by AND."""
    clauses = [parse_clause(clause) for clause in re.split(r"\s+AND\s+", params["query"].strip())]
    customers = [
        customer
        for customer in not_deleted(account)
        if all((value_of(customer, field) or "").lower() == value for field, value in clauses)
    ]
    cursor = {"starting_after": params["page"]} if "page" in params else {}
    answer = lists.page("/v1/customers/search", customers, params | cursor)
    answer["object"] = "search_result"
    if answer["has_more"]:
        answer["next_page"] = answer["data"][-1]["id"]
    return answer


def existing(account: Account, id: str, param: str | None = None) -> Thing:
    """Return a customer; raise StripeError if unknown or deleted."""
    customer = account.named("customer", id, param)
    if customer.get("deleted"):
        raise StripeError(
            f"No such customer: '{id}'; the customer was deleted",
            status=400 if param else 404,
            code="resource_missing",
            param=param or "id",
        )
    return customer


def not_deleted(account: Account) -> list[Thing]:
    """Return the customers that are not deleted."""
    return [customer for customer in account.all("customer") if not customer.get("deleted")]


def check(params: dict[str, Any]) -> None:
    """Raise StripeError for fields that the sandbox does not store, and for invalid addresses."""
    for name in params.keys() - {*FIELDS, "metadata", "expand"}:
        raise StripeError(f"The sandbox does not store {name} of customers.", param=name)
    if params.get("email"):
        check_email(params["email"], "email")


def check_email(email: str, param: str) -> None:
    """Raise StripeError `email_invalid` for what Stripe refuses: a domain of one label, spaces, letters beyond ASCII."""
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+\.[!-\-/-?A-~]+", email):
        raise StripeError(f"Invalid email address: {email}", code="email_invalid", param=param)


def parse_clause(clause: str) -> tuple[str, str]:
    """Return the field and the value of one clause of a search; a metadata key follows a point."""
    match = CLAUSE.fullmatch(clause)
    if match is None:
        raise StripeError(f"We were unable to parse your search query: {clause}", param="query")
    return (f"metadata.{match[2]}" if match[2] else match[1]), match[3].lower()


def value_of(customer: Thing, field: str) -> str | None:
    """Return the value of a field that a search names."""
    name, _, key = field.partition(".")
    value: str | None = customer["metadata"].get(key) if name == "metadata" else customer[name]
    return value
