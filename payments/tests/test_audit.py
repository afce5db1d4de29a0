"""The audit: every disagreement of ledger and orders is found."""

import pytest
from bson import ObjectId
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import post_init

from lms.mongodb.transaction import atomic
from payments.gateway.snapshots import BalanceTransaction
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


TAX, BALANCE = {"account": "tax"}, {"account": "stripe_balance"}
EUR = {"$set": {"currency": "eur"}}


@pytest.mark.parametrize(
    ("match", "change", "found"),
    [
        (
            TAX,
            {"$inc": {"amount": 5}},
            [
                "sale ID is out of balance by 5",
                "out of balance by 5 usd at THEN",
                "tax is booked as 328, was 333",
            ],
        ),
        (
            TAX,
            EUR,
            [
                "the lines of sale ID have several moments or currencies",
                "out of balance by -333 eur at THEN",
                "out of balance by 333 usd at THEN",
                "booked in another currency than usd",
            ],
        ),
        ({}, EUR, ["booked in another currency than usd"]),
        (
            {},
            {"$mul": {"amount": 2}},
            ["booked as 9998, paid 4999", "tax is booked as 666, was 333"],
        ),
        (TAX, {"$set": {"course": ObjectId("f" * 24)}}, ["booked for another course"]),
        (BALANCE, {"$set": {"account": "refunds"}}, ["booked as 0, paid 4999"]),
        (TAX, {"$set": {"account": "disputes"}}, ["tax is booked as 0, was 333"]),
    ],
    ids=str,
)
def test_a_changed_line_is_found(sold, match, change, found):
    [at] = set(LedgerEntry.objects.values_list("created_at", flat=True))
    tamper(match, change)
    then = f"{at:%Y-%m-%d %H:%M:%S}"
    assert problems(sold).replace(str(sold.pk), "ID").replace(then, "THEN") == "; ".join(found)


def test_a_sale_that_is_booked_twice_is_found(sold):
    lines = connection.get_collection(LedgerEntry._meta.db_table)
    again = [line | {"_id": ObjectId(), "source": "again"} for line in lines.find()]
    lines.insert_many(again)
    assert problems(sold).startswith("the sale is booked twice")


def test_what_was_taken_back_beyond_a_share_is_found(sold, instructor):
    refund(sold, 4999)
    account = bookings.instructor_account(instructor.pk)
    tamper({"kind": "refund", "account": account}, {"$inc": {"amount": 1}})
    tamper({"kind": "refund", "account": "refunds"}, {"$inc": {"amount": -1}})
    assert problems(sold) == f"{account} is left with -1"


def test_fees_in_another_currency_are_no_problem(sold):
    bookings.book_fee(sold, BalanceTransaction("txn_1", 4999, 175, "eur"))
    assert problems(sold) == ""


def test_an_order_that_cost_nothing_has_no_lines(sold, other_student):
    facts = {"user": other_student, "course": sold.course, "currency": "usd", "status": "paid"}
    free = Order.objects.create(**facts, list_amount=0, total_amount=0, paid_at=sold.paid_at)
    assert problems(free) == ""
    tamper({}, {"$set": {"order_id": free.pk}})
    assert problems(free) == "booked, but not paid"


def test_orders_that_agree_are_read_once(sold, commands):
    refund(sold, 100)
    with commands() as sent:
        assert [each.problems for each in audit_orders()] == [[]]
    assert len(sent) == 3


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
    atomic(sold.note)(refunded_amount=100)
    assert problems(sold) == f"refund {row.pk} is 100, booked 0; refunded 100, booked 0"


def test_a_booked_refund_that_failed_is_found(sold):
    row = refund(sold, 100)
    Refund.objects.filter(pk=row.pk).update(status="failed")
    assert problems(sold) == f"refund {row.pk} is 0, booked 100"


def test_an_order_with_another_refunded_amount_is_found(sold):
    refund(sold, 100)
    atomic(sold.note)(refunded_amount=99)
    assert problems(sold) == "refunded 99, booked 100"


def test_lines_of_a_missing_order_are_found(sold):
    connection.get_collection(Order._meta.db_table).delete_many({})
    assert [each.problems for each in audit_orders()] == [["booked, but the order does not exist"]]


@pytest.fixture
def three_orders(sold, other_student, instructor):
    """Three orders by id: two that are paid, booked and refunded in part, then one that nobody has paid."""
    facts = {"course": sold.course, "list_amount": 10, "total_amount": 10, "currency": "usd"}
    second = Order.objects.create(user=other_student, **facts, status="paid", paid_at=sold.paid_at)
    bookings.book_sale(second)
    refund(sold, 100)
    refund(second, 5)
    return [sold, second, Order.objects.create(user=instructor, **facts)]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_all_pages_of_orders_are_audited(monkeypatch, three_orders, size):
    monkeypatch.setattr("payments.ledger.audit.PAGE_SIZE", size)
    looked_at = [each.order_id for each in audit_orders()]
    assert looked_at == [order.pk for order in three_orders]
    connection.get_collection(Order._meta.db_table).delete_one({"_id": looked_at[1]})
    assert [bool(each.problems) for each in audit_orders()] == [False, True, False]


@pytest.mark.parametrize("model", [Order, LedgerEntry, Refund])
def test_each_page_reads_its_own_rows_only(monkeypatch, three_orders, model):
    monkeypatch.setattr("payments.ledger.audit.PAGE_SIZE", 1)
    read = []

    def note(instance, **_):
        read.append(instance.pk)

    post_init.connect(note, sender=model)
    try:
        list(audit_orders())
    finally:
        post_init.disconnect(note, sender=model)
    assert sorted(read) == sorted(model.objects.values_list("pk", flat=True))
