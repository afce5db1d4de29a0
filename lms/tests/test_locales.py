"""The language of an answer: by Accept-Language, else the person's own, else English."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from lms import currencies, locales
from lms.exceptions import TooManyRequests

NOT_FOUND = {
    "en": "Not found.",
    "de": "Nicht gefunden.",
    "es": "No encontrado.",
    "fr": "Non trouvé.",
}


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        *[
            ("de", "de"),
            ("de-AT, en;q=0.5", "de"),
            ("pl, fr-CA;q=0.8, en;q=0.7", "fr"),
            ("ES", "es"),
        ],
        *[("en;q=0.2, es;q=0.9", "es"), ("de;q=0, fr;q=0.1", "fr"), ("de;q=0", ""), ("*", "")],
        *[("pl, *;q=0.5", ""), ("", ""), ("xx", ""), ("de_DE", ""), (";;q=,", ""), ("\x00", "")],
        *[("de" * 5000, ""), ("fr," + "xx," * 3400, "fr"), ("en-" + "a-" * 5000, "")],
    ],
)
def test_the_header_names_a_language_of_ours_or_none(header, locale):
    assert locales.of_header(header) == locale


@pytest.mark.parametrize("locale", NOT_FOUND)
def test_an_error_is_in_the_language_of_the_request_and_its_code_never_changes(visitor, locale):
    response = visitor.get("/api/v1/nothing", headers={"Accept-Language": f"{locale}-XX"})
    assert response.json()["errors"] == [
        {"code": "not_found", "detail": NOT_FOUND[locale], "attr": None}
    ]
    assert response["Content-Language"] == locale
    assert "Accept-Language" in response["Vary"]
    assert translation.get_language() == "en"


def test_requests_at_the_same_time_are_answered_each_in_its_language():
    def ask(locale):
        return Client(headers={"Accept-Language": locale}).get("/nothing").json()["errors"][0]

    asked = [*NOT_FOUND] * 8
    with ThreadPoolExecutor(8) as pool:
        details = [error["detail"] for error in pool.map(ask, asked)]
    assert details == [NOT_FOUND[locale] for locale in asked]


@pytest.mark.django_db
def test_a_persons_own_language_is_used_where_the_request_names_none_of_ours(
    client_of, student, commands
):
    User.objects.filter(pk=student.pk).update(locale="fr")
    client = client_of(student)
    path = f"/api/v1/lectures/{student.pk}"
    with commands() as sent:
        assert client.get(path).json()["errors"][0]["detail"] == NOT_FOUND["fr"]
    for header, locale in (("pl, *", "fr"), ("de", "de"), ("en-GB", "en")):
        with commands() as same:
            response = client.get(path, headers={"Accept-Language": header})
        assert response.json()["errors"][0]["detail"] == NOT_FOUND[locale]
        assert len(same) == len(sent)
    assert translation.get_language() == "en"


@pytest.mark.parametrize("path", ["/", "/api/schema", "/api/docs", "/health/live"])
def test_what_machines_read_is_english_whoever_asks(path):
    client = Client()
    plain, german = (client.get(path, headers={"Accept-Language": each}) for each in ("", "de"))
    without_nonce = [re.sub(rb'nonce="[^"]*"', b"", each.content) for each in (german, plain)]
    assert without_nonce[0] == without_nonce[1]
    assert "Content-Language" not in german
    assert "accept-language" not in german.get("Vary", "").lower()


def test_numbers_amounts_and_dates_follow_the_language():
    shown = {}
    for locale in NOT_FOUND:
        with translation.override(locale):
            price = currencies.display(123_456, "eur")
            shown[locale] = (price, locales.format_day(date(2026, 11, 1)))
    assert shown == {
        "en": ("1,234.56 EUR", "1 November 2026"),
        "de": ("1.234,56 EUR", "1. November 2026"),
        "es": ("1.234,56 EUR", "1 de noviembre de 2026"),
        "fr": ("1\u202f234,56 EUR", "1 novembre 2026"),
    }


def test_a_sentence_has_the_plural_of_its_number():
    def detail(wait):
        return str(TooManyRequests(wait).detail)

    assert (detail(1), detail(1200)) == (
        "Too many requests. Try again in 1 second.",
        "Too many requests. Try again in 1,200 seconds.",
    )
