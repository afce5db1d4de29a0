"""Refunds, and the access that ends with them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.tests.factories import LectureFactory, SectionFactory
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll
from payments.exceptions import Contention, NotRefundable, RefundDelayed
from payments.fulfilment.sync import _settle_if_unchanged, sync_order
from payments.gateway import client
from payments.models import LedgerEntry, Order, Refund
from payments.refunds import refund_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(client_of, student, bought):
    """Request a refund as the student."""

    def click(**body):
        client = client_of(student)
        client.raise_request_exception = False
        return client.post(f"/api/v1/payments/orders/{bought.pk}/refund", body)

    return click


def code(answer):
    return answer.json()["errors"][0]["code"]


def intent(shop):
    return shop.list_all("payment_intents")[0]["id"]


# --- Requested by the student


def test_a_student_is_refunded_and_loses_access(shop, ask, bought, student, course):
    answer = ask(reason="Not what I thought")
    assert answer.status_code == 202
    assert answer.json()["status"] == "refunded"
    assert answer.json()["refunded_amount"] == {"amount": 4999, "currency": "usd"}
    assert not is_enrolled(student.pk, course.pk)
    row = Refund.objects.get()
    assert (row.amount, row.status, row.reason) == (4999, "succeeded", "Not what I thought")
    [refund] = shop.list_all("refunds")
    assert refund["id"] == row.stripe_refund_id
    assert refund["metadata"] == {"order": str(bought.pk), "refund": str(row.pk)}


def test_the_refunds_id_is_its_key_and_its_webhook_creates_no_second_row(shop, ask, bought):
    ask()
    row = Refund.objects.get()
    [asked] = shop.list_requests("/v1/refunds")
    assert asked["headers"]["idempotency-key"] == f"refund-{row.pk}"
    assert set(shop.deliver_all()) == {200}
    assert Refund.objects.get().pk == row.pk


def test_the_webhook_may_arrive_before_the_response(shop, bought, student, course):
    """Stripe's response was lost, and the event arrives before our next request."""
    row = Refund.objects.create(order=bought, amount=4999)
    shop.control("refunds", payment_intent=intent(shop), amount=1)
    fields = {
        "payment_intent": intent(shop),
        "amount": "4998",
        "metadata[refund]": str(row.pk),
        "metadata[order]": str(bought.pk),
        "reason": "requested_by_customer",
    }
    stripe_refund = shop.create("refunds", **fields)
    shop.deliver_all("refund.created")
    row.refresh_from_db()
    assert row.stripe_refund_id == stripe_refund["id"]
    assert Refund.objects.count() == 2
    assert Order.objects.get().status == "refunded"


def test_a_repeated_request_changes_nothing(shop, ask):
    assert ask().status_code == 202
    assert ask().json()["status"] == "refunded"
    assert len(shop.list_all("refunds")) == Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_requests_at_once_refund_once(shop, ask):
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: ask().status_code, range(5)))
    assert answers == [202] * 5
    assert len(shop.list_all("refunds")) == Refund.objects.count() == 1


def test_after_two_weeks_the_refund_window_is_closed(ask, shop):
    Order.objects.update(paid_at=timezone.now() - timedelta(days=14, seconds=1))
    answer = ask()
    assert (answer.status_code, code(answer)) == (409, "refund_window_closed")
    assert shop.list_all("refunds") == []


def test_after_a_third_of_the_course_the_refund_window_is_closed(ask, student, course):
    lectures = LectureFactory.create_batch(10, section=SectionFactory(course=course))
    studied = Enrollment.objects.filter(user=student, course=course)
    studied.update(completed_lectures=[lecture.pk for lecture in lectures[:3]])
    assert code(ask()) == "refund_window_closed"
    studied.update(completed_lectures=[lecture.pk for lecture in lectures[:2]])
    assert ask().status_code == 202


@pytest.mark.parametrize("status", ["pending", "expired", "failed", "disputed", "charged_back"])
def test_an_order_that_is_not_paid_is_not_refundable(ask, status):
    Order.objects.update(status=status)
    assert code(ask()) == "not_refundable"


def test_a_free_order_is_not_refundable(ask):
    Order.objects.update(total_amount=0, payment_intent_id=None)
    assert code(ask()) == "not_refundable"


def test_another_persons_order_is_404(client_of, other_student, bought):
    answer = client_of(other_student).post(f"/api/v1/payments/orders/{bought.pk}/refund")
    assert answer.status_code == 404


def test_while_stripe_is_unavailable_the_refund_is_kept_for_the_next_request(
    shop, ask, student, course
):
    shop.fault("status")
    answer = ask()
    assert (answer.status_code, code(answer)) == (503, "payment_provider_unavailable")
    row = Refund.objects.get()
    assert row.status == "requested"
    assert is_enrolled(student.pk, course.pk)
    shop.fault("none")
    assert ask().json()["status"] == "refunded"
    assert {each["headers"]["idempotency-key"] for each in shop.list_requests("/v1/refunds")} == {
        f"refund-{row.pk}"
    }
    assert Refund.objects.get().stripe_refund_id


def test_a_lost_response_refunds_once(shop, ask):
    shop.fault("lose", count=3)
    assert ask().status_code == 503
    assert ask().status_code == 202
    assert len(shop.list_all("refunds")) == Refund.objects.count() == 1


