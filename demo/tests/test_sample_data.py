"""The sample data continues where an interruption left it."""

import httpx
import pytest

from accounts.models import User
from courses.tests.factories import CourseFactory
from demo.sample_data import enroll
from learning.services.enrollment import is_enrolled
from payments.checkout import start_checkout
from sandbox.server import Sandbox


@pytest.mark.django_db
def test_a_purchase_that_was_interrupted_after_the_payment_is_completed(
    student: User, sandbox: Sandbox
) -> None:
    course = CourseFactory(published=True)
    checkout = start_checkout(student, course)
    assert checkout.url
    httpx.post(checkout.url, data={"action": "pay"})
    enroll(student, course)
    assert is_enrolled(student.pk, course.pk)
