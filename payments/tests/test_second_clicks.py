"""A second click on the buy button while Stripe still answers the first one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from payments import checkout
from payments.models import Order
from sandbox.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_second_click_waits_for_stripe_to_finish_the_first(shop, buy, student, course):
    shop.fault("hang", count=1, seconds=300)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(buy, student, course)
        wait_until(lambda: shop.list_requests("/v1/customers"))
        second = threads.submit(buy, student, course)
        wait_until(lambda: len(shop.list_requests("/v1/customers")) >= 2)
        shop.fault("none")
        answers = [first.result(), second.result()]
    assert {answer.json()["checkout_url"] for answer in answers} == {
        Order.objects.get().checkout_url
    }
    assert Order.objects.get().attempt == 1


def test_a_second_click_while_stripe_is_busy_for_long_is_503(
    shop, buy, student, course, monkeypatch
):
    monkeypatch.setattr(checkout, "MAX_TRIES", 2)
    shop.fault("hang", count=1, seconds=300)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(buy, student, course)
        wait_until(lambda: shop.list_requests("/v1/customers"))
        second = buy(student, course)
        shop.fault("none")
        assert first.result().status_code in {201, 503}
    assert second.status_code == 503
    assert second.json()["errors"][0]["code"] == "contention"
    assert buy(student, course).status_code in {200, 201}
    assert Order.objects.get().attempt == 1
