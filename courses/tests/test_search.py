"""Searches: by words, the best match first, with any input."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses import filters
from courses.models import Course
from courses.queries import search
from courses.tests.factories import CategoryFactory, CourseFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/courses"
AS_OFTEN = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def slugs(response):
    assert response.status_code == 200, response.content
    return [course["slug"] for course in response.json()["results"]]


def test_a_word_in_the_title_counts_more_than_one_in_the_description(visitor):
    CourseFactory(published=True, slug="described", title="Other", description="About python.")
    CourseFactory(published=True, slug="titled", title="Python")
    CourseFactory(published=True, slug="tagged", title="Another", tags=["python"])
    CourseFactory(published=True, slug="unrelated", title="Cooking")
    assert slugs(visitor.get(URL, {"search": "PYTHON"})) == ["titled", "tagged", "described"]


def test_more_of_the_words_count_more(visitor):
    CourseFactory(published=True, slug="one", title="Python")
    CourseFactory(published=True, slug="both", title="Python for data")
    assert slugs(visitor.get(URL, {"search": "data python"}))[0] == "both"


def test_a_search_can_be_filtered_and_ordered(visitor):
    code = CategoryFactory(slug="code")
    for price in (300, 100, 200):
        CourseFactory(
            published=True, title="Python", slug=f"p{price}", price_amount=price, category=code
        )
    CourseFactory(published=True, title="Python", slug="elsewhere")
    CourseFactory(title="Python draft", slug="draft", category=code)
    query = {"search": "python", "category": "code"}
    assert set(slugs(visitor.get(URL, query))) == {"p100", "p200", "p300"}
    assert slugs(visitor.get(URL, query | {"ordering": "price"})) == ["p100", "p200", "p300"]
    assert slugs(visitor.get(URL, query | {"price_min": 150, "ordering": "-price"})) == [
        "p300",
        "p200",
    ]


def test_ranked_pages_show_every_match_once_in_both_directions(visitor):
    for n in range(5):
        CourseFactory(published=True, title="Python " * (1 + n % 2), slug=f"c{n}")
    whole = slugs(visitor.get(URL, {"search": "python"}))
    page, seen = visitor.get(URL, {"search": "python", "page_size": 2}).json(), []
    seen += [course["slug"] for course in page["results"]]
    while page["next"]:
        page = visitor.get(page["next"]).json()
        seen += [course["slug"] for course in page["results"]]
    assert seen == whole
    back = [course["slug"] for course in page["results"]]
    while page["previous"]:
        page = visitor.get(page["previous"]).json()
        back = [course["slug"] for course in page["results"]] + back
    assert back == whole


@pytest.mark.parametrize("text", ["(", '"', "$", "-", "🎓", "c++", "--python", '"the', "  "])
def test_punctuation_is_ignored(visitor, text):
    CourseFactory(published=True, title="Unrelated")
    CourseFactory(title="c python the")
    assert visitor.get(URL, {"search": text}).status_code == 200


def test_the_last_word_may_be_a_beginning_and_whole_words_come_first(visitor):
    CourseFactory(published=True, title="Javascript", slug="script", enrolled_count=9)
    CourseFactory(published=True, title="Java", slug="java")
    CourseFactory(published=True, title="Coffee", slug="coffee", tags=["java"], enrolled_count=5)
    assert slugs(visitor.get(URL, {"search": "java"})) == ["java", "coffee", "script"]
    assert slugs(visitor.get(URL, {"search": "jav"})) == ["script", "java", "coffee"]


def test_a_course_has_all_words_or_else_those_are_found_that_have_the_most(visitor):
    CourseFactory(published=True, title="Python", slug="python")
    CourseFactory(published=True, title="Data", slug="data")
    CourseFactory(published=True, title="Python for data", slug="both")
    assert slugs(visitor.get(URL, {"search": "data with python"})) == ["both"]
    assert set(slugs(visitor.get(URL, {"search": "python nowhere"}))) == {"python", "both"}
    assert slugs(visitor.get(URL, {"search": "nowhere nothing"})) == []


def test_filters_do_not_change_which_courses_have_the_most_words(visitor):
    CourseFactory(published=True, title="Python", slug="one", level="beginner")
    CourseFactory(
        published=True, title="Python data", slug="both", level="advanced", tags=["python"]
    )
    assert slugs(visitor.get(URL, {"search": "python data", "level": "advanced"})) == ["both"]
    assert slugs(visitor.get(URL, {"search": "python data", "level": "beginner"})) == []


def test_a_little_word_is_ranked_but_does_not_decide_what_is_found(visitor):
    CourseFactory(published=True, title="Python data", slug="without", enrolled_count=9)
    CourseFactory(published=True, title="Python with data", slug="with")
    assert slugs(visitor.get(URL, {"search": "data with python"})) == ["with", "without"]
    assert slugs(visitor.get(URL, {"search": "with python"})) == ["with", "without"]


def test_a_search_reads_a_number_of_entries_of_all_its_words_together(visitor, monkeypatch):
    monkeypatch.setattr(search, "MAX_ENTRIES", 4)
    for n in range(6):
        CourseFactory(published=True, title="Python" if n % 2 else "Data", slug=f"c{n}")
    assert len(slugs(visitor.get(URL, {"search": "python"}))) == 3
    CourseFactory.create_batch(3, published=True, title="Python")
    assert len(slugs(visitor.get(URL, {"search": "python"}))) == 4
    assert len(slugs(visitor.get(URL, {"search": "python data"}))) == 4
    assert len(slugs(visitor.get(URL, {"search": "a python in data of"}))) == 4
    words = "red blue green black"
    assert sum(stage["$limit"] for stage in reads_of(words)) == 4


def reads_of(words):
    """Return the stages that cut what a search reads."""
    first, *stages = search.list_stages(words)
    others = [each["$unionWith"]["pipeline"] for each in stages if "$unionWith" in each]
    return [stage for read in ([first, *stages], *others) for stage in read if "$limit" in stage]


def test_no_stage_of_a_search_gathers_courses_in_one_document():
    # 2,000 courses with all that a card and a filter need may be more than the 16 MB of a document.
    assert not {"$push", "$addToSet"} & set(re.findall(r"\$\w+", str(search.list_stages("a b c"))))


def test_a_search_is_filtered_by_several_categories_and_tags(visitor):
    code, art = CategoryFactory(slug="code"), CategoryFactory(slug="art")
    CourseFactory(published=True, title="Python", slug="a", category=code, tags=["Web", "C++"])
    CourseFactory(published=True, title="Python", slug="b", category=art, tags=["web"])
    CourseFactory(published=True, title="Python", slug="c", tags=["web"])
    for query in ({}, {"search": "pyth"}):
        found = slugs(visitor.get(URL, query | {"category": "art,code,nothing"}))
        assert set(found) == {"a", "b"}
        assert set(slugs(visitor.get(URL, query | {"tag": "WEB"}))) == {"a", "b", "c"}
        assert slugs(visitor.get(URL, query | {"tag": "web,c++"})) == ["a"]
        assert slugs(visitor.get(URL, query | {"tag": "web,none"})) == []


def test_a_dash_excludes_nothing(visitor):
    CourseFactory(published=True, title="Python", slug="python")
    assert slugs(visitor.get(URL, {"search": "-python"})) == ["python"]


def test_a_search_of_ten_kilobytes_uses_its_first_words(visitor):
    CourseFactory(published=True, title="Python", slug="python")
    assert slugs(visitor.get(URL, {"search": "python " + "word " * 2000})) == ["python"]
    assert slugs(visitor.get(URL, {"search": "x" * 10_000})) == []


def test_words_in_other_scripts_are_found(visitor):
    CourseFactory(published=True, title="Программирование на Python", slug="ru")
    assert slugs(visitor.get(URL, {"search": "программирование"})) == ["ru"]


@pytest.fixture
def draft():
    return CourseFactory()


@AS_OFTEN
@given(text=st.text(max_size=40))
def test_no_search_breaks_the_catalogue_or_shows_a_draft(visitor, draft, text):
    Course.objects.update(title=text[:120], description=text, tags=[text[:30]])
    response = visitor.get(URL, {"search": text})
    assert response.status_code in {200, 400}
    if response.status_code == 200:
        assert response.json()["results"] == []


NAMES = [*filters.CatalogueFilter.parameters, "cursor", "page_size"]


@AS_OFTEN
@given(
    query=st.dictionaries(
        st.sampled_from(NAMES),
        st.one_of(
            st.text(max_size=20),
            st.integers().map(str),
            st.floats().map(str),
            st.sampled_from(["true", "beginner", "price", "-rating", "usd", "0" * 24, "[]", "{}"]),
        ),
        max_size=4,
    )
)
def test_no_combination_of_parameters_is_a_server_error(visitor, query):
    assert visitor.get(URL, query).status_code in {200, 400}


def test_of_a_repeated_parameter_the_last_value_counts_and_a_blank_one_is_none(visitor):
    CourseFactory(published=True, slug="one", level="beginner", title="Python")
    assert slugs(visitor.get(f"{URL}?level=nonsense&level=beginner")) == ["one"]
    assert slugs(visitor.get(f"{URL}?level=beginner&level=&search=%20")) == ["one"]


def test_every_wrong_parameter_is_named_with_its_limit(visitor):
    query = {"level": "%(text)s", "price_min": "-1", "language": "x" * 11, "search": "a"}
    response = visitor.get(URL, query)
    assert response.status_code == 400
    errors = {each["attr"]: each for each in response.json()["errors"]}
    assert {attr: each["code"] for attr, each in errors.items()} == {
        "level": "invalid_choice",
        "price_min": "min_value",
        "language": "max_length",
    }
    assert errors["price_min"]["params"] == {"min_value": 0}
    assert errors["language"]["params"] == {"max_length": 10}
    assert "%(text)s" in errors["level"]["detail"]
