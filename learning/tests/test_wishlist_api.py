"""What a person wishes to take: a page of cards that only they see, until they get the course."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from accounts.personal_data import erase_everything, export_everything
from courses.models import Category, Course
from courses.services import authoring
from courses.tests.factories import CategoryFactory, CourseFactory
from learning.models import WishlistItem
from learning.services import wishlist
from learning.services.enrollment import enroll as give
from learning.services.enrollment import restore, revoke
from lms.renderers import JSONRenderer
from lms.tests.races import in_between

pytestmark = pytest.mark.django_db

URL = "/api/v1/wishlist"


def code(response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def slugs(client, url=URL) -> list[str]:
    return [card["slug"] for card in client.get(url).json()["results"]]


@pytest.fixture
def wished(student, instructor):
    """Seven courses on the student's wishlist, `c6` the newest."""
    category = CategoryFactory()
    courses = [
        CourseFactory(instructor=instructor, category=category, published=True, slug=f"c{number}")
        for number in range(7)
    ]
    now = timezone.now()
    WishlistItem.objects.bulk_create(
        WishlistItem(user=student, course=course) for course in courses
    )
    for number, course in enumerate(courses):  # `created_at` is set by itself
        created_at = now + timedelta(seconds=number // 2)
        WishlistItem.objects.filter(course=course).update(created_at=created_at)
    return courses


def test_a_course_is_put_on_the_list_once_by_id_or_slug_and_removed(
    course, student, client_of, visitor
):
    client = client_of(student)
    for key in (course.pk, course.slug, course.pk):
        assert client.put(f"{URL}/{key}").status_code == 204
    [card] = client.get(URL).json()["results"]
    [public] = visitor.get("/api/v1/courses").json()["results"]
    assert card == public
    for key in (course.slug, course.pk, "no-such-course", "f" * 24):
        assert client.delete(f"{URL}/{key}").status_code == 204
    assert slugs(client) == []


def test_what_one_has_is_not_put_on_the_list(course, student, enroll, client_of):
    enroll(student, course)
    client = client_of(student)
    assert client.put(f"{URL}/{course.pk}").status_code == 204
    assert client.put(f"{URL}/no-such-course").status_code == 404
    assert slugs(client) == []
    revoke(student.pk, course.pk, source="free")
    assert client.put(f"{URL}/{course.pk}").status_code == 204
    assert slugs(client) == [course.slug]


def test_the_pages_are_full_although_some_courses_are_hidden(wished, student, client_of, commands):
    Course.objects.filter(slug__in=["c6", "c4", "c3", "c0"]).update(status="draft")
    client = client_of(student)
    with commands() as sent:
        page = client.get(f"{URL}?page_size=2").json()
    assert len(sent) == 2  # who asks, and the list
    assert [card["slug"] for card in page["results"]] == ["c5", "c2"]
    rest = client.get(page["next"]).json()
    assert [card["slug"] for card in rest["results"]] == ["c1"]
    assert rest["next"] is None
    assert slugs(client, rest["previous"]) == ["c5", "c2"]
    Course.objects.update(status="published")
    assert slugs(client) == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]
    assert code(client.get(f"{URL}?cursor=x")) == (400, "invalid")


def test_a_course_that_one_gets_leaves_the_list(wished, student, other_student, client_of):
    bought, given, restored, *_ = wished
    wishlist.add(other_student, bought)
    give(student.pk, restored.pk, source="free")
    revoke(student.pk, restored.pk, source="free")
    wishlist.add(student, restored)
    give(student.pk, bought.pk, source="purchase")
    give(student.pk, given.pk, source="staff")
    restore(student.pk, restored.pk, source="free")
    assert slugs(client_of(student)) == ["c6", "c5", "c4", "c3"]
    assert slugs(client_of(other_student)) == ["c0"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [False, True], ids=["enroll", "restore"])
def test_a_course_that_one_gets_at_the_same_moment_is_not_wished_for(
    course, student, enroll, client_of, watched, again
):
    if again:
        enroll(student, course)
        revoke(student.pk, course.pk, source="free")
    get = restore if again else give
    client = client_of(student)
    late, _ = in_between(
        watched,
        late=lambda: client.put(f"{URL}/{course.pk}"),
        early=lambda: get(student.pk, course.pk, source="free"),
    )
    assert late.status_code == 204
    assert not WishlistItem.objects.exists()


def test_a_full_list_takes_no_more(wished, course, student, client_of, monkeypatch):
    monkeypatch.setattr(wishlist, "MAX_WISHES", 7)
    client = client_of(student)
    answer = client.put(f"{URL}/{course.pk}")
    assert code(answer) == (409, "wishlist_full")
    assert answer.json()["errors"][0]["params"] == {"max_courses": 7}
    assert client.put(f"{URL}/c3").status_code == 204  # it is there already
    client.delete(f"{URL}/c3")
    assert client.put(f"{URL}/{course.pk}").status_code == 204


def test_a_wish_goes_with_the_course(wished, student, client_of):
    authoring.delete(wished[6])
    assert slugs(client_of(student))[0] == "c5"
    assert WishlistItem.objects.count() == 6
    assert Category.objects.count() == 1


def test_wishes_are_exported_and_erased(wished, course, student, other_student):
    wishlist.add(other_student, course)
    exported = orjson.loads(JSONRenderer().render(export_everything(student)["learning"]))
    assert [each["course"] for each in exported["wishlist"]][::6] == [
        wished[6].title,
        wished[0].title,
    ]
    erase_everything(student)
    assert [item.user_id for item in WishlistItem.objects.all()] == [other_student.pk]
