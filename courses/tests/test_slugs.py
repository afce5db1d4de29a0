"""The slug of a course."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from courses.services import authoring
from courses.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def category():
    return CategoryFactory()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Программирование", "программирование"),
        ("Crème brûlée!", "crème-brûlée"),
        ("  Spaces   and -- dashes ", "spaces-and-dashes"),
        ("日本語 入門", "日本語-入門"),
        ("x" * 120, "x" * 70),
    ],
)
def test_a_slug_is_made_from_the_title(instructor, category, title, slug):
    course = authoring.create(instructor, title=title, category=category)
    assert course.slug == slug


@pytest.mark.parametrize("title", ["Mine", "🎓", "///", "65f1c0ffee65f1c0ffee65f1"])
def test_a_slug_is_never_empty_a_reserved_word_or_an_id(client_of, instructor, category, title):
    course = authoring.create(instructor, title=title, category=category)
    assert course.slug not in {"", "mine", title}
    response = client_of(instructor).get(f"/api/v1/courses/{course.slug}")
    assert response.json()["id"] == str(course.pk)


@pytest.mark.django_db(transaction=True)
def test_courses_with_one_title_created_at_the_same_time_have_different_slugs(instructor):
    category = CategoryFactory()

    def create(_):
        return authoring.create(instructor, title="Same", category=category)

    with ThreadPoolExecutor(4) as pool:
        courses = list(pool.map(create, range(8)))
    slugs = {course.slug for course in courses}
    assert len(slugs) == 8
    assert "same" in slugs
