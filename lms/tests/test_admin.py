"""What every staff page has in common: lists without joins, and the rules of the search."""

import pytest
from bson import ObjectId
from django.apps import apps
from django.contrib import admin
from django.db.models import Q

from accounts.models import User
from accounts.tests.factories import UserFactory
from lms.admin import ModelAdmin, by_email, by_id, by_prefix, by_value

APPS = {"accounts", "media", "courses", "certificates", "learning", "assessments", "payments"}


def test_no_list_of_the_staff_joins_what_its_rows_refer_to():
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS]
    pages = [admin.site.get_model_admin(model) for model in ours if admin.site.is_registered(model)]
    assert len(pages) > 10
    for page in pages:
        assert isinstance(page, ModelAdmin)
        assert page.list_select_related == ()


def test_a_rule_of_the_search_applies_to_its_kind_of_term_alone():
    key = ObjectId()
    assert by_id("order")(str(key)) == Q(order=key)
    assert by_id("order")("x") is None
    assert by_prefix("cs_", "session")("cs_1") == Q(session="cs_1")
    assert by_prefix("cs_", "session")("pi_1") is None
    assert by_value("code", normalize=str.upper)("half") == Q(code="HALF")
    assert by_email("user")("nobody") is None


class UserSearch(ModelAdmin):
    search_by = (by_id("pk"), by_prefix("Ada", "name"))


def search(page, rf, term):
    found, _ = page(User, admin.site).get_search_results(rf.get("/"), User.objects.all(), term)
    return [user.name for user in found]


@pytest.mark.django_db
def test_the_first_rule_that_applies_decides_and_nothing_is_found_without_one(rf):
    ada = UserFactory(name="Ada")
    UserFactory(name="Bob")
    assert search(UserSearch, rf, f" {ada.pk} ") == ["Ada"]
    assert sorted(search(UserSearch, rf, " ")) == ["Ada", "Bob"]
    assert search(UserSearch, rf, "Ada") == ["Ada"]
    assert search(UserSearch, rf, "Bo") == []


@pytest.mark.django_db
def test_a_person_is_found_by_the_whole_address_in_any_case():
    ada = UserFactory(email="ada@example.test")
    assert by_email("user")("ADA@example.test") == Q(user__in=[ada.pk])
    assert by_email("user")("da@example.test") == Q(user__in=[])


def test_the_search_box_is_shown_where_there_are_rules(rf):
    request = rf.get("/")
    assert UserSearch(User, admin.site).get_search_fields(request) == ("pk",)
    assert ModelAdmin(User, admin.site).get_search_fields(request) == ()
