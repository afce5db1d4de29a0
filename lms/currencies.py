"""Currencies: what an amount means, and which amounts can be charged.

An amount is an integer in Stripe's units, so that nothing is ever converted: cents, whole yen, fils. ISK and UGX have
no smaller unit but are counted in hundredths, so every amount is a multiple of 100; the last digit of a three-decimal
currency is always 0. https://docs.stripe.com/currencies
"""

from decimal import Decimal

from babel.numbers import format_currency
from django.utils.translation import gettext as _

from lms import locales

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)  # fmt: skip
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
HUNDREDS = frozenset(["isk", "ugx"])

# The least amounts that Stripe names, in minor units.
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
MINIMUM = {
    "aed": 200, "ars": 50, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "cop": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "idr": 50, "ils": 50, "inr": 50,
    "jpy": 50, "krw": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "php": 50, "pln": 200,
    "ron": 200, "rub": 50, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50, "zar": 50,
}  # fmt: skip

# For a currency of which it names none, Stripe converts the amount into the currency of the bank account and compares it
# with that one's least, about half a dollar. So these are about a dollar, in whole units and rounded up: far enough
# above it that a rate may fall by a third.
UNITS_OF_A_DOLLAR = {
    1: "bmd bsd fkp gip kyd pab shp",
    2: "ang awg azn bam bbd bnd bzd xcg",
    5: "byn fjd gel pen pgk qar sar tnd top wst xcd",
    10: "bob cny gtq mad mop sbd tjs ttd",
    20: "bwp lsl mdl mvr nad scr szl",
    50: "hnl mur nio sle srd twd uah uyu zmw",
    100: "afn all cve dop egp gmd kgs mkd mzn try",
    200: "bdt djf dzd etb gyd htg isk jmd kes lrd npr rsd vuv xpf",
    500: "amd crc kmf kzt lkr pkr yer",
    1000: "aoa clp sos xaf xof",
    2000: "mwk ngn rwf",
    5000: "bif cdf khr mga mmk mnt tzs ugx",
    10_000: "gnf pyg",
    20_000: "uzs",
    50_000: "lak std vnd",
    100_000: "lbp",
}

# Whatever the way of paying: cards may take more.
MAXIMUM = {"idr": 999_999_999_999, "cop": 9_999_999_999, "inr": 999_999_999}
USUAL_MAXIMUM = 99_999_999
MAX_AMOUNT = max(MAXIMUM.values())
"""The largest amount in any currency, in minor units."""


def digits(currency: str) -> int:
    """Return the number of digits after the decimal point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


CAUTIOUS_MINIMUM = dict.fromkeys(["bhd", "jod", "kwd", "omr"], 500) | {
    code: units * 10 ** digits(code)
    for units, codes in UNITS_OF_A_DOLLAR.items()
    for code in codes.split()
}
"""In minor units; a currency that is worth more than a dollar is named with half a unit."""

KNOWN = MINIMUM.keys() | CAUTIOUS_MINIMUM.keys()
"""The currencies that Stripe takes."""


def step(currency: str) -> int:
    """Return the number of which every amount that is charged or refunded must be a multiple.

    HUF and TWD are whole only when Stripe pays out to a bank account.
    """
    if currency in THREE_DECIMAL:
        return 10
    return 100 if currency in HUNDREDS else 1


def minimum(currency: str) -> int:
    """Return the smallest amount that can be charged: the one that Stripe names, or else a cautious one."""
    return MINIMUM.get(currency) or CAUTIOUS_MINIMUM[currency]


def maximum(currency: str) -> int:
    """Return the largest amount that can be charged."""
    largest = MAXIMUM.get(currency, USUAL_MAXIMUM)
    return largest - largest % step(currency)


def is_chargeable(amount: int, currency: str) -> bool:
    """Return whether an amount can be charged or is zero."""
    in_range = minimum(currency) <= amount <= maximum(currency)
    return amount == 0 or (in_range and amount % step(currency) == 0)


def describe_price(currency: str) -> str:
    """Return the rule for a price in a currency, as a sentence."""
    least, most = (display(amount, currency) for amount in (minimum(currency), maximum(currency)))
    if step(currency) == 1:
        sentence = _("The price must be 0, or from {min} to {max}.")
    else:
        sentence = _("The price must be 0, or from {min} to {max}, in steps of {step}.")
    return sentence.format(min=least, max=most, step=display(step(currency), currency))


def display(amount: int, currency: str) -> str:
    """Return an amount as people write it in the language that is active: `4,999.00 USD`, `4.999,00 USD`.

    A code names one currency everywhere; a sign does not ($). The digits are Stripe's, not those of Babel.
    """
    places = digits(currency)
    shown = 0 if currency in HUNDREDS else places
    pattern = f"#,##0{'.' if shown else ''}{'0' * shown} \xa4\xa4"
    return format_currency(
        Decimal(amount).scaleb(-places),
        currency.upper(),
        pattern,
        locale=locales.active(),
        currency_digits=False,
    )
