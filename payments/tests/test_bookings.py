"""Bookings: what is booked when, in which shares, and that a line is never changed."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.mongodb.transaction import atomic
from payments.fulfilment.sync import sync_order
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot
from payments.ledger import bookings
from payments.ledger.audit import audit_order
from payments.models import AppendOnly, LedgerEntry, Order, Refund
from payments.tests.bookings import booked, refund, sell
from payments.tests.strategies import amounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(student, course):
    return sell(student, course)


def dispute(*changes, amount=4999):
    transactions = tuple(
        BalanceTransaction(f"txn_{value}", value, fee, "usd") for value, fee in changes
    )
    return DisputeSnapshot("du_1", "needs_response", "fraudulent", amount, transactions)


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


def test_the_lines_of_a_booking_have_one_moment(sold):
    assert len(set(LedgerEntry.objects.values_list("created_at", flat=True))) == 1


def test_a_fee_is_booked_in_the_currency_of_stripes_transaction(sold):
    assert bookings.book_fee(sold, BalanceTransaction("txn_1", 4999, 175, "eur"))
    assert booked(currency="eur") == {"stripe_fees": 175, "stripe_balance": -175}


def test_a_payment_for_which_stripe_keeps_nothing_has_no_fee(sold):
    assert not bookings.book_fee(sold, BalanceTransaction("txn_1", 4999, 0, "usd"))
    assert not LedgerEntry.objects.filter(kind="fee").exists()


def test_what_does_not_balance_is_not_booked(sold):
    lines = {bookings.BALANCE: -100, bookings.REFUNDS: 99}
    with pytest.raises(ValueError, match="The booking refund of re_1 does not balance"):
        bookings._book(sold, bookings.Kind.REFUND, "re_1", lines)
    assert not LedgerEntry.objects.filter(kind="refund").exists()


def test_a_reversal_takes_from_the_sale_of_its_own_order_only(sold, other_student):
    other = sell(other_student, sold.course)
    refund(other, 4999)
    refund(sold, 4999)
    taken = {order.pk: booked(order=order, kind="refund") for order in (sold, other)}
    assert taken[sold.pk] == taken[other.pk]
    assert taken[sold.pk] == {
        "stripe_balance": -4999,
        "tax": 333,
        f"instructor:{sold.course.instructor_id}": 3266,
        "refunds": 1400,
    }


def test_what_stripe_returns_of_its_fees_is_nobodys_share(sold):
    assert bookings.book_fee(sold, BalanceTransaction("txn_1", 0, -100, "usd"))
    refund(sold, 4999)
    assert "stripe_fees" not in booked(kind="refund")


def test_what_a_bank_takes_after_the_refund_of_a_whole_sale_is_our_loss(sold):
    refund(sold, 4999)
    for number in (1, 2):
        assert bookings.book_dispute(sold, replace(dispute((-4999, 0)), id=f"du_{number}"))
    assert booked(kind="dispute", source="du_2") == {"stripe_balance": -4999, "disputes": 4999}
    row = Refund.objects.create(order=sold, amount=100, status="succeeded")
    assert bookings.book_refund(row)
    assert booked(source=str(row.pk)) == {"stripe_balance": -100, "refunds": 100}


def test_a_failed_refund_is_booked_back_once(sold):
    row = refund(sold, 1000)
    assert bookings.book_failed_refund(row)
    assert not bookings.book_failed_refund(row)
    undone = booked(kind="refund_failed")
    assert undone == {account: -amount for account, amount in booked(kind="refund").items()}


def test_only_the_refund_that_failed_is_booked_back(sold):
    failed, _ = refund(sold, 1000), refund(sold, 300)
    assert bookings.book_failed_refund(failed)
    undone = booked(kind="refund_failed")
    taken = booked(kind="refund", source=str(failed.pk))
    assert undone == {account: -amount for account, amount in taken.items()}


def test_a_refund_that_is_not_booked_is_not_booked_back(sold):
    row = Refund.objects.create(order=sold, amount=1000, status="failed")
    assert not bookings.book_failed_refund(row)


def test_a_refund_of_an_order_without_a_sale_is_not_booked(sold, other_student):
    other = Order.objects.create(
        user=other_student, course=sold.course, list_amount=1, total_amount=1, currency="usd"
    )
    row = Refund.objects.create(order=other, amount=1)
    assert not bookings.book_refund(row)


def test_a_dispute_takes_fee_and_shares_and_returns_the_shares_when_won(sold, instructor):
    account = f"instructor:{instructor.pk}"
    assert bookings.book_dispute(sold, dispute((-4999, 1500)))
    assert booked(kind="dispute_fee") == {"stripe_fees": 1500, "stripe_balance": -1500}
    assert booked(kind="dispute") == {
        "stripe_balance": -4999,
        "tax": 333,
        account: 3266,
        "disputes": 1400,
    }
    # Stripe lists the transactions in any order.
    assert bookings.book_dispute(sold, dispute((4999, 0), (-4999, 1500)))
    assert (
        sum(LedgerEntry.objects.filter(account=account).values_list("amount", flat=True)) == -3266
    )
    assert not bookings.book_dispute(sold, dispute((4999, 0), (-4999, 1500)))


def test_a_transaction_of_only_a_fee_returns_no_shares(sold):
    bookings.book_dispute(sold, dispute((-4999, 1500)))
    assert bookings.book_dispute(sold, dispute((-4999, 1500), (0, 500)))
    assert not LedgerEntry.objects.filter(kind="dispute_reinstated").exists()


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    price=amounts(),
    tax_rate=st.integers(0, 25),
    steps=st.lists(st.tuples(st.integers(1, 100), st.booleans()), max_size=4),
)
def test_the_ledger_balances_and_agrees_whatever_is_refunded_or_fails(
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
                atomic(order.note)(refunded_amount=order.refunded_amount - part)
        assert audit_order(order.pk) == []
    if rest := order.total_amount - order.refunded_amount:
        refund(order, rest)
    assert audit_order(order.pk) == []
    for account in ["tax", bookings.instructor_account(course.instructor_id)]:
        lines = LedgerEntry.objects.filter(order=order, account=account)
        assert sum(lines.values_list("amount", flat=True)) == 0


def test_the_balance_is_the_same_as_at_stripe_after_refunds_and_a_dispute(shop, bought):
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
    at_stripe = sum(each["net"] for each in shop.list_all("balance_transactions"))
    assert (
        sum(LedgerEntry.objects.filter(account="stripe_balance").values_list("amount", flat=True))
        == at_stripe
    )


# --- Append-only


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


def test_the_only_permission_is_to_view():
    assert LedgerEntry._meta.default_permissions == ("view",)
