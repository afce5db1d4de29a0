"""The control: faults of the stand-ins' answers, the request log, mails, and bad input."""

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import httpx
import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.tests.conftest import client_of
from sandbox.tests.endpoint import Endpoint
from sandbox.tests.stripe_stories import order, sold
from sandbox.waiting import wait_until

KEY = {"Authorization": "Bearer sk_test_x"}


def set_fault(control: httpx.Client, mode: str, **more: object) -> None:
    body = {"target": "stripe", "mode": mode, **more}
    control.post("/faults", json=body).raise_for_status()


def test_stripe_can_answer_any_status(control: httpx.Client, client: stripe.StripeClient) -> None:
    set_fault(control, "status", status=503, count=1)
    with pytest.raises(stripe.APIError) as failed:
        client.v1.charges.list()
    assert failed.value.http_status == 503
    assert client.v1.charges.list().data == []


def test_a_fault_lasts_until_it_is_cleared(
    control: httpx.Client, client: stripe.StripeClient
) -> None:
    set_fault(control, "status")
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            client.v1.charges.list()
    set_fault(control, "none")
    assert client.v1.charges.list().data == []


def test_a_refused_request_has_no_effect(
    control: httpx.Client, client: stripe.StripeClient
) -> None:
    set_fault(control, "status", count=1)
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(order())
    assert client.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize(("status", "seen"), [(None, 502), (200, 200)])
def test_stripe_can_answer_a_page_of_a_proxy(
    control: httpx.Client, client: stripe.StripeClient, status: int | None, seen: int
) -> None:
    set_fault(control, "html", status=status, count=1)
    with pytest.raises(stripe.APIError) as failed:
        client.v1.charges.list()
    assert failed.value.http_status == seen
    assert "<h1>" in str(failed.value.http_body)


