"""Amounts for property tests."""

from hypothesis import strategies as st

from lms import currencies


@st.composite
def amounts(draw):
    """An amount that can be charged in some currency."""
    currency = draw(st.sampled_from(sorted(currencies.KNOWN)))
    step = currencies.step(currency)
    lowest = -(-currencies.minimum(currency) // step)
    return step * draw(st.integers(lowest, currencies.maximum(currency) // step)), currency
