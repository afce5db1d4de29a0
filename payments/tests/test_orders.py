"""What one has bought, and what others cannot see of it."""

import pytest

from courses.tests.factories import CourseFactory
from learning.tests.factories import EnrollmentFactory
from payments import queries
from payments.models import TRANSITIONS, Order
from payments.serializers import OrderSerializer
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/payments/orders"


@pytest.fixture
def me(client_of, student):
    return client_of(student)


def test_my_orders_are_listed_newest_first_and_paged(me, student, other_student):
    mine = [OrderFactory(user=student) for _ in range(5)]
    OrderFactory(user=other_student)
    first = me.get(ORDERS, {"page_size": 3}).json()
    second = me.get(first["next"]).json()
    ids = [order["id"] for page in (first, second) for order in page["results"]]
    assert ids == [str(order.pk) for order in reversed(mine)]
    assert (first["previous"], second["next"]) == (None, None)


@pytest.mark.parametrize("query", ["page_size=101", "page_size=x", "cursor=forged"])
def test_a_bad_page_is_400(me, query):
    assert me.get(f"{ORDERS}?{query}").status_code == 400


def test_a_page_of_orders_costs_two_commands_however_long_it_is(me, commands, student):
    for _ in range(8):
        OrderFactory(user=student)
    with commands() as sent:
        assert len(me.get(ORDERS).json()["results"]) == 8
    assert len(sent) == 2  # who asks, and the page


def test_one_order_costs_two_commands(me, commands, student):
    order = OrderFactory(user=student)
    with commands() as sent:
        assert me.get(f"{ORDERS}/{order.pk}").status_code == 200
    assert len(sent) == 2


def test_what_is_shown_has_the_shape_that_is_declared(bought):
    shown = queries.render_order(queries.get_order(bought.user_id, bought.pk))
    declared = OrderSerializer(shown).data
    assert list(declared) == list(shown)
    assert list(declared["course"]) == list(shown["course"])
    amounts = {key: value for key, value in shown.items() if key.endswith("_amount")}
    assert len(amounts) == 5
    assert set(map(tuple, amounts.values())) == {("amount", "currency")}
    assert OrderSerializer().fields.keys() == shown.keys()


def test_an_order_shows_its_course_as_pictured(me, student):
    course = CourseFactory(published=True, thumbnail="thumbnails/sea.jpg")
    OrderFactory(user=student, course=course)
    [order] = me.get(ORDERS).json()["results"]
    assert order["course"]["thumbnail"].endswith("thumbnails/sea.jpg")


@pytest.mark.parametrize("method", ["get", "sync", "refund"])
def test_somebody_elses_order_is_not_there(client_of, other_student, staff, bought, method):
    for person in (other_student, staff):
        client, url = client_of(person), f"{ORDERS}/{bought.pk}"
        answer = client.get(url) if method == "get" else client.post(f"{url}/{method}")
        assert answer.status_code == 404


@pytest.mark.parametrize("order_id", ["x", "f" * 24, "F" * 24, "%00", "f" * 23])
def test_a_bad_id_is_404(me, order_id):
    assert me.get(f"{ORDERS}/{order_id}").status_code == 404
    assert me.post(f"{ORDERS}/{order_id}/sync").status_code == 404


def test_visitors_sign_in_first(visitor, bought):
    for url in (ORDERS, f"{ORDERS}/{bought.pk}", f"/api/v1/courses/{bought.course_id}/purchase"):
        assert visitor.get(url).status_code == 401


def test_orders_are_only_read(me, bought):
    for method in ("put", "patch", "delete"):
        assert getattr(me, method)(f"{ORDERS}/{bought.pk}", {}).status_code == 405


# --- Whether one has a course


def test_a_course_that_was_bought_says_so(me, bought, course):
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert (answer["purchased"], answer["status"]) == (True, "paid")
    assert answer["order"]["id"] == str(bought.pk)


def test_a_course_that_was_not_bought_says_so(me, course):
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert answer == {"purchased": False, "status": None, "order": None}


@pytest.mark.parametrize("status", sorted(TRANSITIONS))
def test_only_what_gives_access_counts_as_purchased(me, student, course, status):
    OrderFactory(user=student, course=course, status=status)
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert answer["purchased"] is (status in {"paid", "partially_refunded"})
    assert answer["status"] == status


def test_the_live_order_counts_before_newer_ones_that_ended(me, student, course):
    live = OrderFactory(user=student, course=course, status="paid")
    OrderFactory(user=student, course=course, status="expired")
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert answer["order"]["id"] == str(live.pk)


def test_a_hidden_course_is_404_but_for_who_bought_it(me, student, instructor):
    draft = CourseFactory(instructor=instructor)
    url = f"/api/v1/courses/{draft.pk}/purchase"
    assert me.get(url).status_code == 404
    OrderFactory(user=student, course=draft, status="paid")
    assert me.get(url).json()["purchased"]
    assert me.get(f"/api/v1/courses/{'f' * 24}/purchase").status_code == 404


def test_a_hidden_course_without_an_order_is_404_unless_the_person_is_enrolled(me, student):
    archived = CourseFactory(status="archived")
    url = f"/api/v1/courses/{archived.pk}/purchase"
    assert me.get(url).status_code == 404
    EnrollmentFactory(user=student, course=archived)
    assert me.get(url).json() == {"purchased": False, "status": None, "order": None}


# --- Sync


def test_an_order_without_a_session_is_answered_without_asking_stripe(shop, me, student):
    order = OrderFactory(user=student, status="paid")
    assert me.post(f"{ORDERS}/{order.pk}/sync").json()["status"] == "paid"
    assert shop.requests("/v1/checkout/sessions", "GET") == []


def test_stripe_out_of_reach_is_a_503_that_changes_nothing(shop, me, buy, student, course):
    shop.pay(buy(student, course).json()["checkout_url"])
    order = Order.objects.get()
    me.raise_request_exception = False
    shop.fault("status")
    assert me.post(f"{ORDERS}/{order.pk}/sync").status_code == 503
    order.refresh_from_db()
    assert order.status == "pending"
    shop.fault("none")
    assert me.post(f"{ORDERS}/{order.pk}/sync").json()["status"] == "paid"


def test_asking_again_writes_nothing(shop, me, commands, bought):
    url = f"{ORDERS}/{bought.pk}/sync"
    me.post(url)
    with commands() as sent:
        me.post(url)
    writes = {"insert", "update", "delete", "findAndModify"}
    assert not [event.command_name for event in sent if event.command_name in writes]
