"""What must hold of attempts, whatever happened: computed from a table of our own, not by the product's functions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import StringIO
from typing import Any

from bson import ObjectId
from django.core.management import CommandError, call_command

from assessments.models import Attempt, Grade
from certificates.models import Certificate
from learning.models import Enrollment
from lms.models import Event
from proof.attempts.history import History, ids_of, sample_of
from proof.attempts.house import EDITED
from proof.attempts.samples import ESSAY, by_places
from proof.attempts.world import World


def inconsistencies(world: World) -> Iterator[str]:
    """Yield a sentence for every contradiction; there must be none at any moment at which nothing runs."""
    lines: dict[Any, list[Grade]] = defaultdict(list)
    for line in Grade.objects.order_by("number"):
        lines[line.attempt_id, str(line.question)].append(line)
    attempts = list(Attempt.objects.order_by("user_id", "lecture_id", "number"))
    for attempt in attempts:
        for wrong in _of_attempt(attempt, lines):
            yield f"attempt {attempt.pk} ({attempt.status}): {wrong}"
    yield from _of_numbers(attempts)
    yield from _of_completion(world, attempts)
    yield from _of_events(attempts)
    yield from _of_own_check()


def violations(world: World, histories: Iterable[History]) -> Iterator[str]:
    """Yield a sentence for everything that is wrong in the end, after the clock, the teacher and a last regrade."""
    attempts = {str(attempt.pk): attempt for attempt in Attempt.objects.all()}
    for attempt in attempts.values():
        if attempt.status == Attempt.Status.OPEN and attempt.expires_at:
            yield f"attempt {attempt.pk} is over time, and open"
    for history in histories:
        for wrong in _of_history(world, history, attempts):
            yield f"{wrong}\n    student {history.number}: {', '.join(history.log)}"
    yield from _of_regrade(world, attempts.values())


# --- Of one attempt -----------------------------------------------------------------------------------------------


def _of_attempt(attempt: Attempt, lines: dict[Any, list[Grade]]) -> Iterator[str]:
    """Check the score of each question, the sum, and that the last line of each question is the one that counts."""
    asked = {each["id"]: each for each in attempt.questions}
    if attempt.responses.keys() - asked.keys():
        yield "a response to a question that was not drawn"
    if attempt.status == Attempt.Status.OPEN:
        if attempt.results or attempt.score is not None:
            yield "is open, and has a score"
        return
    total = 0
    for pk, question in asked.items():
        result = attempt.results.get(pk)
        held = lines[attempt.pk, pk]
        if [line.number for line in held] != list(range(1, len(held) + 1)):
            yield f"the lines of a question count {[line.number for line in held]}"
        if result is None:
            waits = sample_of(question) is ESSAY and attempt.needs_grading
            if held or not waits:
                yield "a question has no result"
            continue
        if not held or (held[-1].score, held[-1].source) != (result["score"], result["source"]):
            yield "the last line is not the result"
        if result["source"] != Grade.Source.MANUAL:
            expected = _expected(question, attempt.responses.get(pk), result.get("key"))
            if result["score"] != expected:
                yield f"{sample_of(question).prompt} scores {result['score']}, not {expected}"
        total += result["score"]
    if attempt.status == Attempt.Status.GRADED:
        percentage = 100 * total // attempt.max_score
        passed = percentage >= attempt.passing_percent
        if (attempt.score, attempt.percentage, attempt.passed) != (total, percentage, passed):
            yield f"has {attempt.score}, {attempt.percentage} %, {attempt.passed}; should have {total}"
    elif attempt.score is not None or not attempt.needs_grading:
        yield "waits for nothing, or has a score too early"


def _expected(question: Any, saved: Any, regraded: Any) -> int:
    """Return what a response scores by the table; of the question that is edited, by the key in force."""
    response = saved and saved["response"]
    if response is None:
        return 0
    sample, ids = sample_of(question), ids_of(question)
    if sample is EDITED:
        return int(question["points"]) if response == (regraded or question["key"])["option"] else 0
    place = by_places(response, ids)
    if sample.kind == "matching":
        place = sorted(place)
    if sample.kind == "short_text" or sample.kind == "numeric":
        place = place.strip().casefold()
    for known, share in sample.responses:
        if _same(sample.kind, known) == (
            sorted(place) if sample.kind == "multiple_choice" else place
        ):
            return int(Fraction(question["points"]) * share)
    return -1  # a response that nobody sent


def _same(kind: str, place: Any) -> Any:
    """Return a place of the table in the form in which responses are compared."""
    if kind in {"multiple_choice", "matching"}:
        return sorted(place)
    return place.strip().casefold() if isinstance(place, str) else place


# --- Of all -------------------------------------------------------------------------------------------------------


def _of_numbers(attempts: list[Attempt]) -> Iterator[str]:
    """Check that attempts are counted without gaps, and that one of a person and quiz is open at most."""
    by_quiz: dict[Any, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        by_quiz[attempt.user_id, attempt.lecture_id].append(attempt)
    for of_quiz in by_quiz.values():
        numbers = [attempt.number for attempt in of_quiz]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"attempts are numbered {numbers}"
        if sum(attempt.status == Attempt.Status.OPEN for attempt in of_quiz) > 1:
            yield f"two open attempts of {of_quiz[0].user_id}"


def _of_completion(world: World, attempts: list[Attempt]) -> Iterator[str]:
    """Check that quizzes are completed by passing alone, and certificates are those of completed courses."""
    quizzes = {lecture.pk for lecture in world.quizzes.values()}
    ever_passed = _ever_passed(attempts)
    certified = set(Certificate.objects.values_list("user_id", flat=True))
    for enrollment in Enrollment.objects.filter(course=world.course):
        done = set(enrollment.completed_lectures) & quizzes
        for lecture in done:
            if (enrollment.user_id, lecture) not in ever_passed:
                yield f"{enrollment.user_id} completed a quiz without a pass"
        whole = {*quizzes, world.article.pk} <= set(enrollment.completed_lectures)
        if enrollment.certificate and not whole:
            yield f"{enrollment.user_id} has a certificate, and has not completed the course"
        if enrollment.certificate and enrollment.user_id not in certified:
            yield f"{enrollment.user_id} has no certificate"


def _ever_passed(attempts: list[Attempt]) -> set[tuple[ObjectId, ObjectId]]:
    """Return the pairs of a person and a quiz that an attempt passes, or passed before it was graded again."""
    passed = {(each.user_id, each.lecture_id) for each in attempts if each.passed}
    by_id = {each.pk: each for each in attempts}
    for event in Event.objects.filter(type="attempt.graded"):
        attempt = by_id[event.object_id]
        if event.data["percentage"] >= attempt.passing_percent:
            passed.add((attempt.user_id, attempt.lecture_id))
    return passed


def _of_events(attempts: list[Attempt]) -> Iterator[str]:
    """Check that every change has its event, and every event its change."""
    events: dict[str, Counter[ObjectId]] = defaultdict(Counter)
    for event in Event.objects.all():
        events[event.type][event.object_id] += 1
    submitted = {each.pk for each in attempts if each.status != Attempt.Status.OPEN}
    graded = {each.pk for each in attempts if each.status == Attempt.Status.GRADED}
    if events["attempt.submitted"] != Counter(submitted):
        yield "attempts and the events of their submission differ"
    if events["attempt.graded"].keys() != graded:
        yield "attempts and the events of their grades differ"
    enrollments = list(Enrollment.objects.all())
    completed = {each.pk: len(each.completed_lectures) for each in enrollments}
    for pk, count in completed.items():
        if events["lecture.completed"][pk] < count:
            yield f"enrollment {pk} completed {count} lectures, with fewer events"
    certificates = set(Certificate.objects.values_list("pk", flat=True))
    if events["certificate.issued"].keys() != certificates:
        yield "certificates and their events differ"


def _of_own_check() -> Iterator[str]:
    """Ask the product's own check too."""
    output = StringIO()
    try:
        call_command("grades", "--check", stdout=output, stderr=output)
    except (CommandError, SystemExit) as error:
        yield f"grades --check finds: {error} {output.getvalue()[:500]}"


