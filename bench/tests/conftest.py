import pytest
from pymongo import monitoring

from accounts.tests.factories import UserFactory
from bench.commands import Recorder
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from demo.content import INSTRUCTOR, PASSWORD, STUDENT
from learning.tests.factories import EnrollmentFactory
from media.tests.factories import AssetFactory

RECORDER = Recorder()
monitoring.register(RECORDER)


@pytest.fixture
def recorder():
    """What records the commands of a request, with how many documents each returns."""
    yield RECORDER.record()
    RECORDER.is_on = False


@pytest.fixture
def school(db):
    """A free course that the sample student studies, and one to buy."""
    student = UserFactory(email=STUDENT, password=PASSWORD)
    teacher = UserFactory(email=INSTRUCTOR, password=PASSWORD, role="instructor")
    for price in (0, 4999):
        course = CourseFactory(instructor=teacher, published=True, price_amount=price)
        section = SectionFactory(course=course)
        LectureFactory(section=section, kind="video", asset=AssetFactory(owner=teacher))
        if not price:
            EnrollmentFactory(user=student, course=course)
