"""Amounts, fees and taxes in minor units (docs.stripe.com/currencies)."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.stripe.errors import StripeError

CODES = """
aed afn all amd ang aoa ars aud awg azn bam bbd bdt bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf
chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl
htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga
mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar
ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx
usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
CURRENCIES = frozenset(CODES.split())
ZERO_DECIMAL = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)  # fmt: skip
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
# Two decimals for the sake of compatibility, but always whole units.
WHOLE_UNITS = frozenset(("isk", "ugx"))
MINIMUM = {
    "aed": 200, "ars": 50, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "cop": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "idr": 50, "ils": 50, "inr": 50,
    "jpy": 50, "krw": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "php": 50, "pln": 200,
    "ron": 200, "rub": 50, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50, "zar": 50,
}  # fmt: skip
# Roughly what a dollar costs. The account is in the United States, so other currencies are converted, and must meet
# the dollar's minimum as well; one that is not named here is worth a dollar.
RATES = {
    "ars": 1400, "cop": 4000, "idr": 16000, "inr": 88, "isk": 125, "krw": 1400, "php": 58,
    "rub": 80, "twd": 31, "ugx": 3500, "vnd": 26000,
}  # fmt: skip
MAXIMUM = {"idr": 999_999_999_999, "cop": 9_999_999_999, "inr": 999_999_999}
USUAL_MAXIMUM = 99_999_999

FEE_PERCENT, FEE_FIXED = Decimal("2.9"), 30
DISPUTE_FEE = 1500
TAX_PERCENT = Decimal(10)


def check_currency(currency: str, param: str) -> str:
    """Return a currency in lower case; raises StripeError for one that Stripe does not take."""
    if currency.lower() not in CURRENCIES:
        raise StripeError(
            f"Invalid currency: {currency}. Stripe currently supports these currencies:"
            f" {', '.join(sorted(CURRENCIES))}",
            param=param,
        )
    return currency.lower()


def check_amount(amount: int, currency: str, param: str) -> None:
    """Raise StripeError for minor units that cannot be paid in a currency."""
    if amount < 0:
        raise StripeError(
            "Invalid non-negative integer", code="parameter_invalid_integer", param=param
        )
    if currency in THREE_DECIMAL and amount % 10:
        raise StripeError(
            f"Invalid amount: amounts in {currency} must be divisible by 10.", param=param
        )
    if currency in WHOLE_UNITS and amount % 100:
        raise StripeError(
            f"Invalid amount: amounts in {currency} must be divisible by 100.", param=param
        )


def check_total(total: int, currency: str) -> None:
    """Raise StripeError for a total that is too small or too large to charge; 0 is allowed."""
    minimum = MINIMUM.get(currency, 1)
    if 0 < total < minimum:
        raise StripeError(
            "The Checkout Session's total amount due must add up to at least"
            f" {display(minimum, currency)}",
            code="amount_too_small",
        )
    is_converted = currency in RATES or currency not in MINIMUM
    if total > 0 and is_converted and dollars(total, currency) < Decimal("0.50"):
        raise StripeError(
            "The Checkout Session's total amount due must convert to at least 50 cents."
            f" {display(total, currency)} converts to approximately"
            f" ${dollars(total, currency):.2f}.",
            code="amount_too_small",
        )
    maximum = MAXIMUM.get(currency, USUAL_MAXIMUM)
    if total > maximum:
        raise StripeError(
            "The Checkout Session's total amount due must be no more than"
            f" {display(maximum, currency)}",
            code="amount_too_large",
        )


def dollars(amount: int, currency: str) -> Decimal:
    """Return roughly what an amount is worth in dollars."""
    return Decimal(amount).scaleb(-decimals(currency)) / RATES.get(currency, 1)


def decimals(currency: str) -> int:
    """Return the number of decimals of a currency."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def display(amount: int, currency: str) -> str:
    """Return an exact amount for people: `49.99 USD`."""
    places = decimals(currency)
    return f"{Decimal(amount).scaleb(-places):,.{places}f} {currency.upper()}"


def fee(amount: int) -> int:
    """Return Stripe's fee for a payment: 2.9 % and 30 minor units."""
    return percent(amount, FEE_PERCENT) + FEE_FIXED


def tax_on(amount: int) -> int:
    """Return the tax that is added to a price without tax."""
    return percent(amount, TAX_PERCENT)


def tax_within(amount: int) -> int:
    """Return the tax that a price with tax contains."""
    return amount - int((amount / (1 + TAX_PERCENT / 100)).quantize(Decimal(1), ROUND_HALF_UP))


def percent(amount: int, rate: Decimal) -> int:
    """Return a share in minor units, half rounded up."""
    return int((amount * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
