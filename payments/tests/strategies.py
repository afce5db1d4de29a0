"""Amounts for property tests."""

from hypothesis import strategies as st

from lms import currencies

CURRENCIES = sorted(
    currencies.ZERO_DECIMAL
    | currencies.THREE_DECIMAL
    | currencies.HUNDREDS
    | set(currencies.MINIMUM)
)


@st.composite
def amounts(draw):
    """An amount that can be charged in some currency."""
    currency = draw(st.sampled_from(CURRENCIES))
    step = currencies.step(currency)
    lowest = -(-currencies.minimum(currency) // step)
    return step * draw(st.integers(lowest, 99_999_999 // step)), currency
