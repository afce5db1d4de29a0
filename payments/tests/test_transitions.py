"""An order changes only along its transitions, one change at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError

from lms.mongodb.transaction import atomic
from payments.exceptions import Contention
from payments.models import LIVE, TRANSITIONS, Order
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

Status = Order.Status

CHANGES = {
    "created": lambda order: order.restart(),
    "pending": lambda order: order.await_payment("cs_1", "https://pay.test"),
    "processing": lambda order: order.process(),
    "paid": lambda order: order.pay(),
    "expired": lambda order: order.expire(),
    "canceled": lambda order: order.cancel(),
    "failed": lambda order: order.fail(),
    "needs_review": lambda order: order.review("Look."),
    "partially_refunded": lambda order: order.adjust(Status.PARTIALLY_REFUNDED, 1),
    "refunded": lambda order: order.adjust(Status.REFUNDED, 4999),
    "disputed": lambda order: order.adjust(Status.DISPUTED, 0),
    "charged_back": lambda order: order.adjust(Status.CHARGED_BACK, 0),
}
EXPECTED = {
    "created": "created pending processing paid expired canceled failed",
    "pending": "created processing paid expired canceled failed",
    "processing": "paid failed",
    "expired": "paid",
    "canceled": "paid",
    "failed": "paid",
    "paid": "partially_refunded refunded disputed charged_back",
    "partially_refunded": "partially_refunded paid refunded disputed charged_back",
    "refunded": "refunded paid partially_refunded",
    "disputed": "disputed paid partially_refunded refunded charged_back",
    "charged_back": "charged_back paid partially_refunded refunded disputed",
    "needs_review": "paid refunded charged_back",
}


def test_each_state_has_its_transitions():
    assert set(CHANGES) == set(EXPECTED) == set(Status) == set(TRANSITIONS)


@pytest.mark.parametrize("before", EXPECTED)
def test_a_state_leads_to_its_successors_only(before):
    reached = set()
    for after, change in CHANGES.items():
        order = OrderFactory(status=before)
        try:
            atomic(change)(order)
        except Contention:
            order.refresh_from_db()
            assert (order.status, order.version) == (before, 0)
        else:
            reached.add(after)
            saved = Order.objects.get(pk=order.pk)
            assert saved.status == order.status == after
            assert saved.version == order.version == 1
    review = {"needs_review"} if before != "needs_review" else set()
    assert reached == set(EXPECTED[before].split()) | review


def test_an_order_that_was_changed_since_it_was_read_is_not_changed():
    order = OrderFactory(status="pending")
    stale = Order.objects.get(pk=order.pk)
    order.note(attention="Look.")
    with pytest.raises(Contention):
        stale.pay()
    order.refresh_from_db()
    assert order.status == "pending"


@pytest.mark.django_db(transaction=True)
def test_of_many_changes_at_once_one_succeeds():
    order = OrderFactory(status="pending")
    copies = [Order.objects.get(pk=order.pk) for _ in range(10)]

    def pay(copy):
        try:
            copy.pay()
        except Contention:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(pay, copies)) == 1


@pytest.mark.parametrize("status", LIVE)
def test_a_person_has_one_live_order_per_course(status):
    order = OrderFactory(status=status)
    with pytest.raises(IntegrityError):
        OrderFactory(user=order.user, course=order.course, status="pending")


def test_ended_orders_allow_another_order():
    order = OrderFactory(status="refunded")
    for status in set(Status) - set(LIVE):
        OrderFactory(user=order.user, course=order.course, status=status)
    OrderFactory(user=order.user, course=order.course)
    assert Order.objects.live(order.user_id, order.course_id).count() == 1
