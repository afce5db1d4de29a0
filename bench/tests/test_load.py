import asyncio
import random

import httpx
import pytest

from accounts.tests.factories import UserFactory
from bench.load import MIX, Measured, Unsuitable, _percentile, find_targets, report, request, send
from courses.tests.factories import CourseFactory, LectureFactory, SectionFactory
from demo.content import PASSWORD, STUDENTS
from learning.tests.factories import EnrollmentFactory


async def send_each(url: str) -> Measured:
    measured, dice = Measured(), random.Random(1)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1/") as client:
        targets = await find_targets(client)
        for name in MIX:
            await send(client, name, request(name, targets, dice), measured)
    return measured


@pytest.mark.django_db(transaction=True)
def test_everything_in_the_mix_is_answered(live_server):
    course = CourseFactory(published=True, price_amount=0)
    LectureFactory(section=SectionFactory(course=course))
    for email in STUDENTS:
        EnrollmentFactory(user=UserFactory(email=email, password=PASSWORD), course=course)
    measured = asyncio.run(send_each(live_server.url))
    assert measured.errors == {}
    assert list(measured.seconds) == list(MIX)


def test_an_address_without_a_system_is_refused():
    with pytest.raises(Unsuitable, match="nothing answers"):
        asyncio.run(send_each("http://127.0.0.1:1"))


def test_percentiles_are_by_nearest_rank():
    times = [float(number) for number in range(1, 101)]
    assert [_percentile(times, part) for part in (50, 95, 99)] == [50, 95, 99]
    assert _percentile([3.0], 99) == 3.0


def test_the_table_shows_times_and_errors():
    measured = Measured()
    measured.seconds["GET /courses"] += [0.010, 0.020, 0.030, 0.040]
    measured.errors["GET /courses", "503"] += 2
    lines = report(measured, seconds=2).splitlines()
    assert lines[1].split() == ["GET", "/courses", "4", "2.0", "20.0", "40.0", "40.0"]
    assert lines[-2].startswith("all ")
    assert lines[-1] == "error: GET /courses: 503 (2 times)"
