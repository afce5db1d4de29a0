import pytest

from lms import currencies
from sandbox.stripe import money
from sandbox.stripe.errors import StripeError


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (4999, "usd", "49.99 USD"),
        (5, "eur", "0.05 EUR"),
        (-120, "gbp", "-1.20 GBP"),
        (123456789, "usd", "1,234,567.89 USD"),
        (500, "jpy", "500 JPY"),
        (12340, "kwd", "12.340 KWD"),
        (500, "isk", "5 ISK"),
        (99_999_999_999_999_999_999, "usd", "999,999,999,999,999,999.99 USD"),
    ],
)
def test_an_amount_is_written_exactly(amount, currency, text):
    assert currencies.display(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (0, "usd"),
        (50, "usd"),
        (30, "gbp"),
        (50, "jpy"),
        (510, "kwd"),
        (20_000, "isk"),
        (50, "cop"),
        (99_999_999, "usd"),
        (99_999_990, "kwd"),
        (99_999_900, "ugx"),
        (999_999_999_999, "idr"),
        (9_999_999_999, "cop"),
        (999_999_999, "inr"),
    ],
)
def test_what_can_be_charged(amount, currency):
    assert currencies.is_chargeable(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (-1, "usd"),
        (49, "usd"),
        (29, "gbp"),
        (49, "jpy"),
        (515, "kwd"),
        (490, "kwd"),
        (20_050, "isk"),
        (100, "isk"),
        (1, "krw"),
        (50, "twd"),
        (100_000_000, "usd"),
        (99_999_999, "kwd"),
        (1_000_000_000_000, "idr"),
    ],
)
def test_what_is_too_little_or_too_much_or_in_between_the_steps(amount, currency):
    assert not currencies.is_chargeable(amount, currency)


@pytest.mark.parametrize("currency", sorted(currencies.KNOWN))
def test_stripe_takes_the_least_and_the_largest_amount_of_a_currency(currency):
    for amount in (currencies.minimum(currency), currencies.maximum(currency)):
        assert currencies.is_chargeable(amount, currency)
        money.check_amount(amount, currency, "unit_amount")
    money.check_total(currencies.maximum(currency), currency)
    with pytest.raises(StripeError):
        money.check_total(currencies.maximum(currency) + currencies.step(currency), currency)


@pytest.mark.parametrize("currency", sorted(currencies.CAUTIOUS_MINIMUM))
def test_stripe_takes_a_cautious_least_amount_also_after_it_is_converted(currency):
    money.check_total(currencies.minimum(currency), currency)


def test_every_currency_of_stripes_is_known():
    assert money.CURRENCIES <= currencies.KNOWN
    assert not currencies.MINIMUM.keys() & currencies.CAUTIOUS_MINIMUM.keys()


def test_the_rule_for_a_price_is_a_sentence():
    assert currencies.describe_price("kwd") == (
        "The price must be 0, or from 0.500 KWD to 99,999.990 KWD, in steps of 0.010 KWD."
    )
    assert currencies.describe_price("idr") == (
        "The price must be 0, or from 0.50 IDR to 9,999,999,999.99 IDR."
    )
