"""What payments exports of a person, and what stays after their erasure."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Event

import orjson
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.exceptions import SessionRevoked
from accounts.models import Erasure
from accounts.personal_data import erase_everything, export_everything
from accounts.services.erasure import SETTLING, erase_account
from accounts.tests.factories import PASSWORD
from lms.renderers import JSONRenderer
from payments.customers import get_customer_id
from payments.models import LedgerEntry, Order, Refund, StripeCustomer
from payments.refunds import refund_order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db


def test_a_person_gets_everything_about_their_purchases(bought, student):
    refund_order(bought, amount=500, reason="My own words")
    body = orjson.loads(JSONRenderer().render(export_everything(student)["payments"]))
    [order] = body["orders"]
    assert order["id"] == str(bought.pk)
    assert order["total_amount"] == {"amount": 4999, "currency": "usd"}
    assert order["refunds"][0]["reason"] == "My own words"
    assert body["stripe_customer"] == StripeCustomer.objects.get().customer_id


def test_an_instructor_gets_the_codes_of_their_coupons(instructor):
    CouponFactory(owner=instructor, code="MINE")
    assert export_everything(instructor)["payments"]["coupons"] == ["MINE"]


def test_after_an_erasure_the_sale_stays_without_the_person(shop, bought, student):
    refund_order(bought, amount=500, reason="My own words")
    lines = LedgerEntry.objects.count()
    erase_everything(student)
    erase_everything(student)
    bought.refresh_from_db()
    assert (bought.total_amount, bought.receipt_url) == (4999, "")
    assert Refund.objects.get().reason == ""
    assert LedgerEntry.objects.count() == lines
    assert StripeCustomer.objects.count() == 0
    assert shop.list_all("customers") == []


def test_an_erased_person_can_no_longer_pay(shop, buy, student, course, instructor):
    coupon = CouponFactory(owner=instructor, code="HALF")
    url = buy(student, course, coupon="HALF").json()["checkout_url"]
    erase_everything(student)
    assert Order.objects.get().status == "canceled"
    assert shop.act(url).status_code == 409
    coupon.refresh_from_db()
    assert coupon.reserved == 0
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "canceled"


def test_while_stripe_is_unavailable_the_erasure_must_be_repeated(shop, buy, student, course):
    buy(student, course)
    shop.fault("status")
    erase_everything(student)
    assert StripeCustomer.objects.count() == 1
    shop.fault("none")
    erase_everything(student)
    assert StripeCustomer.objects.count() == 0
    assert shop.list_all("customers") == []


# --- Stripe forgets a person who is erased while paying


def finish():
    """Run the command as it is run once the requests that were under way have ended."""
    Erasure.objects.update(requested_at=timezone.now() - SETTLING)
    call_command("finish_erasures")
    assert not Erasure.objects.exists()


def test_the_request_stays_stored_until_nothing_can_follow(shop, bought, student):
    erase_account(student)
    call_command("finish_erasures")
    assert Erasure.objects.exists()
    finish()


def test_a_customer_is_not_created_for_a_person_who_was_just_erased(shop, student):
    erase_account(student)
    with pytest.raises(SessionRevoked):
        get_customer_id(student)
    assert StripeCustomer.objects.count() == 0
    assert shop.list_all("customers") == []


def test_a_customer_whose_id_was_never_stored_is_forgotten(shop, student):
    fields = {"email": student.email, "name": student.name, "metadata[user]": str(student.pk)}
    shop.create("customers", **fields)
    erase_account(student)
    assert shop.list_all("customers") == []
    shop.create("customers", **fields)  # a request that ran beside the erasure was killed
    finish()
    assert shop.list_all("customers") == []


def test_an_open_page_that_was_never_stored_is_closed(shop, buy, student, course):
    url = buy(student, course).json()["checkout_url"]
    Order.objects.update(status="canceled", checkout_session_id=None)
    erase_account(student)
    assert shop.act(url).status_code == 409


def test_a_row_that_was_created_beside_the_erasure_is_forgotten(shop, student, bought):
    erase_account(student)
    customer = shop.create("customers", email="sam@example.test", name="Sam")["id"]
    StripeCustomer.objects.create(user=student, customer_id=customer, email="sam@example.test")
    finish()
    assert StripeCustomer.objects.count() == 0
    assert shop.list_all("customers") == []


def test_an_erasure_is_finished_only_when_stripe_was_asked(shop, bought, student):
    shop.fault("status")
    erase_account(student)
    Erasure.objects.update(requested_at=timezone.now() - SETTLING)
    with pytest.raises(CommandError, match="1 could not be erased"):
        call_command("finish_erasures")
    assert Erasure.objects.exists()
    shop.fault("none")
    finish()
    assert StripeCustomer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seconds", [0, 0.02, 0.05, 0.1, 0.2])
def test_who_deletes_the_account_beside_a_checkout_is_forgotten(
    shop, client_of, buy, student, course, seconds
):
    client = client_of(student)
    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(buy, student, course)
        Event().wait(seconds)
        deleted = threads.submit(client.delete, "/api/v1/users/me", {"current_password": PASSWORD})
        assert deleted.result().status_code == 204
        assert answer.result().status_code < 500
    finish()
    assert shop.list_all("customers") == []
    assert StripeCustomer.objects.count() == 0
    assert not Order.objects.filter(status__in=["created", "pending"]).exists()
    assert {each["status"] for each in shop.list_all("checkout/sessions")} <= {"expired"}


def test_people_erased_by_earlier_versions_are_forgotten_again(
    shop, bought, student, other_student
):
    erase_account(student)
    erase_account(other_student)
    Erasure.objects.all().delete()
    for _ in range(2):
        import_module("payments.migrations.0003_forget_again").request_again(apps, None)
        assert [erasure.user for erasure in Erasure.objects.all()] == [student]
