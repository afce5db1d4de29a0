"""Prices in whole units, perhaps in floating point, as integers in the smallest unit of a currency."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from learning.mern.documents import as_number
from learning.mern.report import Finding
from lms import currencies

UNUSABLE = 1
"""The price of a course whose price is none: no currency is charged so little, so it cannot be published, or taken for
free, until somebody enters a price."""
MAX_COLUMN = 2_147_483_647
"""The largest price that the column holds."""


def read_price(value: Any, currency: str, findings: list[Finding]) -> int:
    """Return a price in minor units: `19.99` is 1999, none is 0. What cannot be charged is `UNUSABLE`, with a finding."""
    if value is None:
        return 0
    number = as_number(value)
    if number is None or number < 0:
        return _unusable(f"{value!r} is no price.", findings)
    unit = Decimal(10) ** currencies.digits(currency)
    exact = min(number, Decimal(MAX_COLUMN)) * unit
    amount = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    if amount > MAX_COLUMN or not currencies.is_chargeable(amount, currency):
        return _unusable(f"{value!r}: {currencies.describe_price(currency)}", findings)
    if amount != exact:
        shown = currencies.display(amount, currency)
        findings.append(Finding("price_rounded", f"The price {value!r} was rounded to {shown}."))
    return amount


def _unusable(reason: str, findings: list[Finding]) -> int:
    sentence = f"{reason} The course stays a draft until it has another price."
    findings.append(Finding("price_unusable", sentence))
    return UNUSABLE
