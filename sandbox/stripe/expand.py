"""Expansion: whole objects instead of their ids (docs.stripe.com/api/expanding_objects)."""

from collections.abc import Iterable

from sandbox.stripe import carts
from sandbox.stripe.account import Account, Thing
from sandbox.stripe.errors import StripeError
from sandbox.stripe.lists import page

MAX_DEPTH = 4
EXPANDABLE = {
    "balance_transaction": {"source"},
    "charge": {
        "balance_transaction",
        "customer",
        "failure_balance_transaction",
        "payment_intent",
        "refunds",
    },
    "checkout.session": {"customer", "line_items", "payment_intent"},
    "dispute": {"charge", "payment_intent"},
    "item": {"price"},
    "payment_intent": {"customer", "latest_charge"},
    "price": {"product"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
}
KINDS = {
    "cus": "customer", "pi": "payment_intent", "ch": "charge", "py": "charge", "re": "refund", "pyr": "refund",
    "du": "dispute", "txn": "balance_transaction", "prod": "product",
}  # fmt: skip


def expand(account: Account, thing: Thing, paths: Iterable[str]) -> Thing:
    """Return an object with the objects at dotted paths in full; raise StripeError for an invalid path."""
    for path in paths:
        keys = path.split(".")
        if len(keys) > MAX_DEPTH:
            raise StripeError(
                f"You cannot expand more than {MAX_DEPTH} levels of a property ({path}).",
                param="expand",
            )
        expand_path(account, thing, keys, path)
    return thing


def expand_path(account: Account, thing: Thing, keys: list[str], path: str) -> None:
    """Expand one step of a path, then the rest within it."""
    key, *rest = keys
    if thing["object"] in ("list", "search_result"):
        if key != "data":
            raise cannot_expand(path)
        for item in thing["data"]:
            if rest:
                expand_path(account, item, rest, path)
        return
    if key not in EXPANDABLE.get(thing["object"], ()):
        raise cannot_expand(path)
    if isinstance(thing.get(key), str):
        kind = KINDS[thing[key].partition("_")[0]]
        thing[key] = account.get(kind, thing[key])
    elif key == "line_items" and key not in thing:
        url = f"/v1/checkout/sessions/{thing['id']}/line_items"
        thing[key] = page(url, carts.lines_of(account, thing["id"]), {})
    elif key == "refunds" and not thing.get(key):
        refunds = [refund for refund in account.all("refund") if refund["charge"] == thing["id"]]
        thing[key] = page(f"/v1/charges/{thing['id']}/refunds", refunds, {})
    if rest and thing[key] is not None:
        expand_path(account, thing[key], rest, path)


def cannot_expand(path: str) -> StripeError:
    """Return the error for a path that cannot be expanded."""
    return StripeError(f"This property cannot be expanded ({path}).", param="expand")
