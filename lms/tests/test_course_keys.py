"""Every path and every body names a course by its id or its slug, and both get the same answer."""

import json
import re
from functools import partial

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from rest_framework.test import APIClient

from courses.models import Course
from courses.services.authoring import RESERVED
from courses.tests.factories import CourseFactory
from lms.tests.world import rebuild

pytestmark = pytest.mark.django_db

URL = "/api/v1"
TIME = re.compile(r'"\d{4}-\d\d-\d\dT[^"]+"')
BODY = {"updates": [{"lecture": "f" * 24, "at": "2020-01-01T00:00:00Z"}]}  # of `progress/batch`
HOSTILE = ["Course", "%00", "..", "%2E%2E", "$gt", "a%20b", "%FF", "🎓", "a" * 10_000]


def list_routes(resolver=None, prefix=""):
    """Yield the whole route of every path, and its methods."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, sorted({*getattr(pattern.callback, "actions", {})} - {"head"})
        else:
            yield from list_routes(pattern, route)


ROUTES = {route: methods for route, methods in list_routes() if route.startswith("api/v1/")}
OF_COURSES = {route: methods for route, methods in ROUTES.items() if "<course:key>" in route}


def send(user, method, route, key):
    client = APIClient()
    client.force_authenticate(user)
    return getattr(client, method)("/" + route.replace("<course:key>", str(key)), BODY)


def read(response):
    """Return the status and the text of a response, without what changes from moment to moment."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, TIME.sub('"time"', content.decode())


def test_every_path_takes_the_id_and_the_slug_of_a_course(undo, commands):
    assert len(OF_COURSES) >= 20
    assert not [each for each in ROUTES if re.search(r"/(courses|wishlist)/<(?!course:key>)", each)]
    world = rebuild()
    for route, methods in OF_COURSES.items():
        part = world.enrollment if "/students/" in route else world.lecture
        route = re.sub(r"<object_id:\w+>", str(part.pk), route)
        Course.objects.filter(pk=world.course.pk).update(status="published")  # see `/archive`
        for method in methods:
            call = partial(send, world.instructor, method, route)
            if call(world.course.slug).status_code == 403:
                call = partial(send, world.people["student"], method, route)
            answers, costs = [], []
            for key in (world.course.slug, world.course.pk):
                with commands() as sent:
                    answers.append(read(call(key)))
                costs.append(len(sent))
                if answers[-1][0] == 204:
                    undo()
                    rebuild()
            assert answers[0] == answers[1], (method, route)
            assert answers[0][0] not in {403, 404}, (method, route)
            assert method != "get" or costs[0] <= costs[1] + 1, route
            is_silent = (method, "wishlist" in route) == ("delete", True)  # also about a draft
            assert call("no-such-course").status_code == (204 if is_silent else 404), (
                method,
                route,
            )


@pytest.mark.parametrize("key", HOSTILE)
def test_a_path_with_a_bad_key_is_404(client_of, student, key):
    client = client_of(student)
    for route in ("courses/{}", "courses/{}/progress", "courses/{}/reviews", "courses/{}/purchase"):
        assert client.get(f"{URL}/{route.format(key)}").status_code == 404


def test_bodies_take_the_id_and_the_slug_of_a_course(client_of, student, instructor):
    course = CourseFactory(instructor=instructor, published=True, slug="программирование")
    buyer, seller = client_of(student), client_of(instructor)
    quotes = [
        buyer.post(f"{URL}/payments/quote", {"course": key})
        for key in (str(course.pk), course.slug)
    ]
    assert quotes[0].json() == quotes[1].json()
    assert quotes[0].json()["course"] == str(course.pk)
    coupon = {"code": "BOTH", "percent": 10, "courses": [course.slug, str(course.pk)]}
    made = seller.post(f"{URL}/payments/coupons", coupon)
    assert made.json()["courses"] == [str(course.pk)]
    others = {"courses": [CourseFactory().slug]}
    for body in ({"courses": ["no-such-course"]}, {"courses": ["f" * 24]}, others):
        refused = seller.patch(f"{URL}/payments/coupons/{made.json()['id']}", body)
        assert refused.status_code == 400
        [error] = refused.json()["errors"]
        assert (error["attr"], error["code"]) == ("courses", "does_not_exist")
    for unknown in ("no-such-course", "f" * 24):
        response = buyer.post(f"{URL}/payments/quote", {"course": unknown})
        assert response.status_code == 404


@pytest.mark.parametrize("key", [None, 7, [], {}, "", "a b", "a\0", "a\n", "\ud800", "a" * 10_000])
def test_a_body_with_a_bad_key_is_400(client_of, student, key):
    body = json.dumps({"course": key})
    response = client_of(student).post(
        f"{URL}/payments/quote", body, content_type="application/json"
    )
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] in {"course", None}  # a lone surrogate is no JSON


def test_no_slug_is_a_word_of_the_paths():
    words = {found[1] for route in ROUTES if (found := re.match(r"api/v1/courses/(\w+)", route))}
    assert words <= RESERVED
    assert "mine" in words


def test_a_course_whose_slug_is_a_word_of_the_paths_is_found_by_its_id(visitor):
    for word in RESERVED:
        course = CourseFactory(published=True, slug=word)
        assert visitor.get(f"{URL}/courses/{course.pk}").json()["slug"] == word


def test_text_that_may_be_an_id_is_an_id(visitor):
    wanted = CourseFactory(published=True)
    Course.objects.filter(pk=CourseFactory(published=True).pk).update(slug=str(wanted.pk))
    assert visitor.get(f"{URL}/courses/{wanted.pk}").json()["id"] == str(wanted.pk)
