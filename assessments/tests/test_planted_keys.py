"""A key, an explanation or what was right leaves the server only when the quiz says so: a walk over every answer."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from assessments.models import Question
from assessments.models.question import Kind
from assessments.tests.factories import KEYS, QuizFactory, ask
from courses.tests.factories import CourseFactory, SectionFactory
from learning.tests.factories import EnrollmentFactory

API = "/api/v1"
PLANTED = ("planted key", "31415.92653", "planted explanation")
RESULTS = {"key", "explanation", "correct", "feedback"}
"""The fields of a question of an attempt that follow `show_key`, as its score does."""
ASKED = KEYS | {
    Kind.SHORT_TEXT: {"key": {"accept": ["planted key"]}},
    Kind.NUMERIC: {"key": {"value": "31415.92653", "tolerance": "1"}},
}

# Whether keys show: while an essay waits, when all is graded and failed, in the second attempt, and when it is passed.
SHOWN = {
    "never": [False, False, False, False],
    "after_attempt": [False, True, False, True],
    "after_pass": [False, False, False, True],
    "after_last": [False, False, False, True],
}


@pytest.fixture
def school(client_of, instructor, student, other_student, other_instructor, staff, visitor):
    """A course with a question of each kind, and everybody's client."""
    course = CourseFactory(instructor=instructor, published=True, price_amount=0)
    for person in (student, other_student):
        EnrollmentFactory(user=person, course=course)
    return SimpleNamespace(
        course=course,
        section=SectionFactory(course=course),
        asked=[
            ask(instructor, kind, explanation="planted explanation", **given)
            for kind, given in ASKED.items()
        ],
        teacher=client_of(instructor),
        student=client_of(student),
        others=[visitor, *map(client_of, (other_student, other_instructor))],
        staff=client_of(staff),
    )


def respond(question: Question) -> Any:
    """Return a right response to a question, in other words than its key has; None to an essay."""
    own = {Kind.SHORT_TEXT: "PLANTED KEY", Kind.NUMERIC: "31416"}
    fields = (question.key.get(field) for field in ("option", "options", "pairs"))
    return own.get(Kind(question.kind)) or next(filter(None, fields), None)


def gather(value: Any) -> Iterator[str]:
    """Yield what a body gives away: planted texts, and results beside a question."""
    if isinstance(value, dict):
        if "prompt_html" in value:
            yield from {*RESULTS, "score"} & value.keys()
        for part in value.values():
            yield from gather(part)
    elif isinstance(value, list):
        for part in value:
            yield from gather(part)
    elif isinstance(value, str):
        yield from (planted for planted in PLANTED if planted in value)


def read(client, paths: list[str]) -> set[str]:
    """Return what the answers to these paths give away, whatever their status."""
    given: set[str] = set()
    for path in paths:
        answer = client.get(API + path)
        streamed = b"".join(answer.streaming_content) if answer.streaming else b""
        text = streamed.decode() or answer.content.decode()
        given |= {planted for planted in PLANTED if planted in text}
        if not answer.streaming:
            given |= set(gather(answer.json()))
    return given


@pytest.mark.parametrize("show_key", SHOWN)
def test_keys_and_results_leave_the_server_only_when_the_quiz_shows_them(school, show_key):
    items = [{"question": str(question.pk)} for question in school.asked]
    quiz = QuizFactory(
        lecture__section=school.section, items=items, show_key=show_key, max_attempts=2
    )
    lecture, course = quiz.lecture_id, school.course.pk
    paths = [
        f"/lectures/{lecture}/quiz",
        f"/lectures/{lecture}/attempts",
        f"/lectures/{lecture}",
        f"/courses/{course}/lectures",
        f"/courses/{course}/progress",
        f"/courses/{course}/grades",
        "/users/me/export",
    ]
    essay = next(each for each in school.asked if each.kind == Kind.ESSAY)

    def send(method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = getattr(school.student, method)(API + path, body, format="json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    first = send("post", f"/lectures/{lecture}/attempts")
    url = f"/attempts/{first['id']}"
    paths.append(url)
    answers = [
        first,
        send("put", f"{url}/responses/{essay.pk}", {"response": "Because."}),
        send("post", f"{url}/submit", {}),
    ]
    assert set(gather(answers)) == set()
    shown = [read(school.student, paths)]

    graded = school.teacher.put(f"{API}{url}/grades/{essay.pk}", {"score": 0}, format="json")
    assert graded.status_code == 200
    shown.append(read(school.student, paths))

    second = send("post", f"/lectures/{lecture}/attempts")
    url = f"/attempts/{second['id']}"
    paths.append(url)
    responses = {str(question.pk): respond(question) for question in school.asked}
    saved = send(
        "put", f"{url}/responses/{school.asked[0].pk}", {"response": respond(school.asked[0])}
    )
    assert set(gather([second, saved])) == set()
    shown.append(read(school.student, paths))

    passed = send("post", f"{url}/submit", {"responses": responses})
    assert passed["passed"]
    shown.append(read(school.student, paths))
    everything = {*PLANTED, *RESULTS, "score"}
    assert shown == [everything if each else set() for each in SHOWN[show_key]]
    assert set(gather(passed)) == shown[-1]

    if show_key == "after_attempt":  # the most open one
        paths += [
            f"/lectures/{lecture}/attempts/csv",
            f"/courses/{course}",
            f"/courses/{course}/gradebook",
            "/questions",
            "/questions/export?as=json",
            f"/questions/{school.asked[0].pk}",
        ]
        assert [read(client, paths) for client in school.others] == [set()] * len(school.others)
        for client in (school.teacher, school.staff):
            assert read(client, paths) >= everything
