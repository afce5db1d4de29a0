"""Amounts that staff type in whole units."""

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory
from django.utils import translation

from lms.forms import MoneyField, MoneyForm


class PriceForm(MoneyForm, forms.Form):
    amount = MoneyField(required=False, min_value=0)
    currency = forms.CharField()


def price(amount, currency="usd"):
    form = PriceForm({"amount": amount, "currency": currency})
    return form.cleaned_data["amount"] if form.is_valid() else form.errors["amount"][0]


@pytest.mark.parametrize(
    ("typed", "currency", "stored"),
    [
        ("64", "usd", 6400),
        ("64.5", "USD", 6450),
        ("64", "jpy", 64),
        ("1.23", "kwd", 1230),
        ("700", "isk", 70000),
        ("0", "eur", 0),
        ("", "eur", None),
    ],
)
def test_an_amount_is_typed_in_whole_units_and_stored_in_minor_units(typed, currency, stored):
    assert price(typed, currency) == stored


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("0.001", "usd"),
        ("1.5", "jpy"),
        ("1.234", "kwd"),
        ("700.50", "isk"),
        ("-1", "usd"),
        ("1e99", "usd"),
        ("NaN", "usd"),
        ("Infinity", "usd"),
        ("free", "usd"),
        ("9999999999", "usd"),
        ("6\x004", "usd"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused_in_a_sentence(typed, currency):
    assert str(price(typed, currency)).endswith(".")


@pytest.mark.parametrize(("currency", "shown"), [("usd", "64"), ("jpy", "6400"), ("kwd", "6.4")])
def test_stored_amounts_are_shown_in_whole_units(currency, shown):
    field = PriceForm(initial={"amount": 6400, "currency": currency})["amount"]
    assert float(field.value()) == float(shown)


def test_an_amount_that_was_not_touched_has_not_changed():
    initial = {"amount": 6400, "currency": "usd"}
    for typed, changed in (("64.00", False), ("64", False), ("65", True), ("x", True)):
        form = PriceForm({"amount": typed, "currency": "usd"}, initial=initial)
        assert ("amount" in form.changed_data) is changed


def test_a_comma_is_a_point_where_the_language_writes_it_so():
    with translation.override("de"):
        assert price("64,50") == 6450
        assert "64,5" in str(PriceForm(initial={"amount": 6450, "currency": "eur"})["amount"])


def test_no_form_of_the_staff_takes_an_amount_in_minor_units():
    request = RequestFactory().get("/")
    request.user = type("Superuser", (), {"is_superuser": True, "has_perm": lambda *_: True})()
    pages = [page for page in admin.site._registry.values() if page.has_change_permission(request)]
    assert len(pages) > 5
    for page in pages:
        fields = page.get_form(request).base_fields
        for name, field in fields.items():
            if "amount" in name:
                assert isinstance(field, MoneyField), f"{page}.{name}"
