"""What staff see of orders, coupons and events, and what they can do with them."""

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.html import escape

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from learning.queries.enrollments import is_enrolled
from lms.models import AuditEntry
from payments.exceptions import PaymentRejected, RefundDelayed, RefundRepeated
from payments.models import Coupon, Order, Refund, StripeEvent

pytestmark = pytest.mark.django_db


def page(order, tail="change"):
    """Return the URL of an order's page."""
    return f"/admin/payments/order/{order.pk}/{tail}/"


def test_the_page_of_an_order_shows_everything_that_happened_in_its_order(
    office, shop, bought, student
):
    shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000)
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    shop.deliver_all()
    answer = office.get(page(bought))
    text = answer.content.decode()
    for word in (
        student.email,
        "49.99 USD",
        bought.payment_intent_id,
        "charge.dispute.created",
        "needs_response",
        shop.list_all("refunds")[0]["id"],
        "platform_revenue -15.00 USD",
    ):
        assert word in text, word
    assert "null</span>" not in text  # bought without a coupon
    happened = [moment.what for moment in answer.context["timeline"]]
    steps = ["Ordered", "Paid", "Access granted", "Booked: sale", "Refund", "Access revoked"]
    assert [what for what in happened if what in steps] == steps
    amounts = {moment.what: moment.amount for moment in answer.context["timeline"]}
    assert (amounts["Refund"], amounts["Dispute"]) == ("10.00 USD", "39.99 USD")
    event = StripeEvent.objects.get(type="charge.dispute.created")
    assert f"/admin/payments/stripeevent/{quote(event.pk)}/change/" in text
    assert happened.count("Booked: sale") == 1


def test_nobody_can_edit_an_order(office, bought):
    text = office.get(page(bought)).content.decode()
    assert 'name="_save"' not in text
    office.post(page(bought), {"total_amount": 1, "status": "refunded"})
    assert office.get(page(bought, "delete")).status_code == 403
    assert office.get("/admin/payments/order/add/").status_code == 403
    bought.refresh_from_db()
    assert (bought.status, bought.total_amount) == ("paid", 4999)


def test_staff_refund_an_amount_with_a_reason(office, shop, bought, student, course):
    assert 'value="49.99"' in office.get(page(bought, "refund")).content.decode()
    answer = office.post(page(bought, "refund"), {"amount": "10.50", "reason": "Goodwill"})
    assert answer.status_code == 302
    row = Refund.objects.get()
    assert (row.amount, row.reason, row.status) == (1050, "Goodwill", "succeeded")
    bought.refresh_from_db()
    assert (bought.status, bought.refunded_amount) == ("partially_refunded", 1050)
    assert is_enrolled(student.pk, course.pk)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person_id, entry.reason) == ("refund", student.pk, "Goodwill")
    assert (entry.before["refunded_amount"], entry.after["refunded_amount"]) == (0, 1050)


def test_an_invalid_refund_is_not_made(office, bought):
    invalid = (
        {"amount": "50.00", "reason": "x"},
        {"amount": "0", "reason": "x"},
        {"amount": "-1", "reason": "x"},
        {"amount": "1.001", "reason": "x"},
        {"amount": "nan", "reason": "x"},
        {"amount": "1", "reason": ""},
    )
    for form in invalid:
        assert office.post(page(bought, "refund"), form).status_code == 200, form
        assert Refund.objects.count() == 0, form


def test_a_refund_is_offered_while_there_is_money_to_refund(office, shop, order):
    def is_offered():
        return page(order, "refund") in office.get(page(order)).content.decode()

    assert not is_offered()
    shop.pay(order.checkout_url)
    shop.deliver_all()
    assert is_offered()
    office.post(page(order, "refund"), {"amount": "49.99", "reason": "x"})
    assert not is_offered()


def test_a_refund_that_is_sent_twice_is_made_once(office, shop, bought):
    before = office.get(page(bought, "refund"))
    form = {"amount": "10", "reason": "x", "refund_id": before.context["form"]["refund_id"].value()}
    assert str(form["refund_id"]) in before.content.decode()
    for message in ("Refund of 10.00 USD", escape(str(RefundRepeated.default_detail))):
        answer = office.post(page(bought, "refund"), form, follow=True)
        assert message in answer.content.decode()
    assert [refund["amount"] for refund in shop.list_all("refunds")] == [1000]
    assert AuditEntry.objects.count() == 1


