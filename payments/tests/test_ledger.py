"""The books: what is booked when, that it always balances, and that a mismatch is found."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms import currencies
from payments.fulfilment.sync import sync_order
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot
from payments.ledger import bookings
from payments.ledger.audit import audit_order, audit_orders
from payments.ledger.bookings import REVENUE, TAX, split, split_reversal
from payments.models import AppendOnly, LedgerEntry, Order, Refund

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


# --- Sharing out ----------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.integers(0, 10**10), st.dictionaries(st.text(max_size=3), st.integers(0, 10**9), min_size=1)
)
def test_the_parts_of_a_split_are_the_whole(amount, weights):
    if not sum(weights.values()):
        amount = 0
    shares = split(amount, weights)
    assert sum(shares.values()) == amount
    assert shares.keys() == weights.keys()


@settings(deadline=None)
@given(st.integers(0, 10**10), st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_no_share_is_a_whole_unit_away_from_its_exact_part(amount, weights):
    total = sum(weights)
    if not total:
        return
    shares = split(amount, dict(enumerate(weights)))
    for index, weight in enumerate(weights):
        assert abs(shares[index] * total - amount * weight) < total


@settings(deadline=None)
@given(amounts(), st.integers(0, 100))
def test_both_shares_of_every_price_in_every_currency_make_the_price(price, percent):
    amount, _ = price
    shares = split(amount, {"instructor": percent, REVENUE: 100 - percent})
    assert shares["instructor"] + shares[REVENUE] == amount
    assert all(share >= 0 for share in shares.values())


@settings(deadline=None)
@given(amounts(), st.integers(0, 100), st.integers(0, 30), st.lists(st.integers(1, 10**8)))
def test_all_partial_refunds_together_reverse_the_split_exactly(price, percent, tax_rate, parts):
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


def test_what_exceeds_a_sale_is_our_own_loss():
    assert split_reversal(150, {"instructor": 70, REVENUE: 30}, "disputes") == {
        "instructor": 70,
        "disputes": 80,
    }


# --- Booking --------------------------------------------------------------------------------------------------


@pytest.fixture
def sold(db, student, course):
    """A paid and booked order over 49.99 dollars, 3.33 of it tax."""
    order = Order.objects.create(
        user=student,
        course=course,
        status=Order.Status.PAID,
        list_amount=4666,
        tax_amount=333,
        total_amount=4999,
        currency="usd",
        paid_at=course.published_at,
    )
    assert bookings.book_sale(order)
    return order


def booked(**wanted):
    return {line.account: line.amount for line in LedgerEntry.objects.filter(**wanted)}


def refund(order, amount, **fields):
    """Make and book a refund, as a sync does."""
    row = Refund.objects.create(order=order, amount=amount, status="succeeded", **fields)
    order.note(refunded_amount=order.refunded_amount + amount)
    assert bookings.book_refund(row)
    return row


def dispute(*movements, amount=4999):
    moved = tuple(BalanceTransaction(f"txn_{value}", value, fee, "usd") for value, fee in movements)
    return DisputeSnapshot("du_1", "needs_response", "fraudulent", amount, moved)


def test_a_sale_is_shared_after_tax(sold, instructor):
    assert booked() == {
        "stripe_balance": 4999,
        "tax": -333,
        f"instructor:{instructor.pk}": -3266,
        "platform_revenue": -1400,
    }


def test_a_sale_is_booked_once(sold):
    assert not bookings.book_sale(sold)
    assert LedgerEntry.objects.count() == 4


def test_the_lines_of_a_booking_are_of_one_moment(sold):
    assert len(set(LedgerEntry.objects.values_list("created_at", flat=True))) == 1


def test_a_fee_is_booked_in_the_currency_of_the_movement(sold):
    assert bookings.book_fee(sold, BalanceTransaction("txn_1", 4999, 175, "eur"))
    assert booked(currency="eur") == {"stripe_fees": 175, "stripe_balance": -175}


def test_a_failed_refund_is_booked_back(sold):
    row = refund(sold, 1000)
    assert bookings.book_failed_refund(row)
    assert not bookings.book_failed_refund(row)
    undone = booked(kind="refund_failed")
    assert undone == {account: -amount for account, amount in booked(kind="refund").items()}


def test_a_refund_that_was_never_booked_is_not_booked_back(sold):
    row = Refund.objects.create(order=sold, amount=1000, status="failed")
    assert not bookings.book_failed_refund(row)


def test_a_refund_of_what_was_never_booked_is_none(sold, other_student):
    other = Order.objects.create(
        user=other_student, course=sold.course, list_amount=1, total_amount=1, currency="usd"
    )
    row = Refund.objects.create(order=other, amount=1)
    assert not bookings.book_refund(row)


def test_a_dispute_takes_its_fee_and_the_shares_and_gives_back_the_shares(sold, instructor):
    account = f"instructor:{instructor.pk}"
    assert bookings.book_dispute(sold, dispute((-4999, 1500)))
    assert booked(kind="dispute_fee") == {"stripe_fees": 1500, "stripe_balance": -1500}
    assert booked(kind="dispute") == {
        "stripe_balance": -4999,
        "tax": 333,
        account: 3266,
        "disputes": 1400,
    }
    # Stripe lists the movements in no certain order.
    assert bookings.book_dispute(sold, dispute((4999, 0), (-4999, 1500)))
    assert (
        sum(LedgerEntry.objects.filter(account=account).values_list("amount", flat=True)) == -3266
    )
    assert not bookings.book_dispute(sold, dispute((4999, 0), (-4999, 1500)))


def test_a_movement_of_nothing_but_a_fee_gives_no_shares_back(sold):
    bookings.book_dispute(sold, dispute((-4999, 1500)))
    assert bookings.book_dispute(sold, dispute((-4999, 1500), (0, 500)))
    assert not LedgerEntry.objects.filter(kind="dispute_reinstated").exists()


@pytest.mark.django_db
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    price=amounts(),
    tax_rate=st.integers(0, 25),
    steps=st.lists(st.tuples(st.integers(1, 100), st.booleans()), max_size=4),
)
def test_the_books_balance_and_agree_whatever_is_refunded_and_fails(
    student, course, price, tax_rate, steps
):
    amount, currency = price
    Order.objects.filter(user=student).update(status=Order.Status.EXPIRED)
    order = Order.objects.create(
        user=student,
        course=course,
        status=Order.Status.PAID,
        list_amount=amount,
        tax_amount=amount * tax_rate // 100,
        total_amount=amount,
        currency=currency,
        paid_at=course.published_at,
    )
    bookings.book_sale(order)
    for percent, fails in steps:
        left = order.total_amount - order.refunded_amount
        if part := left * percent // 100:
            row = refund(order, part)
            if fails:
                Refund.objects.filter(pk=row.pk).update(status="failed")
                bookings.book_failed_refund(row)
                order.note(refunded_amount=order.refunded_amount - part)
        assert audit_order(order.pk) == []
    if rest := order.total_amount - order.refunded_amount:
        refund(order, rest)
    assert audit_order(order.pk) == []
    for account in ["tax", bookings.instructor_account(course.instructor_id)]:
        lines = LedgerEntry.objects.filter(order=order, account=account)
        assert sum(lines.values_list("amount", flat=True)) == 0


# --- Append-only ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.save(),
        lambda line: line.delete(),
        lambda line: LedgerEntry.objects.update(amount=1),
        lambda line: LedgerEntry.objects.filter(pk=line.pk).delete(),
        lambda line: LedgerEntry.objects.bulk_update([line], ["amount"]),
        lambda line: LedgerEntry.objects.update_or_create(
            defaults={"amount": 1}, source=line.source, kind=line.kind, account=line.account
        ),
    ],
    ids=["save", "delete", "update", "delete of some", "update in bulk", "update or create"],
)
def test_a_line_is_never_changed(sold, change):
    line = LedgerEntry.objects.first()
    line.amount = 1
    with pytest.raises(AppendOnly):
        change(line)
    assert LedgerEntry.objects.filter(amount=1).count() == 0
    assert LedgerEntry.objects.count() == 4


def test_there_is_no_permission_but_to_look():
    assert LedgerEntry._meta.default_permissions == ("view",)


# --- The proof against the orders -------------------------------------------------------------------------------


def tamper(match, change):
    """Change what the model does not let anybody change."""
    lines = connection.get_collection(LedgerEntry._meta.db_table)
    assert lines.update_many(match, change).modified_count


def found(order):
    return "; ".join(audit_order(order.pk))


def test_books_that_agree_are_proven(shop, bought, capsys):
    call_command("ledger", "--check")
    printed = capsys.readouterr().out
    assert "The ledger agrees with all 1 orders." in printed
    assert "-34.99 USD" in printed
    assert [line.split()[1:] for line in printed.splitlines() if line.startswith("total")] == [
        ["0.00", "USD"]
    ]


def test_a_mismatch_is_printed_and_ends_in_an_error(sold, capsys):
    tamper({"account": "tax"}, {"$inc": {"amount": 1}})
    with pytest.raises(CommandError, match="disagrees with 1 of 1 orders"):
        call_command("ledger", "--check")
    assert f"order {sold.pk}: sale {sold.pk} is out of balance by 1" in capsys.readouterr().out


def test_nothing_at_all_agrees(db, capsys):
    call_command("ledger", "--check")
    assert "all 0 orders" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("match", "change", "problem"),
    [
        ({"account": "tax"}, {"$inc": {"amount": 5}}, "out of balance by 5"),
        ({"account": "tax"}, {"$set": {"currency": "eur"}}, "several moments or currencies"),
        ({}, {"$set": {"currency": "eur"}}, "another currency than usd"),
        ({}, {"$mul": {"amount": 2}}, "booked as 9998, paid 4999"),
    ],
)
def test_a_line_that_was_tampered_with_is_found(sold, match, change, problem):
    tamper(match, change)
    assert problem in found(sold)


def test_a_line_of_another_moment_is_found(sold):
    line = LedgerEntry.objects.get(account="tax")
    later = line.created_at.replace(year=2040)
    tamper({"account": "tax"}, {"$set": {"created_at": later}})
    assert "several moments" in found(sold)
    assert "2040" in found(sold)


def test_a_sale_that_is_not_booked_is_found(sold):
    connection.get_collection(LedgerEntry._meta.db_table).delete_many({})
    assert found(sold) == "paid, but its sale is not booked"


def test_a_booking_of_what_was_not_paid_is_found(sold):
    Order.objects.update(paid_at=None)
    assert found(sold) == "booked, but not paid"


def test_a_refund_that_is_not_booked_is_found(sold):
    row = Refund.objects.create(order=sold, amount=100, status="pending")
    sold.note(refunded_amount=100)
    assert f"refund {row.pk} is 100, booked 0" in found(sold)


def test_a_booked_refund_that_failed_is_found(sold):
    row = refund(sold, 100)
    Refund.objects.filter(pk=row.pk).update(status="failed")
    assert f"refund {row.pk} is 0, booked 100" in found(sold)


def test_an_order_that_says_another_refunded_amount_is_found(sold):
    refund(sold, 100)
    sold.note(refunded_amount=99)
    assert found(sold) == "refunded 99, booked 100"


def test_lines_of_an_order_that_is_gone_are_found(sold):
    connection.get_collection(Order._meta.db_table).delete_many({})
    assert [each.problems for each in audit_orders()] == [["booked, but the order does not exist"]]


def test_more_orders_than_a_page_are_all_looked_at(monkeypatch, sold, other_student, instructor):
    monkeypatch.setattr("payments.ledger.audit.PAGE_SIZE", 2)
    for user in (other_student, instructor):
        order = Order.objects.create(
            user=user, course=sold.course, list_amount=10, total_amount=10, currency="usd",
            status="paid", paid_at=sold.paid_at,
        )  # fmt: skip
        bookings.book_sale(order)
    looked_at = [each.order_id for each in audit_orders()]
    assert looked_at == sorted(Order.objects.values_list("pk", flat=True))
    connection.get_collection(Order._meta.db_table).delete_one({"_id": looked_at[0]})
    assert [bool(each.problems) for each in audit_orders()] == [True, False, False]


def test_a_whole_story_at_stripe_is_booked_as_it_was_paid(shop, bought):
    intent = bought.payment_intent_id
    shop.control("refunds", payment_intent=intent, amount=1000)
    shop.control("refunds", payment_intent=intent, amount=333)
    order = sync_order(Order.objects.get())
    assert audit_order(order.pk) == []
    shop.control("disputes", payment_intent=intent)
    shop.control("disputes", payment_intent=intent, close="won")
    order = sync_order(order)
    assert audit_order(order.pk) == []
    shop.control("refunds", payment_intent=intent)
    order = sync_order(order)
    assert audit_order(order.pk) == []
    at_stripe = sum(each["net"] for each in shop.all("balance_transactions"))
    assert (
        sum(LedgerEntry.objects.filter(account="stripe_balance").values_list("amount", flat=True))
        == at_stripe
    )