# --- Made by staff, in parts


def test_a_partial_refund_keeps_access_and_the_last_part_ends_it(shop, bought, student, course):
    order = refund_order(bought, amount=1000)
    assert (order.status, order.refunded_amount) == ("partially_refunded", 1000)
    assert is_enrolled(student.pk, course.pk)
    order = refund_order(order)
    assert (order.status, order.refunded_amount) == ("refunded", 4999)
    assert not is_enrolled(student.pk, course.pk)


@pytest.mark.parametrize("amount", [0, 5000, 10**9])
def test_more_than_is_left_is_not_refundable(shop, bought, amount):
    with pytest.raises(NotRefundable):
        refund_order(bought, amount=amount)
    refund_order(bought, amount=4000)
    with pytest.raises(NotRefundable):
        refund_order(bought, amount=1000)
    assert [refund["amount"] for refund in shop.list_all("refunds")] == [4000]


@pytest.mark.django_db(transaction=True)
def test_refunds_at_once_never_exceed_what_is_left(shop, bought):
    def give(_):
        try:
            refund_order(bought, amount=2000)
        except NotRefundable:
            return 0
        return 2000

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(give, range(6))) == 4000
    assert sum(refund["amount"] for refund in shop.list_all("refunds")) == 4000


def test_a_full_refund_ends_only_the_grant_of_its_order(shop, bought, student, course):
    enroll(student.pk, course.pk, source="staff")
    assert refund_order(bought).status == "refunded"
    assert is_enrolled(student.pk, course.pk)
    [mine] = [each for each in Enrollment.objects.get().grants if each.order == bought.pk]
    assert not mine.active


# --- Made, or failed, at Stripe


def test_a_refund_from_the_dashboard_is_imported(shop, bought, student, course):
    shop.control("refunds", payment_intent=intent(shop))
    assert set(shop.deliver_all()) == {200}
    row = Refund.objects.get()
    assert (row.amount, row.status) == (4999, "succeeded")
    bought.refresh_from_db()
    assert bought.status == "refunded"
    assert not is_enrolled(student.pk, course.pk)


def test_the_rest_is_refunded_though_a_part_from_the_dashboard_was_unknown(shop, ask, bought):
    shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000)
    answer = ask()
    assert (answer.status_code, answer.json()["status"]) == (202, "refunded")
    assert sorted(refund["amount"] for refund in shop.list_all("refunds")) == [1000, 3999]


def test_what_was_refunded_in_the_dashboard_counts_as_success(shop, ask, bought):
    shop.control("refunds", payment_intent=intent(shop))
    answer = ask()
    assert answer.status_code == 202
    assert answer.json()["status"] == "refunded"
    assert sorted(Refund.objects.values_list("status", flat=True)) == ["canceled", "succeeded"]
    assert len(shop.list_all("refunds")) == 1


def test_a_failed_refund_restores_access(shop, bought, student, course):
    refund_order(bought)
    assert not is_enrolled(student.pk, course.pk)
    shop.control("refunds", refund=shop.list_all("refunds")[0]["id"], fail=True)
    assert set(shop.deliver_all()) == {200}
    bought.refresh_from_db()
    assert (bought.status, bought.refunded_amount) == ("paid", 0)
    assert Refund.objects.get().status == "failed"
    assert is_enrolled(student.pk, course.pk)
    assert not sum(
        LedgerEntry.objects.filter(kind__startswith="refund").values_list("amount", flat=True)
    )


def test_a_failed_refund_can_be_requested_again(shop, bought):
    refund_order(bought)
    shop.control("refunds", refund=shop.list_all("refunds")[0]["id"], fail=True)
    shop.deliver_all()
    assert refund_order(bought).status == "refunded"
    assert sorted(Refund.objects.values_list("status", flat=True)) == ["failed", "succeeded"]


def test_a_refund_that_fails_after_the_course_was_bought_again_is_left_to_staff(
    shop, bought, buy, student, course
):
    refund_order(bought)
    shop.pay(buy(student, course).json()["checkout_url"])
    shop.deliver_all("checkout.session.completed")
    shop.control("refunds", refund=shop.list_all("refunds")[0]["id"], fail=True)
    assert set(shop.deliver_all()) == {200}
    bought.refresh_from_db()
    assert bought.status == "needs_review"
    assert "bought again" in bought.attention
    assert is_enrolled(student.pk, course.pk)


def test_who_read_the_order_before_a_refund_was_requested_cannot_change_it(shop, bought):
    """Of two requests at once, both have read that nothing is refunded yet: only one may create its refund."""
    before = Order.objects.get(pk=bought.pk)
    shop.fault("status")
    with pytest.raises(RefundDelayed):
        refund_order(bought)
    with pytest.raises(Contention):
        before.note()


def test_an_old_snapshot_does_not_replace_a_newer_one(shop, bought):
    """Of two syncs, the one with the older snapshot settles last, and must ask Stripe again."""
    order = refund_order(bought)
    old = client.retrieve_payment(order.checkout_session_id)
    shop.control("refunds", refund=shop.list_all("refunds")[0]["id"], fail=True)
    assert sync_order(order).status == "paid"
    with pytest.raises(Contention):
        _settle_if_unchanged(order.pk, order.version, old)
    assert Order.objects.get().status == "paid"
