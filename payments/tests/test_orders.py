"""A person's own orders, and what others cannot see of them."""

import pytest

from courses.tests.factories import CourseFactory
from learning.tests.factories import EnrollmentFactory
from payments.models import TRANSITIONS, Order
from payments.queries import orders
from payments.serializers import OrderSerializer
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/payments/orders"


@pytest.fixture
def me(client_of, student):
    """The student's client."""
    return client_of(student)


def test_your_orders_are_listed_newest_first_in_pages(me, student, other_student):
    orders = [OrderFactory(user=student) for _ in range(5)]
    OrderFactory(user=other_student)
    first = me.get(ORDERS, {"page_size": 3}).json()
    second = me.get(first["next"]).json()
    ids = [order["id"] for page in (first, second) for order in page["results"]]
    assert ids == [str(order.pk) for order in reversed(orders)]
    assert (first["previous"], second["next"]) == (None, None)


@pytest.mark.parametrize("query", ["page_size=101", "page_size=x", "cursor=forged"])
def test_an_invalid_page_is_400(me, query):
    assert me.get(f"{ORDERS}?{query}").status_code == 400


def test_a_page_of_orders_costs_two_commands_however_long_it_is(me, commands, student):
    for _ in range(8):
        OrderFactory(user=student)
    with commands() as sent:
        assert len(me.get(ORDERS).json()["results"]) == 8
    assert len(sent) == 2  # the person, and the page


def test_one_order_costs_two_commands(me, commands, student):
    order = OrderFactory(user=student)
    with commands() as sent:
        assert me.get(f"{ORDERS}/{order.pk}").status_code == 200
    assert len(sent) == 2


def test_an_order_is_rendered_in_the_declared_shape(bought):
    body = orders.render_order(orders.get_order(bought.user_id, bought.pk))
    declared = OrderSerializer(body).data
    assert list(declared) == list(body)
    assert list(declared["course"]) == list(body["course"])
    amounts = {key: value for key, value in body.items() if key.endswith("_amount")}
    assert len(amounts) == 5
    assert set(map(tuple, amounts.values())) == {("amount", "currency")}
    assert OrderSerializer().fields.keys() == body.keys()


def test_an_order_shows_the_picture_of_its_course(me, student):
    course = CourseFactory(published=True, thumbnail="thumbnails/sea.jpg")
    OrderFactory(user=student, course=course)
    [order] = me.get(ORDERS).json()["results"]
    assert order["course"]["thumbnail"].endswith("thumbnails/sea.jpg")


def test_the_order_of_somebody_else_is_404(client_of, other_student, staff, bought):
    url = f"{ORDERS}/{bought.pk}"
    for person in (other_student, staff):
        client = client_of(person)
        assert client.get(url).status_code == 404
        assert client.post(f"{url}/sync").status_code == 404
        assert client.post(f"{url}/refund").status_code == 404


@pytest.mark.parametrize("order_id", ["x", "f" * 24, "F" * 24, "%00", "f" * 23])
def test_an_invalid_or_unknown_id_is_404(me, order_id):
    assert me.get(f"{ORDERS}/{order_id}").status_code == 404
    assert me.post(f"{ORDERS}/{order_id}/sync").status_code == 404


def test_visitors_must_sign_in(visitor, bought):
    for url in (ORDERS, f"{ORDERS}/{bought.pk}", f"/api/v1/courses/{bought.course_id}/purchase"):
        assert visitor.get(url).status_code == 401


def test_nobody_can_change_an_order(me, bought):
    for method in ("put", "patch", "delete"):
        assert getattr(me, method)(f"{ORDERS}/{bought.pk}", {}).status_code == 405


# --- Whether a course was bought


def test_a_bought_course_is_purchased(me, bought, course):
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert (answer["purchased"], answer["status"]) == (True, "paid")
    assert answer["order"]["id"] == str(bought.pk)


def test_another_course_is_not_purchased(me, course):
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert answer == {"purchased": False, "status": None, "order": None}


@pytest.mark.parametrize("status", sorted(TRANSITIONS))
def test_only_an_order_that_gives_access_counts_as_a_purchase(me, student, course, status):
    OrderFactory(user=student, course=course, status=status)
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert answer["purchased"] is (status in {"paid", "partially_refunded"})
    assert answer["status"] == status


def test_a_live_order_comes_before_a_newer_one_that_ended(me, student, course):
    live = OrderFactory(user=student, course=course, status="paid")
    OrderFactory(user=student, course=course, status="expired")
    answer = me.get(f"/api/v1/courses/{course.pk}/purchase").json()
    assert answer["order"]["id"] == str(live.pk)


def test_a_hidden_course_is_404_except_for_its_buyers(me, student, instructor):
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


def test_the_sync_of_an_order_without_a_session_sends_no_request_to_stripe(shop, me, student):
    order = OrderFactory(user=student, status="paid")
    assert me.post(f"{ORDERS}/{order.pk}/sync").json()["status"] == "paid"
    assert shop.list_requests("/v1/checkout/sessions", "GET") == []


def test_while_stripe_is_unavailable_sync_is_503_and_changes_nothing(
    shop, me, buy, student, course
):
    shop.pay(buy(student, course).json()["checkout_url"])
    order = Order.objects.get()
    me.raise_request_exception = False
    shop.fault("status")
    assert me.post(f"{ORDERS}/{order.pk}/sync").status_code == 503
    order.refresh_from_db()
    assert order.status == "pending"
    shop.fault("none")
    assert me.post(f"{ORDERS}/{order.pk}/sync").json()["status"] == "paid"


def test_a_repeated_sync_writes_nothing(shop, me, commands, bought):
    url = f"{ORDERS}/{bought.pk}/sync"
    me.post(url)
    with commands() as sent:
        me.post(url)
    writes = {"insert", "update", "delete", "findAndModify"}
    assert not [event.command_name for event in sent if event.command_name in writes]


def test_a_settled_order_is_answered_from_our_rows_for_a_while(shop, me, bought):
    url = f"{ORDERS}/{bought.pk}/sync"
    session = f"/v1/checkout/sessions/{bought.checkout_session_id}"
    me.post(url)
    asked = len(shop.list_requests(session, "GET"))
    assert [me.post(url).json()["status"] for _ in range(3)] == ["paid"] * 3
    assert len(shop.list_requests(session, "GET")) == asked
    bought.refresh_from_db()
    bought.note()  # a refund, for example
    me.post(url)
    assert len(shop.list_requests(session, "GET")) == asked + 1


def test_an_order_that_is_not_settled_is_asked_for_each_time(shop, me, order):
    url = f"{ORDERS}/{order.pk}/sync"
    session = f"/v1/checkout/sessions/{order.checkout_session_id}"
    for _ in range(3):
        assert me.post(url).json()["status"] == "pending"
    assert len(shop.list_requests(session, "GET")) == 3
    shop.pay(order.checkout_url)
    assert me.post(url).json()["status"] == "paid"


def test_questions_to_stripe_are_limited_and_answers_from_our_rows_are_not(me, order, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"sync": "2/min"}
    url = f"{ORDERS}/{order.pk}/sync"
    assert [me.post(url).status_code for _ in range(3)] == [200, 200, 429]
    refused = me.post(f"{ORDERS}/{order.pk}/refund")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_a_settled_order_is_not_counted_against_the_limit(me, bought, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"sync": "1/min"}
    url = f"{ORDERS}/{bought.pk}/sync"
    assert [me.post(url).status_code for _ in range(3)] == [200, 200, 200]
