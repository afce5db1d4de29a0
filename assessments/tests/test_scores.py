"""What results add up to, which attempt counts, and when keys are shown."""

import pytest

from assessments.queries.attempts import QuizFacts, shows_keys
from assessments.scores import add_up, find_counted, percentage
from assessments.tests.exams import choice, essay


def result(score):
    return {"number": 1, "score": score, "source": "automatic", "feedback": ""}


def attempt(number, percent=None, status="graded"):
    return {
        "number": number,
        "status": status,
        "percentage": percent,
        "passed": percent is not None and percent >= 50,
    }


def test_a_percentage_is_rounded_down_and_whole_where_there_is_nothing_to_score():
    assert [percentage(each, 300) for each in (0, 1, 199, 200, 299, 300)] == [0, 0, 66, 66, 99, 100]
    assert percentage(0, 0) == 100


def test_an_attempt_waits_for_the_last_grade_and_then_passes_from_the_mark_on():
    samples = [choice().question, essay(200).question]
    first, second = (question["id"] for question in samples)
    waiting = add_up(samples, {first: result(100)}, 34)
    assert waiting == {
        "status": "submitted", "needs_grading": True, "score": None, "percentage": None, "passed": None
    }  # fmt: skip
    results = {first: result(100), second: result(0)}
    assert add_up(samples, results, 33)["passed"] is True
    assert add_up(samples, results, 34)["passed"] is False


def test_the_best_counts_and_of_equals_the_newest_or_the_last_that_is_graded():
    attempts = [
        attempt(1, 40),
        attempt(2, 90),
        attempt(3, 90),
        attempt(4, 10),
        attempt(5, status="submitted"),
    ]
    assert find_counted(attempts, "best")["number"] == 3
    assert find_counted(attempts, "last")["number"] == 4
    assert find_counted([attempt(1, status="open")], "best") is None


@pytest.mark.parametrize(
    ("show_key", "most", "attempts", "shown"),
    [
        ("never", None, [attempt(1, 100)], False),
        ("after_attempt", None, [attempt(1, 0)], True),
        ("after_attempt", None, [attempt(1, 0), attempt(2, status="open")], False),
        ("after_pass", None, [attempt(1, 0)], False),
        ("after_pass", None, [attempt(1, 0), attempt(2, 50)], True),
        ("after_pass", None, [attempt(1, 50), attempt(2, status="open")], False),
        ("after_last", 2, [attempt(1, 100)], False),
        ("after_last", 2, [attempt(1, 0), attempt(2, 0)], True),
        ("after_last", None, [attempt(1, 100)], False),
    ],
)
def test_keys_are_shown_when_the_quiz_says_so(show_key, most, attempts, shown):
    assert shows_keys(QuizFacts(show_key=show_key, max_attempts=most), attempts) is shown
