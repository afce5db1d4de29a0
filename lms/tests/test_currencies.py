import pytest

from lms import currencies


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
    [(0, "usd"), (50, "usd"), (30, "gbp"), (50, "jpy"), (510, "kwd"), (100, "isk"), (50, "cop")],
)
def test_what_can_be_charged(amount, currency):
    assert currencies.is_chargeable(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(49, "usd"), (29, "gbp"), (49, "jpy"), (515, "kwd"), (490, "kwd"), (150, "isk")],
)
def test_what_is_too_little_or_in_between_the_steps(amount, currency):
    assert not currencies.is_chargeable(amount, currency)
