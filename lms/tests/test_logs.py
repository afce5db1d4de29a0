"""One line a request that says who, what and how long, and never a secret; the rest of the log belongs to its work."""

import json
import logging
import logging.config
import re
from datetime import datetime

import pytest
from django.db import IntegrityError

import lms
from lms import logs, settings
from payments.models import Order

PASSWORD = "correct-horse-battery"


@pytest.fixture
def lines(caplog):
    """Return the lines of the log so far, as production writes them."""
    config = settings.LOGGING["formatters"]["json"]
    options = {name: value for name, value in config.items() if name != "()"}
    caplog.handler.addFilter(work := logs.WorkFilter())
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(logs.JSONLines(**options))
    written: list[str] = []
    emit = caplog.handler.emit
    caplog.handler.emit = lambda record: (written.append(caplog.handler.format(record)), emit(record))  # fmt: skip
    yield lambda: [json.loads(line) for line in written]
    del caplog.handler.emit
    caplog.handler.removeFilter(work)


def of(lines, logger):
    return [line for line in lines() if line["logger"] == logger]


def test_a_request_is_one_line_with_who_what_and_how_long(client_of, student, lines, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    client = client_of(student)
    headers = {"X-Request-ID": "abc-1", "X-Forwarded-For": "6.6.6.6, 203.0.113.7"}
    client.get(f"/api/v1/payments/orders?user={student.email}", headers=headers)
    [line] = of(lines, "lms.request")
    assert line["request_id"] == "abc-1"
    assert line["user"] == str(student.pk)
    assert (line["method"], line["route"], line["status"]) == ("GET", "api/v1/payments/orders", 200)
    assert line["client"] == "203.0.113.7"
    assert 2 <= line["db_commands"] <= 5
    assert 0 < line["db_ms"] <= line["ms"]
    assert line["version"] == lms.__version__
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None
    assert re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{3}\+00:00", line["time"])
    assert student.email not in json.dumps(lines())


def test_a_page_of_the_staff_names_who_asked(office, staff, lines):
    office.get("/admin/password_change/")
    assert [line["user"] for line in of(lines, "lms.request")] == [str(staff.pk)]


def test_a_visitor_costs_no_command_for_the_log(client, db, lines):
    client.get("/api/v1/nothing")
    [line] = of(lines, "lms.request")
    assert "user" not in line
    assert line["db_commands"] == 0


def test_what_signs_somebody_in_is_not_logged(visitor, student, lines):
    student.set_password(PASSWORD)
    student.save()
    body = {"email": student.email, "password": PASSWORD}
    tokens = visitor.post("/api/v1/auth/token", body).json()
    visitor.post("/api/v1/auth/token", body | {"password": "guess-" + PASSWORD})
    visitor.post("/api/v1/auth/refresh", {"refresh": tokens["refresh"]})
    visitor.post("/api/v1/auth/forgot-password", {"email": student.email})
    visitor.get(f"/api/v1/courses?search={student.email}")
    visitor.post("/admin/login/", {"username": student.email, "password": PASSWORD})
    visitor.post("/api/v1/payments/webhooks/stripe", {}, headers={"Stripe-Signature": "t=1,v1=ab"})
    assert len(of(lines, "lms.request")) == 7
    text = json.dumps([line for line in lines() if not line["logger"].startswith("pymongo")])
    secrets = [student.email, PASSWORD, tokens["access"], tokens["refresh"], "v1=ab"]
    assert [secret for secret in secrets if secret in text] == []


def test_an_address_in_an_error_is_not_logged(lines):
    try:
        raise IntegrityError('E11000 duplicate key: {email: "kim.o-neil@shop.example"}')
    except IntegrityError:
        logging.getLogger("lms").exception("for Kim <kim@shop.example> at mongo:27017")
    [line] = of(lines, "lms")
    assert line["message"] == "for Kim <[address]> at mongo:27017"
    assert '{email: "[address]"}' in line["exc_info"]


def test_a_long_text_without_an_address_takes_no_time():
    assert logs.without_addresses("x" * 1_000_000) == "x" * 1_000_000
    assert logs.without_addresses(f"{'x.' * 50_000}@{'y' * 50_000}").startswith("x.")


def test_a_service_that_is_down_is_logged_when_it_changes_and_not_by_each_probe(
    client, db, lines, settings
):
    assert client.get("/health/ready").status_code == 200
    begun = len(lines())  # another test may have left a cache that did not respond
    nobody = {"BACKEND": "lms.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    usual = settings.CACHES
    settings.CACHES = {"default": nobody}
    assert [client.get("/health/ready").status_code for _ in range(3)] == [503] * 3
    settings.CACHES = usual
    assert client.get("/health/ready").status_code == 200
    logged = [line for line in lines()[begun:] if "pymongo" not in line["logger"]]
    assert [(line["level"], line["message"]) for line in logged] == [
        ("WARNING", "cache does not respond"),
        ("WARNING", "cache responds again"),
    ]


def test_work_within_work_has_its_own_id_and_counts(db):
    with logs.working("outer") as outer:
        with logs.working() as inner:
            Order.objects.count()
        assert logs.current() is outer
    assert (outer.commands, inner.commands) == (0, 1)
    assert re.fullmatch("[0-9a-f]{32}", inner.id)
    assert logs.current().id == "-"
