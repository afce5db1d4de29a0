"""The endpoints for the coupons of an instructor."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from courses.tests.factories import CourseFactory
from payments.models import Coupon, Order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db

COUPONS = "/api/v1/payments/coupons"


@pytest.fixture
def half(instructor):
    return CouponFactory(owner=instructor, code="HALF", percent=50)


def error(answer):
    """Return the status, the field and the code of the only error."""
    [only] = answer.json()["errors"]
    return answer.status_code, only["attr"], only["code"]


@pytest.fixture
def me(client_of, instructor):
    """The instructor's client."""
    return client_of(instructor)


def test_an_instructor_creates_lists_changes_and_deletes_coupons(me, course):
    created = me.post(
        COUPONS,
        {
            "code": "summer-26",
            "percent": 25,
            "courses": [str(course.pk)],
            "starts_at": "2026-06-01T00:00:00Z",
            "ends_at": "2026-09-01T00:00:00Z",
            "max_redemptions": 100,
        },
    )
    assert created.status_code == 201
    coupon = created.json()
    assert (coupon["code"], coupon["percent"], coupon["amount"]) == ("SUMMER-26", 25, None)
    assert coupon["courses"] == [str(course.pk)]
    assert (coupon["reserved"], coupon["redeemed"]) == (0, 0)
    url = f"{COUPONS}/{coupon['id']}"
    assert me.get(COUPONS).json()["results"] == [me.get(url).json()]
    changed = me.patch(
        url, {"percent": None, "amount": {"amount": 500, "currency": "usd"}, "redeemed": 7}
    )
    assert changed.status_code == 200
    assert changed.json()["amount"] == {"amount": 500, "currency": "usd"}
    assert (changed.json()["percent"], changed.json()["redeemed"]) == (None, 0)
    assert me.get(url).json() == changed.json()
    assert me.delete(url).status_code == 204
    assert me.get(url).status_code == 404


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "code"),
        ({"code": "OK1"}, "percent"),
        ({"code": "OK1", "percent": 10, "amount": {"amount": 1, "currency": "usd"}}, "percent"),
        ({"code": "OK1", "percent": 0}, "percent"),
        ({"code": "OK1", "percent": 101}, "percent"),
        ({"code": "OK1", "percent": 9.5}, "percent"),
        ({"code": "OK1", "percent": True}, "percent"),
        ({"code": "OK1", "amount": {"amount": 0, "currency": "usd"}}, "amount"),
        ({"code": "OK1", "amount": {"amount": 5, "currency": "kwd"}}, "amount"),
        ({"code": "OK1", "amount": 500}, "amount"),
        ({"code": "OK1", "amount": {"amount": 100_000_000, "currency": "usd"}}, "amount"),
        ({"code": "OK1", "amount": {"amount": 10**20, "currency": "usd"}}, "amount"),
        ({"code": "a b", "percent": 10}, "code"),
        ({"code": "x", "percent": 10}, "code"),
        ({"code": {"$ne": 1}, "percent": 10}, "code"),
        ({"code": "OK1", "percent": 10, "courses": ["f" * 24]}, "courses"),
        ({"code": "OK1", "percent": 10, "courses": "x"}, "courses"),
        ({"code": "OK1", "percent": 10, "max_redemptions": 0}, "max_redemptions"),
        ({"code": "OK1", "percent": 10, "ends_at": "yesterday"}, "ends_at"),
        ({"code": "OK1", "percent": 10, "ends_at": "2026-12-31"}, "ends_at"),
        ({"code": "OK1", "percent": 10, "starts_at": "2026-12-31T00:00:00"}, "starts_at"),
        (
            {
                "code": "OK1",
                "percent": 10,
                "starts_at": "2026-02-01T00:00:00Z",
                "ends_at": "2026-01-01T00:00:00Z",
            },
            "ends_at",
        ),
    ],
)
def test_an_invalid_coupon_is_400(me, body, attr):
    answer = me.post(COUPONS, body)
    assert answer.status_code == 400, answer.json()
    assert attr in (answer.json()["errors"][0]["attr"] or "")
    assert Coupon.objects.count() == 0


def test_a_code_is_unique_among_all_instructors(me, client_of, other_instructor, half):
    for client in (me, client_of(other_instructor)):
        answer = client.post(COUPONS, {"code": "half", "percent": 10})
        assert error(answer) == (400, "code", "unique")
    assert me.patch(f"{COUPONS}/{half.pk}", {"code": "HALF", "percent": 40}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_code_at_once_one_gets_it(client_of, instructor, other_instructor):
    clients = [client_of(instructor), client_of(other_instructor)] * 3
    with ThreadPoolExecutor(6) as threads:
        answers = threads.map(lambda c: c.post(COUPONS, {"code": "RUSH", "percent": 10}), clients)
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 5


@pytest.mark.parametrize("half_of_it", [{"currency": "usd"}, {"amount": 500}, {}])
def test_half_an_amount_is_400_also_in_a_patch(me, instructor, half_of_it):
    coupon = CouponFactory(owner=instructor, percent=None, amount=100, currency="usd")
    answer = me.patch(f"{COUPONS}/{coupon.pk}", {"amount": half_of_it})
    assert answer.status_code == 400
    assert {each["code"] for each in answer.json()["errors"]} == {"required"}
    coupon.refresh_from_db()
    assert (coupon.amount, coupon.currency) == (100, "usd")


def test_a_limit_below_the_number_of_uses_is_400(me, half):
    Coupon.objects.update(redeemed=5)
    assert error(me.patch(f"{COUPONS}/{half.pk}", {"max_redemptions": 4})) == (
        400,
        "max_redemptions",
        "min_value",
    )
    assert me.patch(f"{COUPONS}/{half.pk}", {"max_redemptions": 5}).status_code == 200


def test_a_coupon_for_the_course_of_somebody_else_is_400(me, other_instructor):
    theirs = CourseFactory(instructor=other_instructor, published=True)
    answer = me.post(COUPONS, {"code": "OK1", "percent": 10, "courses": [str(theirs.pk)]})
    assert error(answer)[1:] == ("courses", "does_not_exist")


def test_only_their_owner_reaches_coupons(client_of, visitor, student, other_instructor, half):
    url = f"{COUPONS}/{half.pk}"
    stranger = client_of(other_instructor)
    assert stranger.get(COUPONS).json()["results"] == []
    for method in ("get", "patch", "delete"):
        assert getattr(stranger, method)(url).status_code == 404
        assert getattr(client_of(student), method)(url).status_code == 403
        assert getattr(visitor, method)(url).status_code == 401
    assert client_of(student).post(COUPONS, {"code": "OK1", "percent": 1}).status_code == 403


def test_an_open_checkout_keeps_its_price_when_the_coupon_is_deleted(
    shop, buy, me, student, course, half
):
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    assert me.delete(f"{COUPONS}/{half.pk}").status_code == 204
    shop.pay(url)
    assert set(shop.deliver_all()) == {200}
    order = Order.objects.get()
    assert (order.status, order.total_amount) == ("paid", 2499)
    assert order.coupon["code"] == "HALF"


def test_the_list_of_coupons_costs_two_commands(me, commands, instructor):
    CouponFactory.create_batch(5, owner=instructor)
    with commands() as sent:
        assert len(me.get(COUPONS).json()["results"]) == 5
    assert len(sent) == 2