def test_a_refund_while_stripe_is_unavailable_is_stored_and_made_later(office, shop, bought):
    shop.fault("status")
    answer = office.post(page(bought, "refund"), {"amount": "10", "reason": "x"}, follow=True)
    assert escape(str(RefundDelayed.default_detail)) in answer.content.decode()
    shop.fault()
    office.post(page(bought, "sync"))
    assert Refund.objects.get().status == "succeeded"


def test_the_page_says_that_stripe_rejects_a_refund(office, shop, bought):
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    answer = office.post(page(bought, "refund"), {"amount": "1", "reason": "x"}, follow=True)
    assert escape(str(PaymentRejected.default_detail)) in answer.content.decode()


def test_staff_sync_an_order_with_stripe(office, shop, buy, student, course):
    shop.pay(buy(student, course).json()["checkout_url"])
    order = Order.objects.get()
    assert office.post(page(order, "sync")).status_code == 302
    order.refresh_from_db()
    assert order.status == "paid"


def test_staff_sync_several_orders_and_mark_them_as_seen(office, shop, bought):
    Order.objects.update(attention="Look!")
    url = "/admin/payments/order/"
    assert "Look!" in office.get(url, {"is": "attention"}).content.decode()
    for action in ("sync_selected", "mark_as_seen"):
        office.post(url, {"action": action, "_selected_action": [str(bought.pk)]})
    bought.refresh_from_db()
    assert bought.attention == ""


def test_an_order_is_found_by_its_buyers_address_and_by_every_id(office, bought, student):
    def is_found(term):
        return page(bought) in office.get("/admin/payments/order/", {"q": term}).content.decode()

    assert is_found(student.email.upper())
    for term in (bought.pk, bought.payment_intent_id, bought.checkout_session_id):
        assert is_found(str(term)), term
    assert not is_found("nobody@x.test")


def test_the_list_of_orders_costs_the_same_for_one_and_for_many(
    office, commands, student, instructor
):
    def cost():
        with commands() as sent:
            assert office.get("/admin/payments/order/").status_code == 200
        assert not any("$lookup" in str(event.command) for event in sent)
        return len(sent)

    def order():
        course = CourseFactory(instructor=instructor)
        Order.objects.create(
            user=student, course=course, list_amount=1, total_amount=1, currency="usd"
        )

    order()
    one = cost()
    for _ in range(10):
        order()
    assert cost() == one


def test_a_failed_event_is_processed_again(office, shop, buy, student, course):
    shop.pay(buy(student, course).json()["checkout_url"])
    [event] = shop.list_events("checkout.session.completed")
    shop.fault("status")
    assert shop.deliver(event).status_code == 503
    shop.fault("none")
    url = "/admin/payments/stripeevent/"
    assert event["id"] in office.get(url, {"status__exact": "failed"}).content.decode()
    office.post(url, {"action": "process_again", "_selected_action": [event["id"]]})
    assert StripeEvent.objects.get().status == "processed"
    assert Order.objects.get().status == "paid"


def test_nobody_can_edit_an_event(office, shop, bought):
    row = StripeEvent.objects.get()
    text = office.get(f"/admin/payments/stripeevent/{row.pk}/change/").content.decode()
    assert 'name="_save"' not in text


def test_staff_end_a_coupon_but_cannot_change_its_discount(office, instructor):
    coupon = Coupon.objects.create(code="HALF", owner=instructor, percent=50)
    url = f"/admin/payments/coupon/{coupon.pk}/change/"
    assert office.get(url).status_code == 200
    form = {"ends_at_0": "2026-01-01", "ends_at_1": "00:00:00", "percent": "99", "code": "ALL"}
    answer = office.post(url, form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    coupon.refresh_from_db()
    assert (coupon.ends_at.year, coupon.percent, coupon.code) == (2026, 50, "HALF")


def test_staff_without_the_permission_cannot_act_on_money(shop, bought):
    clerk = Client()
    clerk.force_login(UserFactory(is_staff=True))
    assert clerk.get(page(bought)).status_code == 403
    assert clerk.post(page(bought, "refund"), {"amount": "1", "reason": "x"}).status_code == 403
    assert clerk.post(page(bought, "sync")).status_code == 403
    assert Refund.objects.count() == 0


def test_staff_who_may_only_look_see_no_buttons(shop, bought):
    person = UserFactory(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_order"))
    clerk = Client()
    clerk.force_login(person)
    text = clerk.get(page(bought)).content.decode()
    assert "49.99 USD" in text
    assert page(bought, "refund") not in text
    assert clerk.post(page(bought, "sync")).status_code == 403
