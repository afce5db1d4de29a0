"""The contents of a Checkout session: lines, prices and totals."""

from typing import Any

from sandbox.stripe import money
from sandbox.stripe.account import Account, Thing, new_id, now
from sandbox.stripe.errors import StripeError, no_such
from sandbox.stripe.parameters import missing

MAX_LINES = 100


def fill(
    account: Account,
    session: str,
    line_params: list[dict[str, Any]],
    payment: dict[str, Any],
    currency: str | None,
) -> list[Thing]:
    """Save the lines of a session and the `payment_intent_data`; return the lines.

    Raises StripeError for prices that cannot be charged.
    """
    if len(line_params) > MAX_LINES:
        raise StripeError(f"You can have up to {MAX_LINES} line items.", param="line_items")
    lines = [
        read_line(account, line, f"line_items[{index}]") for index, line in enumerate(line_params)
    ]
    currencies = {line["currency"] for line in lines} | ({currency} if currency else set())
    if len(currencies) > 1:
        raise StripeError("All prices on a Checkout Session must have the same currency.")
    money.check_total(sum(line["amount_total"] for line in lines), lines[0]["currency"])
    save(account, session, lines, payment)
    return lines


def save(account: Account, session: str, lines: list[Thing], payment: dict[str, Any]) -> None:
    """Save a cart."""
    account.save({"id": session, "object": "cart", "lines": lines, "payment": payment})


def lines_of(account: Account, session: str) -> list[Thing]:
    """Return the line items of a session."""
    return list(account.get("cart", session)["lines"])


def payment_of(account: Account, session: str) -> dict[str, Any]:
    """Return the `payment_intent_data` of a session."""
    return dict(account.get("cart", session)["payment"])


def add_tax(account: Account, session: str) -> list[Thing]:
    """Add tax to every line, or compute the tax within an inclusive price."""
    lines = lines_of(account, session)
    for line in lines:
        if line["price"]["tax_behavior"] == "inclusive":
            line["amount_tax"] = money.tax_within(line["amount_total"])
        else:
            line["amount_tax"] = money.tax_on(line["amount_subtotal"])
            line["amount_total"] += line["amount_tax"]
    save(account, session, lines, payment_of(account, session))
    return lines


def totals(lines: list[Thing]) -> Thing:
    """Return the totals of a session, in minor units."""
    return {
        "amount_subtotal": sum(line["amount_subtotal"] for line in lines),
        "amount_total": sum(line["amount_total"] for line in lines),
        "total_details": {
            "amount_discount": sum(line["amount_discount"] for line in lines),
            "amount_shipping": 0,
            "amount_tax": sum(line["amount_tax"] for line in lines),
        },
    }


def read_line(account: Account, line: dict[str, Any], path: str) -> Thing:
    """Return the line item of a request; the sandbox knows no prices that exist before."""
    for name in line.keys() - {"adjustable_quantity", "price", "price_data", "quantity"}:
        raise StripeError(f"The sandbox does not know {path}[{name}].", param=f"{path}[{name}]")
    if "price" in line:
        raise no_such("price", line["price"], f"{path}[price]")
    for name in ("price_data", "quantity"):
        if name not in line:
            raise missing(f"{path}[{name}]")
    if line["quantity"] < 1:
        raise StripeError(
            "Invalid positive integer", code="parameter_invalid_integer", param=f"{path}[quantity]"
        )
    price, product = read_price(account, line["price_data"], f"{path}[price_data]")
    amount = price["unit_amount"] * line["quantity"]
    return {
        "id": new_id("li_1", 23),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": {},
        "price": price,
        "quantity": line["quantity"],
    }


def read_price(account: Account, data: dict[str, Any], path: str) -> tuple[Thing, Thing]:
    """Return a new price, and save and return its product."""
    if "recurring" in data:
        raise StripeError(
            "You specified `payment` mode but passed a recurring price.", param=f"{path}[recurring]"
        )
    if "product" in data:
        raise no_such("product", data["product"], f"{path}[product]")
    for name in ("product_data", "unit_amount"):
        if name not in data:
            raise missing(f"{path}[{name}]")
    currency = money.check_currency(data["currency"], f"{path}[currency]")
    money.check_amount(data["unit_amount"], currency, f"{path}[unit_amount]")
    product = save_product(account, data["product_data"])
    price = {
        "id": new_id("price_1", 23),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product["id"],
        "recurring": None,
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
    return price, product


def save_product(account: Account, data: dict[str, Any]) -> Thing:
    """Save the product of an inline price."""
    at = now()
    return account.save(
        {
            "id": new_id("prod_", 14),
            "object": "product",
            "active": False,
            "created": at,
            "default_price": None,
            "description": data.get("description"),
            "images": data.get("images", []),
            "livemode": False,
            "marketing_features": [],
            "metadata": data.get("metadata") or {},
            "name": data["name"],
            "package_dimensions": None,
            "shippable": None,
            "statement_descriptor": None,
            "tax_code": data.get("tax_code"),
            "type": "service",
            "unit_label": data.get("unit_label"),
            "updated": at,
            "url": None,
        }
    )
