"""Facets, suggestions and related courses."""

import pytest

from accounts.tests.factories import UserFactory
from courses.tests.factories import CategoryFactory, CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"


@pytest.fixture
def shelf():
    """Five published courses and a draft, with every facet in several values."""
    code, art = CategoryFactory(slug="code", name="Code"), CategoryFactory(slug="art", name="Art")
    teacher = UserFactory(role="instructor", name="Ángel Öztürk")
    rows = [
        ("py", "Python basics", code, "beginner", "en", 0, ["Python", "web"]),
        ("py2", "Python for data", code, "advanced", "en", 900, ["python", "Machine Learning"]),
        ("pyde", "Python und Daten", code, "beginner", "de", 900, ["PYTHON"]),
        ("ink", "Drawing with ink", art, "beginner", "en", 900, ["drawing"]),
        ("oil", "Oil painting", art, "all", "fr", 0, []),
    ]
    for slug, title, category, level, language, price, tags in rows:
        CourseFactory(
            published=True, slug=slug, title=title, category=category, level=level, instructor=teacher,
            language=language, price_amount=price, tags=tags, description="Text.",
        )  # fmt: skip
    CourseFactory(slug="draft", title="Python draft", category=code, tags=["python", "hidden"])
    return teacher


def facets(client, **query):
    response = client.get(f"{URL}/facets", query)
    assert response.status_code == 200, response.content
    body = response.json()
    flat = {
        name: {str(row.get("value", row.get("slug"))): row["count"] for row in body[name]}
        for name in ("category", "level", "language", "free", "tag")
    }
    return body["total"], flat


def test_facets_count_the_published_courses(visitor, shelf, commands):
    with commands() as sent:
        total, counts = facets(visitor)
    assert len(sent) == 2
    assert total == 5
    assert counts == {
        "category": {"code": 3, "art": 2},
        "level": {"beginner": 3, "advanced": 1, "all": 1},
        "language": {"en": 3, "de": 1, "fr": 1},
        "free": {"False": 3, "True": 2},
        "tag": {"python": 3, "drawing": 1, "Machine Learning": 1, "web": 1},
    }


def test_a_facet_is_counted_without_its_own_filter(visitor, shelf, commands):
    with commands() as sent:
        total, counts = facets(
            visitor, search="python", category="code", level="beginner", tag="python"
        )
    assert len(sent) == 2
    assert total == 2
    assert counts["level"] == {"beginner": 2, "advanced": 1}
    assert counts["category"] == {"code": 2}
    assert counts["tag"] == {"Python": 2, "web": 1}
    assert facets(visitor, category="art,code", free="true")[1]["free"] == {"False": 3, "True": 2}
    assert facets(visitor, category="nothing")[0] == 0
    assert facets(visitor, category="nothing")[1]["category"] == {"code": 3, "art": 2}
    assert facets(visitor, search="((")[0] == 0


@pytest.mark.parametrize(
    "query",
    [
        {}, {"category": "art,code,none"}, {"tag": "python"}, {"tag": "python,WEB"}, {"level": "beginner"},
        {"search": "pyth", "free": "false"}, {"language": "en", "tag": "machine-learning"}, {"price_min": 1},
        {"search": "python data", "category": "code"}, {"category": ","}, {"tag": " , "},
    ],
)  # fmt: skip
def test_the_total_is_that_of_the_list(visitor, shelf, query):
    listed = visitor.get(URL, query | {"page_size": 100}).json()["results"]
    assert facets(visitor, **query)[0] == len(listed)


def test_a_value_of_a_facet_filters_the_list_to_its_count(visitor, shelf):
    _, counts = facets(visitor, language="en")
    for name, values in counts.items():
        for value, count in values.items():
            if name != "language":
                found = visitor.get(URL, {"language": "en", name: value.lower()}).json()["results"]
                assert len(found) == count, (name, value)


def suggest(client, q):
    response = client.get(f"{URL}/suggestions", {"q": q})
    assert response.status_code == 200, response.content
    return [
        (each["kind"], each["text"], each.get("slug", each.get("id")))
        for each in response.json()["results"]
    ]


def test_suggestions_are_titles_tags_and_instructors(visitor, shelf, commands):
    with commands() as sent:
        found = suggest(visitor, "PYTH")
    assert len(sent) == 1
    assert {each[2] for each in found if each[0] == "course"} == {"py", "py2", "pyde"}
    assert [each[2] for each in found if each[0] == "tag"] == ["python"]
    assert suggest(visitor, "öz an") == [("instructor", "Ángel Öztürk", str(shelf.pk))]
    assert suggest(visitor, "oztu") == suggest(visitor, "oeztu") == suggest(visitor, "öztürk")
    assert suggest(visitor, "machine le") == [("tag", "Machine Learning", "machine-learning")]
    assert suggest(visitor, "hidd") == suggest(visitor, "))((") == []


@pytest.mark.parametrize(("q", "code"), [(None, "required"), ("a", "min_length"), ("x" * 61, "max_length"), ("a\0b", "null_characters_not_allowed"), ("  ", "blank")])  # fmt: skip
def test_suggestions_need_2_to_60_characters(visitor, q, code):
    response = visitor.get(f"{URL}/suggestions", {} if q is None else {"q": q})
    [error] = response.json()["errors"]
    assert (response.status_code, error["code"], error["attr"]) == (400, code, "q")


def related(client, key):
    response = client.get(f"{URL}/{key}/related")
    assert response.status_code == 200, response.content
    return [each["slug"] for each in response.json()["results"]]


def test_related_courses_are_of_the_category_then_of_the_tags_then_popular(
    visitor, shelf, commands
):
    other = CategoryFactory()
    CourseFactory(published=True, slug="tagged", tags=["web", "Python"], category=other)
    CourseFactory(published=True, slug="tagged-once", tags=["WEB"], category=other)
    CourseFactory(published=True, slug="popular", enrolled_count=9, category=other)
    with commands() as sent:
        found = related(visitor, "py")
    assert len(sent) == 2
    assert found[:2] in (["py2", "pyde"], ["pyde", "py2"])
    assert found[2:5] == ["tagged", "tagged-once", "popular"]
    assert "draft" not in found
    assert related(visitor, "py") == found


def test_a_hidden_course_has_no_related_ones_for_anybody(visitor, client_of, shelf):
    assert visitor.get(f"{URL}/draft/related").status_code == 404
    assert visitor.get(f"{URL}/{'f' * 24}/related").status_code == 404


def test_related_is_empty_only_if_there_is_no_other_course(visitor):
    CourseFactory(published=True, slug="one")
    assert related(visitor, "one") == []
    CourseFactory(published=True, slug="two")
    assert related(visitor, "one") == ["two"]