@pytest.mark.parametrize(("mode", "made"), [("drop", 0), ("lose", 1)])
def test_stripe_can_close_the_connection_before_or_after_the_effect(
    control: httpx.Client, client: stripe.StripeClient, mode: str, made: int
) -> None:
    set_fault(control, mode, count=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(order())
    assert len(client.v1.checkout.sessions.list().data) == made


def test_stripe_can_take_long(control: httpx.Client, client: stripe.StripeClient) -> None:
    set_fault(control, "hang", seconds=0.5, count=1)
    before = time.monotonic()
    assert client.v1.charges.list().data == []
    assert time.monotonic() - before >= 0.5


def test_a_client_that_gives_up_may_still_have_had_its_effect(
    stand_in: Sandbox, control: httpx.Client
) -> None:
    hasty = stripe.StripeClient(
        "sk_test_x",
        base_addresses={"api": stand_in.url},
        http_client=stripe.RequestsClient(timeout=0.2),
        max_network_retries=0,
    )
    set_fault(control, "hang", seconds=0.4, count=1)
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.checkout.sessions.create(order())
    sessions = client_of(stand_in).v1.checkout.sessions
    wait_until(lambda: sessions.list().data)
    assert len(sessions.list().data) == 1


def test_the_end_of_a_fault_ends_its_delays_too(
    control: httpx.Client, client: stripe.StripeClient
) -> None:
    set_fault(control, "hang", seconds=60)
    with ThreadPoolExecutor(1) as pool:
        delayed = pool.submit(client.v1.charges.list)
        wait_until(lambda: control.get("/requests").json())
        assert not delayed.done()
        set_fault(control, "none")
        assert delayed.result(timeout=60).data == []


def test_the_controls_and_the_pages_have_no_faults(
    control: httpx.Client, client: stripe.StripeClient
) -> None:
    session = client.v1.checkout.sessions.create(order())
    set_fault(control, "drop")
    assert httpx.get(session.url or "").status_code == 200
    assert control.get("/events").status_code == 200


def test_the_faults_of_cloudinary_are_its_own(stand_in: Sandbox, control: httpx.Client) -> None:
    control.post("/faults", json={"target": "cloudinary", "mode": "status", "status": 503})
    ping = f"{stand_in.url}/v1_1/sandbox/ping"
    account = ("100000000000000", "sandbox-secret")
    assert httpx.get(ping, auth=account).status_code == 503
    assert httpx.get(f"{stand_in.url}/v1/charges", headers=KEY).status_code == 200
    control.post("/faults", json={"target": "cloudinary", "mode": "none"})
    assert httpx.get(ping, auth=account).status_code == 200
    logged = control.get("/requests", params={"target": "cloudinary"}).json()
    assert [entry["status"] for entry in logged] == [200, 503]
    assert "sandbox-secret" not in str(logged)


def test_requests_are_logged_without_secrets(
    control: httpx.Client, client: stripe.StripeClient
) -> None:
    set_fault(control, "status", status=503, count=1)
    with pytest.raises(stripe.APIError):
        client.v1.customers.create({"name": "Sam"}, {"idempotency_key": "sam-1"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.retrieve("re_none", {"expand": ["charge"]})
    get, post = control.get("/requests", params={"target": "stripe"}).json()
    assert (post["method"], post["path"], post["status"]) == ("POST", "/v1/customers", 503)
    assert post["form"] == {"name": "Sam"}
    assert post["headers"]["idempotency-key"] == "sam-1"
    assert post["headers"]["stripe-version"] == "2026-10-28.endive"
    assert "authorization" not in post["headers"]
    assert "sk_test" not in str([get, post])
    assert (get["method"], get["path"], get["status"]) == ("GET", "/v1/refunds/re_none", 404)
    assert get["query"] == {"expand[0]": "charge"}
    assert control.get("/requests", params={"target": "cloudinary"}).json() == []


def test_a_request_whose_answer_was_lost_is_logged_without_a_status(
    control: httpx.Client, client: stripe.StripeClient
) -> None:
    set_fault(control, "lose", count=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "Sam"})
    assert control.get("/requests").json()[0]["status"] is None


def test_messages_to_the_application_are_listed_with_a_valid_signature(
    control: httpx.Client, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    session = sold(client)
    messages = control.get("/messages", params={"target": "webhooks"}).json()
    events = [
        client.construct_event(each["body"], each["headers"]["Stripe-Signature"], "whsec_sandbox")
        for each in messages
    ]
    assert "checkout.session.completed" in {event.type for event in events}
    assert any(session.id in each["body"] for each in messages)
    assert control.get("/messages", params={"target": "notifications"}).json() == []


def send_mail(stand_in: Sandbox, to: str, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.test", to, subject
    mail.set_content("Grüße: https://shop.test/verify-email?token=abc\n")
    mail.add_alternative("<p>Grüße</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", stand_in.smtp_port) as smtp:
        smtp.send_message(mail)


def test_mails_are_listed_newest_first(stand_in: Sandbox, control: httpx.Client) -> None:
    send_mail(stand_in, "sam@example.test", "Grüße")
    send_mail(stand_in, "olga@example.test", "Second")
    assert [mail["subject"] for mail in control.get("/mails").json()] == ["Second", "Grüße"]
    [mail] = control.get("/mails", params={"to": "SAM@example.test"}).json()
    assert mail["to"] == ["sam@example.test"]
    assert mail["text"].strip() == "Grüße: https://shop.test/verify-email?token=abc"
    assert mail["html"].strip() == "<p>Grüße</p>"
    assert mail["sent_at"].endswith("Z")
    assert control.get("/mails", params={"to": "nobody@example.test"}).json() == []


def test_a_malformed_mail_is_stored_too(stand_in: Sandbox, control: httpx.Client) -> None:
    odd = b"Content-Type: text/plain; charset=martian\r\n\r\n\xff\xfe odd\r\n"
    with smtplib.SMTP("127.0.0.1", stand_in.smtp_port) as smtp:
        smtp.sendmail("a@example.test", ["b@example.test", "c@example.test"], odd)
    [mail] = control.get("/mails").json()
    assert mail["to"] == ["b@example.test", "c@example.test"]
    assert "odd" in mail["text"]


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("/faults", {"target": "moon", "mode": "status"}, "target"),
        ("/faults", {"target": "stripe", "mode": "explode"}, "mode"),
        ("/faults", {"target": "stripe", "mode": "duplicate"}, "mode"),
        ("/faults", {"target": "webhooks", "mode": "html"}, "mode"),
        ("/faults", {"target": "stripe"}, "mode"),
        ("/faults", {"target": ["stripe"], "mode": "drop"}, "target"),
        ("/faults", {"target": "stripe", "mode": "status", "status": 99}, "status"),
        ("/faults", {"target": "stripe", "mode": "status", "status": "bad"}, "status"),
        ("/faults", {"target": "stripe", "mode": "status", "count": 0}, "count"),
        ("/faults", {"target": "stripe", "mode": "status", "count": 1.5}, "count"),
        ("/faults", {"target": "stripe", "mode": "hang", "seconds": -1}, "seconds"),
        ("/faults", {"target": "stripe", "mode": "hang", "seconds": True}, "seconds"),
        ("/refunds", {}, "payment_intent"),
        ("/refunds", {"payment_intent": "pi_none"}, "No such payment_intent"),
        ("/refunds", {"payment_intent": "pi_none", "amount": 0}, "amount"),
        ("/refunds", {"payment_intent": "pi_none", "fail": "maybe"}, "fail"),
        ("/refunds", {"refund": "re_none"}, "No such refund"),
        ("/disputes", {"close": "won"}, "payment_intent"),
        ("/webhook_endpoint", {"url": "ftp://x"}, "url"),
        ("/webhook_endpoint", {}, "url"),
        ("/late_fees", {}, "seconds"),
        ("/late_fees", {"seconds": 10**400}, "seconds"),
    ],
)
def test_invalid_input_is_400_with_a_message(
    control: httpx.Client, path: str, body: dict, word: str
) -> None:
    answer = control.post(path, json=body)
    assert answer.status_code == 400
    assert word in answer.json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"', b"[" * 100_000])
def test_a_body_that_is_not_an_object_is_400(control: httpx.Client, body: bytes) -> None:
    assert control.post("/faults", content=body).status_code == 400


def test_settling_an_unsettled_payment_names_what_is_missing(
    client: stripe.StripeClient, control: httpx.Client
) -> None:
    session = sold(client, "pay_later")
    assert control.post(f"/sessions/{session.id}/settle", json={}).status_code == 400
    answer = control.post("/sessions/cs_none/settle", json={"succeed": True})
    assert answer.status_code == 404
    open_one = client.v1.checkout.sessions.create(order())
    answer = control.post(f"/sessions/{open_one.id}/settle", json={"succeed": True})
    assert answer.status_code == 400
    assert "no processing payment" in answer.json()["error"]


def test_a_session_can_be_expired(client: stripe.StripeClient, control: httpx.Client) -> None:
    session = client.v1.checkout.sessions.create(order())
    assert control.post(f"/sessions/{session.id}/expire").json()["status"] == "expired"
    assert control.post(f"/sessions/{session.id}/expire").status_code == 400


@pytest.mark.parametrize("times", [0, 101, "many", 1.5])
def test_sending_again_has_bounds(
    client: stripe.StripeClient, control: httpx.Client, times: object
) -> None:
    sold(client)
    id = control.get("/events").json()[0]["id"]
    assert control.post(f"/events/{id}/deliver", json={"times": times}).status_code == 400


def test_a_reset_deletes_everything(stand_in: Sandbox, control: httpx.Client) -> None:
    client = client_of(stand_in)
    sold(client)
    send_mail(stand_in, "sam@example.test", "Hello")
    set_fault(control, "status", status=503)
    stand_in.reset()
    assert client.v1.events.list().data == []
    assert control.get("/mails").json() == []
    assert [entry["path"] for entry in control.get("/requests").json()] == ["/v1/events"]
