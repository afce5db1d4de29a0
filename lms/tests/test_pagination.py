"""Cursor pages: whole, in order, in both directions, and deaf to forgery."""

from types import SimpleNamespace

import pytest
from django.db import connection
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.models import User
from accounts.tests.factories import UserFactory
from lms.pagination import CursorPagination, Page

ORDERING = ("name", "-id")


class View:
    ordering = ORDERING


def page(url: str):
    pagination = CursorPagination()
    rows = pagination.paginate_queryset(
        User.objects.all(), Request(APIRequestFactory().get(url)), View()
    )
    return pagination.get_paginated_response([row.pk for row in rows]).data


@pytest.fixture
def people(db):
    """Seven people, five of whom share a name."""
    return [UserFactory(name=name) for name in ["Bo", "Al", "Bo", "Bo", "Cy", "Bo", "Bo"]]


def in_order(made):
    newest_first = sorted(made, key=lambda user: user.pk, reverse=True)
    return [user.pk for user in sorted(newest_first, key=lambda user: user.name)]


def test_pages_hold_every_row_once_though_many_share_the_first_key(people):
    seen, url = [], "/?page_size=2"
    while url:
        answer = page(url)
        seen += answer["results"]
        url = answer["next"]
    assert seen == in_order(people)


def test_previous_leads_back_to_the_same_pages(people):
    first = page("/?page_size=3")
    second = page(first["next"])
    third = page(second["next"])
    assert page(third["previous"])["results"] == second["results"]
    back = page(second["previous"])
    assert back["results"] == first["results"]
    assert back["previous"] is None
    assert back["next"]


def test_a_single_page_has_no_links(people):
    answer = page("/?page_size=7")
    assert len(answer["results"]) == 7
    assert answer["next"] is answer["previous"] is None


def test_a_row_added_meanwhile_shifts_no_page(people):
    first = page("/?page_size=3")
    UserFactory(name="Aa")
    second = page(first["next"])
    assert first["results"] + second["results"] == in_order(people)[:6]


@pytest.mark.parametrize("size", ["0", "-1", "101", "ten", "1e2", "", "9" * 5000, "\u0661\u0660"])
def test_a_bad_page_size_is_refused(db, size):
    with pytest.raises(ValidationError) as raised:
        page(f"/?page_size={size}")
    assert "page_size" in raised.value.detail


@pytest.mark.parametrize("cursor", ["x", "eyJhIjoxfQ", "a:b:c", "0" * 5000, "%00"])
def test_a_forged_cursor_is_refused(db, cursor):
    with pytest.raises(ValidationError) as raised:
        page(f"/?cursor={cursor}")
    assert "cursor" in raised.value.detail


def test_the_links_of_a_page_are_the_same_at_any_time(people, monkeypatch):
    links = page("/?page_size=2")["next"]
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: 0))
    assert page("/?page_size=2")["next"] == links


def test_a_cursor_of_another_ordering_is_refused(people):
    cursor = page("/?page_size=2")["next"]
    with pytest.raises(ValidationError):
        Page.of(Request(APIRequestFactory().get(cursor)), ("-created_at", "-id"))


def test_a_pipeline_pages_as_a_queryset_does(people):
    url = page("/?page_size=3")["next"]
    window = Page.of(Request(APIRequestFactory().get(url)), ORDERING)
    stages = [{"$match": window.match()}, {"$sort": window.sort()}, {"$limit": window.limit}]
    found = list(connection.get_collection(User._meta.db_table).aggregate(stages))
    assert [row["_id"] for row in window.cut(found)] == page(url)["results"]
    assert window.links(found) == {key: page(url)[key] for key in ("next", "previous")}