# --- In the end ---------------------------------------------------------------------------------------------------


def _of_history(world: World, history: History, attempts: dict[str, Attempt]) -> Iterator[str]:
    """Check that what was saved is there, that nothing changed after the submission, and that a pass completed the quiz."""
    for (pk, question), sent in history.sent.items():
        attempt = attempts[pk]
        saved = attempt.responses.get(question)
        response = saved["response"] if saved else None
        possible = [each.response for each in sent]
        if response is not None and not any(_equal(response, each) for each in possible):
            yield f"attempt {pk} holds a response that was never sent: {response!r}"
        if response is None and None not in possible and any(each.is_saved for each in sent):
            yield f"attempt {pk} lost a response that was saved"
    for pk, first in history.frozen.items():
        held = {each["id"]: each["response"] for each in first["questions"]}
        now = {
            each["id"]: attempts[pk].responses.get(each["id"]) for each in attempts[pk].questions
        }
        if held != {each: saved["response"] if saved else None for each, saved in now.items()}:
            yield f"attempt {pk} changed after it was submitted"
    enrollment = Enrollment.objects.get(user=history.user, course=world.course)
    own = [each for each in attempts.values() if each.user_id == history.user.pk]
    if enrollment.status == "active":
        yield from _of_active(enrollment, own)
    elif any(each.status == Attempt.Status.OPEN for each in own):
        yield "has no access, and an open attempt"
    for name, lecture in world.quizzes.items():
        limit = 3 if name == "whole" else 2
        count = sum(each.lecture_id == lecture.pk for each in own)
        if name != "drawn" and count > limit + (name == "whole"):
            yield f"made {count} attempts at {name}"


def _of_active(enrollment: Enrollment, own: list[Attempt]) -> Iterator[str]:
    for attempt in own:
        is_due = attempt.passed and not attempt.was_cut_off
        if is_due and attempt.lecture_id not in enrollment.completed_lectures:
            yield f"attempt {attempt.pk} passed, and the quiz is not completed"


def _of_regrade(world: World, attempts: Iterable[Attempt]) -> Iterator[str]:
    """Check that after the last regrade the newest key graded every attempt that holds the question."""
    answer = world.instructor.get(f"/api/v1/questions/{world.questions[EDITED.prompt]['id']}")
    question = answer.json()
    for attempt in attempts:
        result = attempt.results.get(question["id"])
        asked = next((each for each in attempt.questions if each["id"] == question["id"]), None)
        if asked and result and result["source"] != Grade.Source.MANUAL:
            saved = attempt.responses.get(question["id"])
            right = bool(saved) and saved["response"] == question["key"]["option"]
            if result["score"] != (asked["points"] if right else 0):
                yield f"attempt {attempt.pk} is not graded with the newest key"


def _equal(saved: Any, sent: Any) -> bool:
    """Return whether a saved response is one that was sent, blanks around it and the order of a set aside."""
    if isinstance(saved, str) and isinstance(sent, str):
        return saved.strip() == sent.strip()
    if isinstance(saved, list) and isinstance(sent, list):
        return saved == sent or sorted(map(str, saved)) == sorted(map(str, sent))
    return bool(saved == sent)
