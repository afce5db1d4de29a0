"""The catalogue: published courses, page by page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from courses.models import Course
from courses.services import reviews
from courses.tests.factories import CategoryFactory, CourseFactory, LectureFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


def slugs(response):
    assert response.status_code == 200, response.content
    return [course["slug"] for course in response.json()["results"]]


def walk(client, url):
    """Follow `next` to the end and `previous` back to the beginning; return the slugs of both ways."""
    forward, page = [], client.get(url).json()
    forward += [course["slug"] for course in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        forward += [course["slug"] for course in page["results"]]
    back = [course["slug"] for course in page["results"]]
    while page["previous"]:
        page = client.get(page["previous"]).json()
        back = [course["slug"] for course in page["results"]] + back
    return forward, back


@pytest.mark.parametrize("status", ["draft", "in_review", "archived"])
def test_an_unpublished_course_is_not_listed(visitor, status):
    CourseFactory(status=status, published_at=timezone.now(), title="Python")
    assert slugs(visitor.get(URL)) == []
    assert slugs(visitor.get(URL, {"search": "python"})) == []


def test_an_instructor_sees_the_same_list_as_a_visitor(client_of):
    draft = CourseFactory()
    assert slugs(client_of(draft.instructor).get(URL)) == []


def test_a_card_has_everything_that_a_buyer_compares(visitor):
    course = LectureFactory(
        section__course=CourseFactory(published=True, title="Python", subtitle="From zero"),
        kind="video",
        duration_seconds=90,
    ).course
    [card] = visitor.get(URL).json()["results"]
    assert card == {
        "id": str(course.pk),
        "slug": course.slug,
        "title": "Python",
        "subtitle": "From zero",
        "category": {
            "id": str(course.category.pk),
            "name": course.category.name,
            "slug": course.category.slug,
        },
        "level": "all",
        "language": "en",
        "price": {"amount": 4999, "currency": "usd"},
        "thumbnail": None,
        "thumbnail_srcset": None,
        "rating": {"average": None, "count": 0},
        "lecture_count": 1,
        "duration_seconds": 90,
        "enrolled_count": 0,
        "instructor": {
            "id": str(course.instructor.pk),
            "name": course.instructor.name,
            "avatar": None,
        },
        "published_at": card["published_at"],
    }
    assert card["published_at"].endswith("Z")


def test_a_thumbnail_is_a_url_in_several_widths(visitor):
    CourseFactory(published=True, thumbnail="lms/thumbnails/abc.jpg")
    [card] = visitor.get(URL).json()["results"]
    base = card["thumbnail_srcset"]["base"]
    assert card["thumbnail_srcset"] == {"base": base, "widths": [320, 640, 1280]}
    assert "lms/thumbnails/abc" in card["thumbnail"] == base.replace("{width}", "1280")


def test_the_newest_course_comes_first(visitor):
    now = timezone.now()
    for days in (2, 0, 1):
        CourseFactory(published=True, slug=f"d{days}", published_at=now - timedelta(days=days))
    assert slugs(visitor.get(URL)) == ["d0", "d1", "d2"]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("price", ["free", "cheap", "dear"]),
        ("-price", ["dear", "cheap", "free"]),
        ("-rating", ["cheap", "dear", "free"]),
        ("-enrolled", ["free", "dear", "cheap"]),
        ("-published_at", ["dear", "cheap", "free"]),
    ],
)
def test_every_ordering(visitor, ordering, expected):
    free = CourseFactory(published=True, slug="free", price_amount=0, enrolled_count=9)
    cheap = CourseFactory(published=True, slug="cheap", price_amount=100, enrolled_count=0)
    dear = CourseFactory(published=True, slug="dear", price_amount=9000, enrolled_count=3)
    for course, ratings in ((free, [2]), (cheap, [5, 5]), (dear, [5])):
        for rating in ratings:
            reviews.write(UserFactory(), course, rating=rating)
    assert slugs(visitor.get(URL, {"ordering": ordering})) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "code"}, {"a", "b"}),
        ({"category": "nobody-has-this"}, set()),
        ({"level": "beginner"}, {"a"}),
        ({"language": "de"}, {"c"}),
        ({"currency": "eur"}, {"b"}),
        ({"price_min": 100}, {"b", "c"}),
        ({"price_max": 100}, {"a", "b"}),
        ({"price_min": 1, "price_max": 100}, {"b"}),
        ({"free": "true"}, {"a"}),
        ({"free": "false"}, {"b", "c"}),
        ({"free": "true", "price_min": 100}, set()),
        ({"rating_min": "4.5"}, {"c"}),
        ({"category": "code", "free": "false", "currency": "eur", "ordering": "price"}, {"b"}),
        ({"level": "", "search": "", "ordering": ""}, {"a", "b", "c"}),
        ({"nonsense": "1", "status": "draft"}, {"a", "b", "c"}),
    ],
)
def test_filters_and_their_combinations(visitor, query, expected):
    code, art = CategoryFactory(slug="code"), CategoryFactory(slug="art")
    CourseFactory(published=True, slug="a", category=code, price_amount=0, level="beginner")
    CourseFactory(published=True, slug="b", category=code, price_amount=100, currency="eur")
    c = CourseFactory(published=True, slug="c", category=art, price_amount=5000, language="de")
    CourseFactory(slug="d", category=code)
    for rating in (4, 5):
        reviews.write(UserFactory(), c, rating=rating)
    assert set(slugs(visitor.get(URL, query))) == expected


def test_courses_are_filtered_by_instructor(visitor):
    course = CourseFactory(published=True)
    CourseFactory(published=True)
    assert slugs(visitor.get(URL, {"instructor": str(course.instructor_id)})) == [course.slug]
    assert slugs(visitor.get(URL, {"instructor": "0" * 24})) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("level", "expert"),
        ("instructor", "me"),
        ("currency", "xxx"),
        ("price_min", "cheap"),
        ("price_min", "-1"),
        ("price_max", "1.5"),
        ("price_max", "9" * 30),
        ("free", "maybe"),
        ("rating_min", "6"),
        ("rating_min", "nan"),
        ("ordering", "title"),
        ("ordering", "-price_amount"),
        ("page_size", "0"),
        ("page_size", "101"),
        ("page_size", "ten"),
        ("cursor", "nonsense"),
        ("language", "a language of more than ten letters"),
    ],
)
def test_a_bad_value_is_refused_and_its_parameter_named(visitor, name, value):
    response = visitor.get(URL, {name: value})
    assert response.status_code == 400
    assert [error["attr"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("level=100%25s", "invalid_choice", '"100%s" is not a valid choice.'),
        ("price_min=x", "invalid", "A valid integer is required."),
        ("price_min=-1", "min_value", "Ensure this value is greater than or equal to 0."),
        ("free=maybe", "invalid", "Must be a valid boolean."),
        (
            "rating_min=0.123",
            "max_decimal_places",
            "Ensure that there are no more than 2 decimal places.",
        ),
        ("instructor=me", "invalid", "This is not a valid id."),
        ("language=abcdefghijk", "max_length", "Ensure this field has no more than 10 characters."),
    ],
)
def test_a_bad_value_has_the_code_and_message_of_its_field(visitor, query, code, detail):
    response = visitor.get(f"{URL}?{query}")
    [error] = response.json()["errors"]
    assert (error["code"], error["detail"]) == (code, detail)


def test_all_bad_values_are_named_at_once(visitor):
    response = visitor.get(URL, {"level": "expert", "free": "maybe", "ordering": "title"})
    assert {error["attr"] for error in response.json()["errors"]} == {"level", "free", "ordering"}


@pytest.mark.parametrize("ordering", ["-published_at", "price", "-price", "-rating", "-enrolled"])
def test_pages_show_every_course_once_in_both_directions(visitor, ordering):
    now = timezone.now()
    for n in range(7):  # with equal values, so that only the id tells rows apart
        CourseFactory(
            published=True,
            published_at=now - timedelta(days=n % 2),
            price_amount=n % 3,
            rating_average=1000 * (n % 3),
            rating_count=n % 2,
            enrolled_count=n % 2,
        )
    whole = slugs(visitor.get(URL, {"ordering": ordering}))
    assert len(set(whole)) == 7
    assert walk(visitor, f"{URL}?ordering={ordering}&page_size=2") == (whole, whole)


def test_a_page_can_be_filtered_by_the_field_that_orders_it(visitor):
    for n in range(6):
        CourseFactory(published=True, price_amount=n // 2 * 100, slug=f"c{n}")
    query = f"{URL}?ordering=price&price_min=100&price_max=200&page_size=1"
    assert walk(visitor, query)[0] == ["c2", "c3", "c4", "c5"]


def test_a_cursor_does_not_fit_another_ordering(visitor):
    CourseFactory.create_batch(2, published=True)
    following = visitor.get(URL, {"page_size": 1}).json()["next"]
    assert visitor.get(following + "&ordering=price").status_code == 400


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({}, 1),
        ({"ordering": "price", "level": "all"}, 1),
        ({"category": "code"}, 2),
        ({"search": "course"}, 1),
        ({"search": "the course of"}, 1),
        ({"search": "course", "category": "code"}, 2),
        ({"search": "course", "category": "code", "ordering": "price"}, 2),
    ],
)
def test_a_page_costs_few_commands_however_many_courses(visitor, commands, query, most):
    CourseFactory.create_batch(5, published=True, category=CategoryFactory(slug="code"))
    with commands() as sent:
        assert len(slugs(visitor.get(URL, query))) == 5
    assert len(sent) == most


def test_an_unchanged_page_is_answered_with_304(visitor):
    course = CourseFactory(published=True)
    first = visitor.get(URL)
    assert first["ETag"].startswith('"')
    again = visitor.get(URL, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Course.objects.filter(pk=course.pk).update(title="Changed")
    assert visitor.get(URL, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_an_invalid_token_does_not_close_the_catalogue(visitor):
    visitor.credentials(HTTP_AUTHORIZATION="Bearer nonsense")
    assert visitor.get(URL).status_code == 200


def test_categories_are_listed_by_name(visitor):
    CategoryFactory(name="Music", slug="music")
    CategoryFactory(name="Code", slug="code")
    body = visitor.get("/api/v1/categories").json()
    assert [each["slug"] for each in body["results"]] == ["code", "music"]
    assert set(body["results"][0]) == {"id", "name", "slug"}
