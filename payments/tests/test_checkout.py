"""From a click on "buy" to Stripe's page."""

import pytest
from courses.tests.factories import CourseFactory
from payments.models import Order

pytestmark = pytest.mark.django_db


def test_a_click_on_buy_leads_to_stripes_page(shop, buy, student, course):
    answer = buy(student, course)
    assert answer.status_code == 201, answer.json()
    order = answer.json()["order"]
    assert order["status"] == "pending"
    assert order["total_amount"] == {"amount": 4999, "currency": "usd"}
    assert order["course"]["slug"] == course.slug
    assert answer.json()["checkout_url"].startswith(shop.http.base_url.__str__().rstrip("/"))


def test_smoke(shop, buy, student, course, bought):
    assert bought.status == "paid"
