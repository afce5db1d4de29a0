"""The audit: every disagreement of ledger and orders is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from payments.ledger import bookings
from payments.ledger.audit import audit_order, audit_orders
from payments.models import LedgerEntry, Order, Refund
from payments.tests.bookings import refund, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(student, course):
    return sell(student, course)


def tamper(match, change):
    """Change lines in the database: the model does not allow it."""
    lines = connection.get_collection(LedgerEntry._meta.db_table)
    assert lines.update_many(match, change).modified_count


def problems(order):
    return "; ".join(audit_order(order.pk))


def test_the_command_confirms_a_ledger_that_agrees(shop, bought, capsys):
    call_command("ledger", "--check")
    printed = capsys.readouterr().out
    assert "The ledger agrees with all 1 orders." in printed
    assert "-34.99 USD" in printed
    assert [line.split()[1:] for line in printed.splitlines() if line.startswith("total")] == [
        ["0.00", "USD"]
    ]


def test_the_command_prints_a_problem_and_fails(sold, capsys):
    tamper({"account": "tax"}, {"$inc": {"amount": 1}})
    with pytest.raises(CommandError, match="disagrees with 1 of 1 orders"):
        call_command("ledger", "--check")
    assert f"order {sold.pk}: sale {sold.pk} is out of balance by 1" in capsys.readouterr().out


def test_an_empty_ledger_agrees_with_no_orders(db, capsys):
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
def test_a_changed_line_is_found(sold, match, change, problem):
    tamper(match, change)
    assert problem in problems(sold)


def test_a_line_of_another_moment_is_found(sold):
    line = LedgerEntry.objects.get(account="tax")
    later = line.created_at.replace(year=2040)
    tamper({"account": "tax"}, {"$set": {"created_at": later}})
    assert "several moments" in problems(sold)
    assert "2040" in problems(sold)


def test_a_sale_that_is_not_booked_is_found(sold):
    connection.get_collection(LedgerEntry._meta.db_table).delete_many({})
    assert problems(sold) == "paid, but its sale is not booked"


def test_a_booking_of_an_unpaid_order_is_found(sold):
    Order.objects.update(paid_at=None)
    assert problems(sold) == "booked, but not paid"


def test_a_refund_that_is_not_booked_is_found(sold):
    row = Refund.objects.create(order=sold, amount=100, status="pending")
    sold.note(refunded_amount=100)
    assert f"refund {row.pk} is 100, booked 0" in problems(sold)


def test_a_booked_refund_that_failed_is_found(sold):
    row = refund(sold, 100)
    Refund.objects.filter(pk=row.pk).update(status="failed")
    assert f"refund {row.pk} is 0, booked 100" in problems(sold)


def test_an_order_with_another_refunded_amount_is_found(sold):
    refund(sold, 100)
    sold.note(refunded_amount=99)
    assert problems(sold) == "refunded 99, booked 100"


def test_lines_of_a_missing_order_are_found(sold):
    connection.get_collection(Order._meta.db_table).delete_many({})
    assert [each.problems for each in audit_orders()] == [["booked, but the order does not exist"]]


def test_all_pages_of_orders_are_audited(monkeypatch, sold, other_student, instructor):
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
