"""The division of amounts into shares: nothing is lost, whatever the amount, currency and weights."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.ledger.bookings import REVENUE, TAX, split, split_reversal
from payments.tests.strategies import amounts


@settings(deadline=None)
@given(
    st.integers(0, 10**10), st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), min_size=1)
)
def test_shares_add_up_to_the_amount(amount, weights):
    if not sum(weights.values()):
        amount = 0
    shares = split(amount, weights)
    assert sum(shares.values()) == amount
    assert shares.keys() == weights.keys()


@settings(deadline=None)
@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_each_share_is_less_than_one_unit_from_its_exact_value(amount, weights):
    total = sum(weights)
    if not total:
        return
    shares = split(amount, dict(enumerate(weights)))
    for index, weight in enumerate(weights):
        assert abs(shares[index] * total - amount * weight) < total


@settings(deadline=None)
@given(amounts(), st.integers(0, 100))
def test_the_shares_of_every_price_in_every_currency_add_up_to_the_price(price, percent):
    amount, _ = price
    shares = split(amount, {"instructor": percent, REVENUE: 100 - percent})
    assert shares["instructor"] + shares[REVENUE] == amount
    assert all(share >= 0 for share in shares.values())


@settings(deadline=None)
@given(amounts(), st.integers(0, 100), st.integers(0, 30), st.lists(st.integers(1, 10**8)))
def test_all_partial_refunds_together_reverse_the_shares_exactly(price, percent, tax_rate, parts):
    amount, _ = price
    tax = amount * tax_rate // 130
    sold = {TAX: tax, **split(amount - tax, {"instructor": percent, REVENUE: 100 - percent})}
    left, given_back = dict(sold), Counter()
    for part in [*parts, amount]:
        part = min(part, sum(left.values()))
        taken = split_reversal(part, left, "refunds")
        assert sum(taken.values()) == part
        assert min(taken.values()) >= 0
        given_back.update(taken)
        ours = {REVENUE: taken.pop("refunds")}
        left = {name: share - (taken | ours)[name] for name, share in left.items()}
    assert given_back["refunds"] == sold.pop(REVENUE)
    assert {name: given_back[name] for name in sold} == sold


def test_the_unit_that_is_left_goes_to_the_largest_remainder_and_in_a_tie_to_the_first():
    assert split(10, {"instructor": 34, REVENUE: 66}) == {"instructor": 3, REVENUE: 7}
    assert split(10, {"instructor": 66, REVENUE: 34}) == {"instructor": 7, REVENUE: 3}
    assert split(1, {"instructor": 50, REVENUE: 50}) == {"instructor": 1, REVENUE: 0}
    assert split(1, {REVENUE: 50, "instructor": 50}) == {REVENUE: 1, "instructor": 0}


def test_who_has_no_weight_has_no_share():
    assert split(0, {"instructor": 0, REVENUE: 0}) == {"instructor": 0, REVENUE: 0}


def test_what_exceeds_a_sale_is_our_loss():
    assert split_reversal(150, {"instructor": 70, REVENUE: 30}, "disputes") == {
        "instructor": 70,
        "disputes": 80,
    }
    assert split_reversal(150, {"instructor": 100}, "refunds") == {"instructor": 100, "refunds": 50}
