"""Which students refund themselves: nothing that they can undo decides it."""

import pytest

from certificates.models import Certificate
from certificates.services import withdraw
from courses.tests.factories import LectureFactory, SectionFactory
from payments.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def lectures(course):
    """Ten articles."""
    return LectureFactory.create_batch(10, section=SectionFactory(course=course))


@pytest.fixture
def study(client_of, student, course):
    """Use an endpoint of the student's progress: `study("reset")`."""
    url = f"/api/v1/courses/{course.pk}/progress"
    return lambda path="complete": client_of(student).post(f"{url}/{path}")


@pytest.fixture
def complete(client_of, student, course):
    """Complete lectures, or undo them: `complete(lectures[:3])`."""

    def act(lectures, *, completed=True):
        client, url = client_of(student), f"/api/v1/courses/{course.pk}/progress/lectures"
        for lecture in lectures:
            body = {"completed": completed}
            assert client.patch(f"{url}/{lecture.pk}", body).status_code == 200

    return act


@pytest.fixture
def refund(client_of, student):
    """Request a refund of the newest order as the student; return the status, and the code of an error."""

    def act():
        order = Order.objects.filter(user=student).latest("created_at")
        answer = client_of(student).post(f"/api/v1/payments/orders/{order.pk}/refund")
        errors = answer.json().get("errors")
        return answer.status_code, errors and errors[0]["code"]

    return act


CLOSED = (409, "refund_window_closed")
REFUNDED = (202, None)


def test_below_a_third_of_the_course_a_student_refunds(bought, lectures, complete, refund):
    complete(lectures[:2])
    assert refund() == REFUNDED


def test_starting_again_does_not_open_the_window(bought, lectures, complete, study, refund):
    complete(lectures[:3])
    assert refund() == CLOSED
    study("reset")
    assert refund() == CLOSED


def test_undoing_lectures_does_not_open_the_window(bought, lectures, complete, refund):
    complete(lectures[:3])
    complete(lectures[:3], completed=False)
    assert refund() == CLOSED


def test_lectures_that_are_added_do_not_open_the_window(bought, lectures, complete, refund):
    complete(lectures[:3])
    LectureFactory.create_batch(10, section=lectures[0].section)
    assert refund() == CLOSED


def test_a_certificate_closes_the_window_for_good(bought, lectures, study, refund, settings):
    settings.REFUND_PROGRESS_PERCENT = 100
    study()
    LectureFactory.create_batch(10, section=lectures[0].section)
    study("reset")
    assert refund() == CLOSED
    assert withdraw(Certificate.objects.get())
    assert refund() == CLOSED


def test_a_certificate_alone_closes_the_window(bought, student, course, refund):
    Certificate.objects.create(
        code="c" * 22, user=student, course=course, issued_at=bought.created_at
    )
    assert refund() == CLOSED


def test_what_was_consumed_of_an_earlier_purchase_counts(
    bought, lectures, complete, study, refund, shop, buy, student, course
):
    complete(lectures[:2])
    study("reset")
    assert refund() == REFUNDED
    shop.pay(buy(student, course).json()["checkout_url"])
    shop.deliver_all("checkout.session.completed")
    complete(lectures[2:3])
    assert refund() == CLOSED
