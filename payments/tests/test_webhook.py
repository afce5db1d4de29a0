"""What Stripe's webhook accepts, and that each event is processed once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.test import Client

from learning.models import Enrollment
from payments.models import LedgerEntry, Order, StripeEvent
from payments.tests.shop import WEBHOOK, post, sign

pytestmark = pytest.mark.django_db


def event(**fields):
    return {
        "id": "evt_1",
        "object": "event",
        "type": "customer.updated",
        "created": 1_790_000_000,
        "livemode": False,
        "data": {"object": {"id": "cus_1", "object": "customer"}},
        **fields,
    }


def body(**fields):
    return json.dumps(event(**fields)).encode()


@pytest.fixture
def paid_event(shop, buy, student, course):
    """The event of a payment that we have not processed yet."""
    shop.pay(buy(student, course).json()["checkout_url"])
    [paid] = shop.list_events("checkout.session.completed")
    return paid


# --- Accepted or refused


def test_an_event_signed_by_stripe_is_accepted(client):
    assert post(body()).status_code == 200
    assert StripeEvent.objects.get().status == "ignored"


def test_a_forged_event_is_refused_and_not_stored(shop, paid_event):
    forged = json.dumps(paid_event).encode()
    for signature in [
        "",
        "nonsense",
        "t=1",
        "t=x,v1=abc",
        "v1=abc",
        f"t={int(time.time())},v1=0000",
        f"t={int(time.time())},v1=äöü",
        f"t={'9' * 5000},v1=0",
        sign(forged, "whsec_of_somebody_else"),
        sign(forged + b" "),
    ]:
        assert post(forged, signature).status_code == 400, signature
    assert StripeEvent.objects.count() == 0
    assert Order.objects.get().status == "pending"


def test_an_event_without_a_signature_is_refused(client):
    answer = Client().post(WEBHOOK, body(), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid_event"


def thin_event(**fields):
    return json.dumps(
        {
            "id": "evt_test_65RzjtF7SM16ReI",
            "object": "v2.core.event",
            "type": "v2.core.event_destination.ping",
            "livemode": False,
            "created": "2026-09-17T06:20:52.246Z",
            "related_object": {"id": "ed_test_61", "type": "v2.core.event_destination"},
            **fields,
        }
    ).encode()


@pytest.mark.parametrize("kind", ["v2.core.event_destination.ping", "v1.customer.created"])
def test_a_signed_thin_event_is_ignored_with_a_warning(client, caplog, kind):
    answer = post(thin_event(type=kind))
    assert (answer.status_code, answer.json()) == (200, {"received": None})
    assert f"{kind} evt_test_65RzjtF7SM16ReI" in caplog.text
    assert StripeEvent.objects.count() == 0


@pytest.mark.parametrize(
    "odd", [{"livemode": True}, {"id": "evt_\n"}, {"type": ""}, {"object": "v2.core.other"}]
)
def test_an_odd_thin_event_is_refused(client, odd):
    assert post(thin_event(**odd)).status_code == 400


def test_a_thin_event_without_a_valid_signature_is_refused(client):
    assert post(thin_event(), sign(b"other")).status_code == 400


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 400), (-290, 200), (0, 200), (290, 200), (320, 400)]
)
def test_a_signature_is_valid_for_five_minutes_in_both_directions(client, seconds, status):
    assert post(body(), sign(body(), at=int(time.time()) + seconds)).status_code == status


def test_each_configured_secret_is_valid(client, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    assert post(body(id="evt_a"), sign(body(id="evt_a"), "whsec_new")).status_code == 200
    assert post(body(id="evt_b"), sign(body(id="evt_b"), "whsec_old")).status_code == 200
    assert post(body(id="evt_c"), sign(body(id="evt_c"), "whsec_sandbox")).status_code == 400


def test_events_of_the_other_mode_are_refused(client, settings):
    assert post(body(livemode=True)).status_code == 400
    settings.STRIPE_LIVEMODE = True
    assert post(body(livemode=False)).status_code == 400


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"7",
        b'"event"',
        b"{",
        b"\xff\xfe",
        b'{"object": "event"}',
        b"[" * 100_000,
        body(object="charge"),
        body(id=None),
        body(id=7),
        body(id=""),
        body(id="evt_" + "x" * 200),
        body(id={"$ne": 1}),
        body(type=None),
        body(type="x" * 200),
        body(created=None),
        body(created="now"),
        body(created=10**18),
        body(livemode=None),
        body(livemode="false"),
        body(livemode=0),
        body(data=None),
        body(data={}),
        body(data={"object": None}),
        body(data={"object": "cus_1"}),
        body(data={"object": []}),
    ],
)
def test_a_malformed_body_is_400_though_it_is_signed(client, odd):
    try:
        signature = sign(odd)
    except UnicodeDecodeError:
        signature = f"t={int(time.time())},v1=0"
    assert post(odd, signature).status_code == 400
    assert StripeEvent.objects.count() == 0


def test_an_event_of_an_object_without_an_id_is_accepted(client):
    assert post(body(data={"object": {"object": "balance"}})).status_code == 200


def test_a_huge_body_is_413(client):
    assert post(body(filler="x" * 600_000)).status_code == 413


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_the_webhook_accepts_only_post(client, method):
    assert getattr(Client(), method)(WEBHOOK).status_code == 405


def test_the_webhook_needs_no_csrf_token_and_has_no_throttle(client, settings):
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, "1/h")
    strict = Client(enforce_csrf_checks=True)
    for number in range(3):
        sent = body(id=f"evt_{number}")
        headers = {"Stripe-Signature": sign(sent)}
        answer = strict.post(WEBHOOK, sent, content_type="application/json", headers=headers)
        assert answer.status_code == 200


# --- Processed once


def test_an_event_is_processed_once_however_often_it_comes(shop, paid_event, student):
    assert [shop.deliver(paid_event).status_code for _ in range(3)] == [200, 200, 200]
    row = StripeEvent.objects.get()
    assert (row.status, row.attempts, row.order) == ("processed", 1, Order.objects.get())
    assert Order.objects.get().status == "paid"
    assert len(Enrollment.objects.get(user=student).grants) == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_ten_duplicates_at_once_are_200_and_fulfil_once(shop, paid_event, student, course):
    with ThreadPoolExecutor(10) as threads:
        statuses = list(threads.map(lambda _: shop.deliver(paid_event).status_code, range(10)))
    assert statuses == [200] * 10
    assert StripeEvent.objects.get().status == "processed"
    assert Order.objects.get().status == "paid"
    assert len(Enrollment.objects.get(user=student).grants) == 1
    course.refresh_from_db()
    assert course.student_count == 1
    assert len(mail.outbox) == 1
    assert LedgerEntry.objects.filter(kind="sale", account="stripe_balance").count() == 1


def test_an_unknown_type_is_stored_as_ignored(client):
    assert post(body(type="payout.paid")).status_code == 200
    assert StripeEvent.objects.get().status == "ignored"


def test_an_event_of_a_payment_that_is_not_ours_is_ignored(shop, paid_event):
    thing = paid_event["data"]["object"] | {"id": "cs_test_elsewhere"}
    sent = paid_event | {"data": {"object": thing}}
    assert shop.deliver(sent).status_code == 200
    assert StripeEvent.objects.get().status == "ignored"
    assert Order.objects.get().status == "pending"


def test_a_failure_is_rolled_back_stored_and_cured_by_the_next_delivery(shop, paid_event, student):
    shop.fault("status", status=500)
    answer = shop.deliver(paid_event)
    assert answer.status_code == 503
    row = StripeEvent.objects.get()
    assert (row.status, row.attempts) == ("failed", 1)
    assert row.error.startswith("PaymentProviderUnavailable")
    assert "sk_test" not in row.error
    assert Order.objects.get().status == "pending"
    assert Enrollment.objects.count() == 0

    shop.fault("none")
    assert shop.deliver(paid_event).status_code == 200
    row.refresh_from_db()
    assert (row.status, row.attempts, row.error) == ("processed", 2, "")
    assert Order.objects.get().status == "paid"


def test_a_bug_is_a_500_that_leaves_nothing_half_done(shop, paid_event, student, settings):
    settings.INSTRUCTOR_SHARE_PERCENT = "seventy"
    assert shop.deliver(paid_event).status_code == 500
    row = StripeEvent.objects.get()
    assert row.status == "failed"
    assert row.error.startswith("TypeError")
    assert Order.objects.get().status == "pending"
    assert Enrollment.objects.count() == LedgerEntry.objects.count() == len(mail.outbox) == 0

    settings.INSTRUCTOR_SHARE_PERCENT = 70
    assert shop.deliver(paid_event).status_code == 200
    assert Order.objects.get().status == "paid"


def test_an_event_is_only_a_trigger(shop, buy, student, course):
    """The state in a signed event is not used: Stripe is asked."""
    url = buy(student, course).json()["checkout_url"]
    order = Order.objects.get()
    session = shop.retrieve(f"checkout/sessions/{order.checkout_session_id}")
    lie = session | {"status": "complete", "payment_status": "paid"}
    sent = event(type="checkout.session.completed", data={"object": lie})
    assert shop.deliver(sent).status_code == 200
    order.refresh_from_db()
    assert order.status == "pending"

    shop.pay(url)
    late = event(id="evt_2", type="checkout.session.expired", data={"object": session})
    assert shop.deliver(late).status_code == 200
    order.refresh_from_db()
    assert order.status == "paid"
