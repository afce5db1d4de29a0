"""Coupons that staff make: of an instructor, and of the house, which pays for them out of its share."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.tests.factories import CourseFactory
from lms.models import AuditEntry
from payments.coupons import end
from payments.ledger.audit import audit_order
from payments.ledger.bookings import book_refund, book_sale
from payments.models import Coupon, LedgerEntry, Refund
from payments.tests.factories import CouponFactory, OrderFactory

pytestmark = pytest.mark.django_db

COUPONS = "/admin/payments/coupon/"


def form(**fields):
    empty = dict.fromkeys(("owner", "percent", "amount", "course_keys"), "")
    limits = ("starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1", "max_redemptions")
    empty |= dict.fromkeys((*limits, "max_per_person"), "")
    return empty | {"code": "spring", "currency": "usd"} | fields


def errors(answer):
    return answer.context["adminform"].form.errors


def shares(order):
    lines = LedgerEntry.objects.filter(order=order, kind="sale")
    return {line.account.partition(":")[0]: -line.amount for line in lines}


def test_staff_make_a_coupon_of_the_house_for_every_course(
    office, student, course, client_of, instructor
):
    assert office.get(f"{COUPONS}add/").status_code == 200
    made = office.post(f"{COUPONS}add/", form(percent="20", max_redemptions="5"))
    assert made.status_code == 302, errors(made)
    coupon = Coupon.objects.get()
    assert (coupon.code, coupon.owner_id, coupon.percent) == ("SPRING", None, 20)
    assert AuditEntry.objects.get(action="add").object_id == str(coupon.pk)
    assert "The house" in office.get(f"{COUPONS}{coupon.pk}/change/").content.decode()
    assert len(office.get(COUPONS, {"of": "house"}).context["cl"].result_list) == 1
    ask = {"course": str(course.pk), "coupon": "spring"}
    quote = client_of(student).post("/api/v1/payments/quote", ask).json()
    assert quote["discount_amount"]["amount"] == 1000
    assert client_of(instructor).get("/api/v1/payments/coupons").json()["results"] == []
    url = f"/api/v1/payments/coupons/{coupon.pk}"
    assert client_of(instructor).delete(url).status_code == 404


def test_staff_make_a_coupon_of_an_instructor_in_whole_units(office, instructor, course):
    other = CourseFactory(published=True)
    body = form(owner=str(instructor.pk), amount="12.50", course_keys=f"{course.slug}\n")
    refused = office.post(f"{COUPONS}add/", body | {"course_keys": str(other.pk)})
    assert "not taught by this instructor" in str(errors(refused)["course_keys"])
    made = office.post(f"{COUPONS}add/", body)
    assert made.status_code == 302, errors(made)
    coupon = Coupon.objects.get()
    assert (coupon.owner_id, coupon.amount, coupon.currency) == (instructor.pk, 1250, "usd")
    assert coupon.courses == [course.pk]


def test_every_refusal_is_an_error_of_the_form(office, student):
    CouponFactory(code="TAKEN")
    refused = {
        "percent": {},
        "code": {"percent": "10", "code": "taken"},
        "owner": {"percent": "10", "owner": str(student.pk)},
        "course_keys": {"percent": "10", "course_keys": "no-such-course"},
        "amount": {"amount": "0"},
        "max_redemptions": {"percent": "10", "max_redemptions": "0"},
        "ends_at": {
            "percent": "10",
            "starts_at_0": "2030-02-01",
            "starts_at_1": "10:00",
            "ends_at_0": "2030-01-01",
            "ends_at_1": "10:00",
        },
    }
    for field, fields in refused.items():
        answer = office.post(f"{COUPONS}add/", form(**fields))
        assert answer.status_code == 200, field
        assert field in errors(answer), (field, errors(answer))
    assert Coupon.objects.count() == 1


def test_a_coupon_ends_now_also_before_it_began_and_a_used_one_is_never_deleted(office):
    later = timezone.now() + timedelta(days=2)
    coupon = CouponFactory(starts_at=later, ends_at=later + timedelta(days=2), redeemed=1)
    body = {"action": "end", "_selected_action": str(coupon.pk), "reason": "A mistake"}
    assert office.post(COUPONS, body).status_code == 302
    coupon.refresh_from_db()
    assert coupon.ends_at <= timezone.now()
    assert coupon.starts_at is None
    assert AuditEntry.objects.get(action="end").reason == "A mistake"
    assert not end(coupon)
    assert office.post(f"{COUPONS}{coupon.pk}/delete/", {"post": "yes"}).status_code == 403
    unused = CouponFactory()
    assert office.post(f"{COUPONS}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Coupon.objects.all()) == [coupon]


@pytest.mark.parametrize(
    ("of_house", "discount", "tax", "expected"),
    [
        (False, 2000, 0, (5600, 2400)),
        (True, 2000, 0, (7000, 1000)),
        (True, 5000, 0, (5000, 0)),  # our share does not go further
        (True, 2000, 800, (6300, 900)),  # a tenth of the price is tax
    ],
)
def test_the_share_of_the_house_pays_for_its_coupons(course, of_house, discount, tax, expected):
    total = 10_000 - discount
    order = OrderFactory(
        course=course,
        status="paid",
        paid_at=timezone.now(),
        list_amount=10_000,
        discount_amount=discount,
        total_amount=total,
        tax_amount=tax,
        coupon={"id": "f" * 24, "code": "X", "percent": None, "amount": None, "of_house": of_house},
    )
    book_sale(order)
    booked = shares(order)
    assert (booked["instructor"], booked.get("platform_revenue", 0)) == expected
    assert sum(booked.values()) == 0
    book_refund(Refund.objects.create(order=order, amount=total, status="succeeded"))
    order.refunded_amount = total
    order.save()
    assert audit_order(order.pk) == []
