"""The rating of a course is exactly the average of its visible reviews."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.tests.factories import UserFactory
from courses.models import Review
from courses.services import reviews
from courses.tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def rating(course):
    course.refresh_from_db()
    given = Counter(Review.objects.listed().filter(course=course).values_list("rating", flat=True))
    assert course.rating_counts == [given[star] for star in range(1, 6)]
    return course.rating_sum, course.rating_count, course.rating_average


def test_a_changed_review_is_counted_once(student):
    course = CourseFactory(published=True)
    reviews.write(student, course, rating=5, comment="Good")
    reviews.write(student, course, rating=2, comment="Not so good")
    reviews.write(student, course, rating=2, comment="Well")
    assert rating(course) == (2, 1, 2000)
    assert Review.objects.get().comment == "Well"


def test_the_average_is_exact(student):
    course = CourseFactory(published=True)
    for given in (5, 4, 4):
        reviews.write(UserFactory(), course, rating=given)
    assert rating(course) == (13, 3, 4333)


def test_a_removed_review_does_not_count(student, other_student):
    course = CourseFactory(published=True)
    reviews.write(student, course, rating=5)
    reviews.write(other_student, course, rating=1)
    assert reviews.remove(student, course) is True
    assert reviews.remove(student, course) is False
    assert rating(course) == (1, 1, 1000)
    assert reviews.remove(other_student, course) is True
    assert rating(course) == (0, 0, 0)


def test_a_hidden_review_does_not_count_even_when_it_is_changed(student, other_student):
    course = CourseFactory(published=True)
    review = reviews.write(student, course, rating=1)
    reviews.write(other_student, course, rating=4)
    assert reviews.hide(review) is True
    assert reviews.hide(review) is False
    assert rating(course) == (4, 1, 4000)
    reviews.write(student, course, rating=2)
    assert rating(course) == (4, 1, 4000)
    assert reviews.unhide(review) is True
    assert reviews.unhide(review) is False
    assert rating(course) == (6, 2, 3000)


def test_a_removed_hidden_review_stays_hidden_and_uncounted(student):
    course = CourseFactory(published=True)
    reviews.hide(reviews.write(student, course, rating=3, comment="Spam"))
    assert reviews.remove(student, course) is True
    assert rating(course) == (0, 0, 0)
    assert Review.objects.get().comment == ""
    assert reviews.write(student, course, rating=5, comment="Spam").hidden_at is not None
    assert rating(course) == (0, 0, 0)


def test_removing_all_reviews_of_a_person_can_be_repeated(student, other_student):
    one, two = CourseFactory(published=True), CourseFactory(published=True)
    for course in (one, two):
        reviews.write(student, course, rating=5)
    reviews.write(other_student, one, rating=3)
    reviews.remove_all_of(student)
    reviews.remove_all_of(student)
    assert rating(one) == (3, 1, 3000)
    assert rating(two) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_ratings_given_at_the_same_time_are_all_counted():
    course = CourseFactory(published=True)
    people = [UserFactory() for _ in range(4)]

    def act(n):
        reviews.write(people[n % 4], course, rating=1 + n % 5)
        if n % 6 == 5:
            reviews.remove(people[n % 4], course)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(24)))
    given = list(Review.objects.values_list("rating", flat=True))
    assert len(given) <= 4
    average = round(1000 * sum(given) / len(given)) if given else 0
    assert rating(course) == (sum(given), len(given), average)
