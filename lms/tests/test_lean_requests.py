"""The short ways that most requests take lead where Django's and DRF's own ways lead."""

import gc
import re
import weakref
from types import SimpleNamespace

import pytest
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import resolve
from rest_framework.exceptions import NotAcceptable, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.queries import render_user
from accounts.throttling import PasswordThrottle
from courses.tests.factories import CourseFactory
from learning.serializers import ProgressWriteSerializer
from lms.apps import keep_connections
from lms.drf import validate
from lms.negotiation import TAKES_JSON, Negotiation
from lms.renderers import JSONRenderer
from lms.throttling import client_address
from lms.urls import API

ID = "65f1c0ffee65f1c0ffee65f1"


@pytest.mark.parametrize("pattern", API, ids=lambda pattern: str(pattern.pattern))
def test_the_tree_of_paths_leads_to_the_view_of_each_path(pattern):
    route = str(pattern.pattern)
    found = resolve("/api/v1/" + re.sub(r"<\w+:\w+>", ID, route))
    assert (found.func, found.url_name) == (pattern.callback, pattern.name)
    assert found.route == f"api/v1/{route}"


def negotiate(way, accept):
    headers = {} if accept is None else {"Accept": accept}
    request = Request(APIRequestFactory().get("/", headers=headers))
    renderer, media_type = way.select_renderer(request, [JSONRenderer()])
    return renderer.format, media_type


@pytest.mark.parametrize("accept", sorted(TAKES_JSON, key=str))
def test_a_header_that_takes_json_gets_what_drf_gives_it(accept):
    assert negotiate(Negotiation(), accept) == negotiate(DefaultContentNegotiation(), accept)


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*"])
def test_a_header_that_takes_no_json_is_refused(accept):
    with pytest.raises(NotAcceptable):
        negotiate(Negotiation(), accept)


@pytest.mark.parametrize(
    "body",
    [
        {},
        None,
        [],
        "text",
        7,
        {"completed": "perhaps"},
        {"watched": [[3, 1]]},
        {"position_seconds": -1},
    ],
    ids=repr,
)
def test_a_serializer_that_is_made_once_answers_as_one_that_is_made_each_time(body):
    anew = ProgressWriteSerializer(data={} if body is None else body)
    if anew.is_valid():
        assert validate(ProgressWriteSerializer, body) == anew.validated_data
        return
    with pytest.raises(ValidationError) as refused:
        validate(ProgressWriteSerializer, body)
    assert refused.value.detail == anew.errors
    assert validate(ProgressWriteSerializer, {"completed": False}) == {"completed": False}


def test_a_limit_on_what_a_body_holds_does_not_count_reading(rf):
    view = SimpleNamespace()
    assert PasswordThrottle().allow_request(rf.get("/"), view)
    with pytest.raises(AttributeError):  # of a plain request, which has no `data`
        PasswordThrottle().allow_request(rf.patch("/"), view)


@pytest.mark.parametrize("forwarded", [None, "203.0.113.7", "203.0.113.7, 10.0.0.1", "nonsense"])
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_an_address_is_the_one_that_drf_finds(rf, settings, forwarded, proxies):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    found = BaseThrottle().get_ident(request)
    assert client_address(request) == (None if found == "nonsense" else found)


@pytest.mark.django_db
def test_caches_keep_an_answer_apart_for_each_origin_also_if_the_first_to_ask_has_none(client):
    CourseFactory(published=True)
    asked = [client.get("/api/v1/courses"), client.get("/api/v1/courses", headers={"Origin": "x"})]
    assert ["origin" in each["Vary"].lower() for each in asked] == [True, True]
    assert "origin" not in client.get("/health/live").get("Vary", "").lower()


@pytest.mark.django_db
def test_an_answer_has_the_tag_of_its_content(client):
    first, again = client.get("/api/v1/courses"), client.get("/api/v1/courses")
    assert first["ETag"] == again["ETag"]
    kept = {"If-None-Match": first["ETag"]}
    assert client.get("/api/v1/courses", headers=kept).status_code == 304
    CourseFactory(published=True)
    changed = client.get("/api/v1/courses", headers=kept)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.django_db
def test_a_request_is_freed_without_a_garbage_collection(visitor, client_of, student, monkeypatch):
    views, initial = [], APIView.initial

    def remember(view, *args, **kwargs):
        views.append(weakref.ref(view))
        initial(view, *args, **kwargs)

    monkeypatch.setattr(APIView, "initial", remember)
    gc.collect()
    gc.disable()
    try:
        assert visitor.get("/api/v1/courses").status_code == 200
        assert visitor.get("/api/v1/users/me").status_code == 401
        assert client_of(student).get("/api/v1/users/me").status_code == 200
        assert [view() for view in views] == [None] * 3
    finally:
        gc.enable()


def test_nothing_is_closed_around_a_request():
    keep_connections()
    for signal in (request_started, request_finished):
        assert not signal.disconnect(close_old_connections)
    assert not request_finished.disconnect(close_caches)


def test_a_person_is_rendered_without_the_file_of_the_avatar(student):
    student.avatar = "avatars/face"
    assert render_user(student)["avatar"].endswith("avatars/face")
    assert vars(student)["avatar"] == "avatars/face"
