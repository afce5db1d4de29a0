"""What was done offline: the same updates lead to the same end, in whatever order they arrive."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courses.models import Course, Lecture
from courses.tests.factories import CourseFactory
from learning import marks
from learning.models import Enrollment
from learning.serializers import RecordedProgressSerializer
from learning.services import study
from learning.services.updates import Update

pytestmark = pytest.mark.django_db

LECTURES = 2
part = st.sampled_from([(0, 100), (50, 300), (250, 545), (300, 600), (0, 600)])
update = st.builds(
    lambda lecture, seconds, completed, position, watched: (
        lecture,
        seconds,
        {"completed": completed, "position_seconds": position, "watched": watched},
    ),
    st.integers(0, LECTURES - 1),
    st.integers(-4, 1).map(lambda step: step * 30),
    st.sampled_from([None, None, True, False]),
    st.none() | st.integers(0, 600),
    st.lists(part, max_size=2),
)


def whole(at):
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def is_watched(updates):
    """Return whether nine tenths were watched of a lecture of 600 seconds, second by second."""
    seen = {
        second for each in updates for start, end in each.watched for second in range(start, end)
    }
    return len(seen) >= 540


def expected(updates, *, watched_only):
    """Return what a lecture's updates lead to: whether it is completed, its position, and whether it is consumed."""
    positions = [
        (each.at, each.position_seconds) for each in updates if each.position_seconds is not None
    ]
    claims = [(each.at, each.completed) for each in updates if each.completed is not None]
    watched = is_watched(updates)
    claimed = max(claims)[1] if claims else None
    completed = watched if claimed is None or (claimed and watched_only) else claimed
    consumed = watched or (not watched_only and any(completed for _, completed in claims))
    return completed, max(positions, default=(None, 0))[1], consumed


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(update, min_size=1, max_size=7), st.booleans(), st.randoms(use_true_random=False))
@example([(0, -60, {"completed": True}), (0, -60, {"completed": False})], False, random.Random(1))
def test_updates_in_any_order_doubled_and_split_lead_to_the_end_of_the_model(
    course, lectures_of, student, enroll, updates, watched_only, shuffling
):
    if not Lecture.objects.exists():
        lectures_of(course, LECTURES, kind="video", body="", duration_seconds=600)
    # At the beginning, since an example may be given up in the middle.
    Enrollment.objects.all().delete()
    enroll(student, course)
    now = timezone.now()
    pks = list(Lecture.objects.order_by("position").values_list("pk", flat=True))
    updates = [
        Update(pks[lecture], now + timedelta(seconds=seconds), **what)
        for lecture, seconds, what in updates
    ]
    completion = Course.Completion.WATCHED if watched_only else Course.Completion.MANUAL_OR_WATCHED
    Course.objects.filter(pk=course.pk).update(completion=completion)
    sent = [*updates, *shuffling.sample(updates, len(updates) // 2)]
    shuffling.shuffle(sent)
    while sent:
        size = shuffling.randint(1, 4)
        several, sent = sent[:size], sent[size:]
        if size == 1 and not (several[0].completed and watched_only):  # refused, it would not count
            [one] = several
            progress = study.record(
                student.pk,
                course.pk,
                one.lecture,
                at=one.at,
                completed=one.completed,
                position_seconds=one.position_seconds,
                watched=one.watched,
            )
        else:
            progress = study.record_batch(student.pk, course.pk, several)
    row = Enrollment.objects.get()
    ends = [
        expected([each for each in updates if each.lecture == pk], watched_only=watched_only)
        for pk in pks
    ]
    completed, _, consumed = (
        {pk for pk, end in zip(pks, ends, strict=True) if end[n]} for n in range(3)
    )
    assert [(each["completed"], each["position_seconds"]) for each in progress["lectures"]] == [
        (end[0], end[1]) for end in ends
    ]
    assert (set(row.completed_lectures), set(row.consumed_lectures)) == (completed, consumed)
    last_at, last = max((whole(each.at), each.lecture) for each in updates)
    assert (row.last_lecture, row.last_lecture_at) == (last, last_at)
    assert row.last_activity_at == max(last_at, row.enrolled_at)
    assert progress["is_completed"] == (len(completed) == LECTURES)


def test_a_batch_is_answered_with_the_progress_and_what_was_skipped(
    batch, ago, lectures, lectures_of, enrolled, progress_url
):
    [foreign] = lectures_of(CourseFactory(published=True), 1)
    response = batch(
        {"lecture": str(foreign.pk), "at": ago(5), "completed": True},
        {"lecture": str(lectures[0].pk), "at": ago(9), "position_seconds": 30.9},
        {"lecture": str(lectures[0].pk), "at": ago(30 * 86_400 + 60), "completed": True},
        {"lecture": str(lectures[1].pk), "at": ago(-3600), "completed": True},
        {"lecture": str(lectures[2].pk), "at": ago(-30)},
    )
    assert response.status_code == 200
    body = response.json()
    assert list(body) == list(RecordedProgressSerializer().fields)
    assert body.pop("skipped") == [
        {"index": 0, "lecture": str(foreign.pk), "code": "unknown_lecture"},
        {"index": 2, "lecture": str(lectures[0].pk), "code": "too_old"},
        {"index": 3, "lecture": str(lectures[1].pk), "code": "in_the_future"},
    ]
    assert body == enrolled.get(progress_url).json()
    assert [(each["completed"], each["position_seconds"]) for each in body["lectures"]] == [
        (False, 30),
        (False, 0),
        (True, 0),
    ]
    assert body["last_lecture"] == str(lectures[2].pk)


def test_what_a_course_demands_to_be_watched_waits_until_it_is(batch, ago, course, lectures):
    Course.objects.filter(pk=course.pk).update(completion=Course.Completion.WATCHED)
    first, second = ({"lecture": str(each.pk)} for each in lectures[:2])
    said = {**first, "at": ago(60), "completed": True, "position_seconds": 5}
    seen = {**second, "at": ago(50), "completed": True, "watched": [[0, 600]]}
    for _ in range(2):
        body = batch(said, seen).json()
        assert body["skipped"] == [{"index": 0, **first, "code": "must_be_watched"}]
        assert [each["completed"] for each in body["lectures"]] == [False, True, False]
        assert body["lectures"][0]["position_seconds"] == 5
    batch({**first, "at": ago(70), "completed": False})
    body = batch({**first, "at": ago(90), "watched": [[0, 600]]}).json()
    assert (body["lectures"][0]["completed"], body["skipped"]) == (True, [])


def test_what_was_reset_does_not_come_back(
    batch, ago, enrolled, progress_url, lecture_url, lectures
):
    done = {"lecture": str(lectures[0].pk), "at": ago(60), "completed": True}
    assert batch(done).json()["completed_lectures"] == 1
    enrolled.post(f"{progress_url}/reset")
    body = batch(done).json()
    assert (body["completed_lectures"], body["last_lecture"]) == (0, None)
    assert [each["code"] for each in body["skipped"]] == ["too_old"]
    late = {"at": ago(60), "completed": True, "position_seconds": 9, "watched": [[0, 600]]}
    body = enrolled.patch(lecture_url(lectures[0]), late).json()
    assert (body["completed_lectures"], body["lectures"][0]["position_seconds"]) == (0, 0)
    assert enrolled.patch(lecture_url(lectures[0])).json()["completed_lectures"] == 1


def test_a_reset_amid_a_batch_counts_as_before_it(course, student, enrolled, lectures, watched):
    at = timezone.now() - timedelta(seconds=5)
    update = Update(lectures[0].pk, at, completed=True)
    waiting = [lambda: study.reset(student.pk, course.pk)]

    def reset_once(event):
        if event.command_name == "findAndModify" and waiting:
            waiting.pop()()

    with watched(reset_once):
        body = study.record_batch(student.pk, course.pk, [update])
    assert (body["completed_lectures"], body["skipped"][0]["code"]) == (0, "too_old")


@pytest.mark.parametrize("order", [1, -1])
def test_the_date_goes_with_an_undone_lecture_in_any_order(
    order, batch, ago, enrolled, course, progress_url, lectures_of
):
    enrolled.post(f"{progress_url}/complete")
    [added] = lectures_of(course, 1)
    done = {"lecture": str(added.pk), "at": ago(20), "completed": True}
    undone = {"lecture": str(added.pk), "at": ago(10), "completed": False}
    for each in [done, undone][::order]:
        body = batch(each).json()
    assert (body["completed_lectures"], body["is_completed"]) == (3, False)


def test_an_enrollment_of_the_version_before_goes_on(batch, ago, enrolled, lectures, student):
    done, begun, _ = lectures
    row = Enrollment.collection().find_one()
    old = {
        "completed_lectures": [done.pk],
        "positions": {
            str(done.pk): [int(marks.stamp(timezone.now() - timedelta(hours=1), 500))],
            str(begun.pk): [0, int(marks.slices([(0, 300)], 600))],
        },
        "last_lecture": done.pk,
    }
    missing = {"last_lecture_at": "", "reset_at": ""}
    Enrollment.collection().update_one({"_id": row["_id"]}, {"$set": old, "$unset": missing})
    body = batch(
        {"lecture": str(done.pk), "at": ago(7200), "position_seconds": 3, "watched": [[0, 9]]},
        {"lecture": str(begun.pk), "at": ago(60), "watched": [[300, 600]]},
    ).json()
    assert [(each["completed"], each["position_seconds"]) for each in body["lectures"]] == [
        (True, 500),
        (True, 0),
        (False, 0),
    ]
    assert body["last_lecture"] == str(done.pk)
    undone = {"lecture": str(done.pk), "at": ago(30), "completed": False}
    assert batch(undone).json()["completed_lectures"] == 1


def test_five_hundred_updates_take_one_command_beside_the_outline(
    course, student, enroll, lectures_of, client_of, progress_url, commands, ago
):
    lectures = lectures_of(course, 50, kind="video", body="", duration_seconds=600)
    enroll(student, course)
    client = client_of(student)
    updates = [
        {
            "lecture": str(lectures[n % 50].pk),
            "at": ago(n),
            "position_seconds": n,
            "watched": [[n, n + 9]],
        }
        for n in range(500)
    ]
    with commands() as sent:
        response = client.post(f"{progress_url}/batch", {"updates": updates})
    assert response.json()["lectures"][49]["position_seconds"] == 49
    # the session, the outline, all updates, and the end of the transaction that these may complete lectures in
    names = [each.command_name for each in sent]
    assert names == ["aggregate", "aggregate", "findAndModify", "commitTransaction"]
    response = client.post(f"{progress_url}/batch", {"updates": [*updates, updates[0]]})
    [error] = response.json()["errors"]
    assert (response.status_code, error["code"], error["attr"]) == (400, "max_length", "updates")
