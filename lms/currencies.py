"""Currencies: what an amount means, and which amounts can be charged.

An amount is an integer in Stripe's units, so that nothing is ever converted: cents, whole yen, fils. ISK and UGX have
no smaller unit but are counted in hundredths, so every amount is a multiple of 100; the last digit of a three-decimal
currency is always 0. https://docs.stripe.com/currencies
"""

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)  # fmt: skip
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
HUNDREDS = frozenset(["isk", "ugx"])

# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
MINIMUM = {
    "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300,
    "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip


def digits(currency: str) -> int:
    """Return the number of digits after the decimal point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def step(currency: str) -> int:
    """Return the number of which every amount must be a multiple."""
    if currency in THREE_DECIMAL:
        return 10
    return 100 if currency in HUNDREDS else 1


def minimum(currency: str) -> int:
    """Return the smallest amount that can be charged: Stripe's, or half of the currency's unit, rounded up."""
    half: int = 10 ** digits(currency) // 2
    return MINIMUM.get(currency, max(half, step(currency)))


def is_chargeable(amount: int, currency: str) -> bool:
    """Return whether an amount can be charged or is zero."""
    return amount == 0 or (amount >= minimum(currency) and amount % step(currency) == 0)


def display(amount: int, currency: str) -> str:
    """Return an amount as people write it: `49.99 USD`."""
    places = digits(currency)
    if currency in HUNDREDS:
        amount, places = amount // 100, 0
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**places)
    point = f".{part:0{places}}" if places else ""
    return f"{sign}{whole:,}{point} {currency.upper()}"
