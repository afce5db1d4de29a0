"""No request of the API examines much more than it answers: at most three keys or documents for each, and a hundred.

MongoDB itself counts, in its own `explain`. The embedded server explains nothing: there the numbers are calculated from
the indexes, and the rule of plans stands in for the rest, as in every test (`lms/tests/scans.py`).
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from bench.commands import Recorder
from bench.examined import count_examined
from bench.reads import list_api_reads
from bench.rows import TEACHER, Sizes, id_of
from bench.seed import Seed
from courses.models import Course
from courses.queries import facets, related, search, suggestions
from learning.models import Enrollment
from lms.mongodb import connection
from lms.tests import matrix
from lms.tests.world import PEOPLE, rebuild
from payments.ledger.bookings import instructor_account
from payments.models import LedgerEntry

SIZES = Sizes(courses=250, enrollments=400, orders=400)
"""Enough that whoever reads a collection whole examines too much."""
KINDS_OF_SUGGESTIONS = 3
ENTRIES_OF_A_WORD = 2
"""In the index of terms a title has each word twice: whole, and as a beginning."""

MORE = {
    "GET courses?search=": ENTRIES_OF_A_WORD * search.MAX_ENTRIES,
    "GET courses/suggestions": KINDS_OF_SUGGESTIONS * suggestions.MAX_ENTRIES,
    "GET courses/facets": facets.MAX_COUNTED,
    "GET courses/{course}/related": 2 * related.MAX_READ,
}
"""Requests that choose or count among more than they answer: how many more at most, however many courses there are."""
FILTERS = ("GET courses?level=",)
"""A filter that no index serves, and that many courses meet: the published courses are read in their order until the page is full."""
SUMS = (
    "GET instructors/",
    "GET teaching/overview",
    "GET payments/earnings",
    "GET courses/{course}/statistics",
)
"""Requests that sum what one instructor or one course has: docs/scaling.md says how far that goes."""

type Request = tuple[str, Callable[[], Any]]


def list_requests(world: Any) -> Iterator[Request]:
    """Yield every GET of the matrix by the first person who may, and the reads of people who have much."""
    for method, path, _, statuses in matrix.READS:
        if matrix.OK in statuses:
            who = PEOPLE[statuses.index(matrix.OK)]
            yield f"{method} {path[1:]}", lambda who=who, path=path: send(world, who, path)
    for read in list_api_reads():
        yield read.name, read.send


def send(world: Any, who: str, path: str) -> None:
    answer = matrix.request(world, who, "GET", path, None)
    assert answer.status_code == 200
    if answer.streaming:
        list(answer.streaming_content)


def count_sums() -> int:
    """Count what the instructor who has most may sum."""
    own = list(Course.objects.filter(instructor=id_of(User, TEACHER)).values_list("pk", flat=True))
    lines = LedgerEntry.objects.filter(account=instructor_account(id_of(User, TEACHER)))
    return 2 * len(own) + 3 * Enrollment.objects.filter(course__in=own).count() + lines.count()


def allowed(name: str, answered: int) -> int:
    """Return how many keys, or how many documents, a request may examine."""
    more = max((most for start, most in MORE.items() if name.startswith(start)), default=0)
    if name.startswith(FILTERS):
        more = Course.objects.published().count()
    if name.startswith(SUMS):
        more = count_sums()
    return 3 * answered + 100 + more


def too_much(name: str, recorder: Recorder) -> Iterator[str]:
    """Yield a sentence if the recorded request examined more than it may."""
    answered = sum(command.answered for command in recorder.sent)
    examined = count_examined(recorder.sent)
    if examined > (most := allowed(name, answered)):
        yield f"{name} examines {examined} for {answered} documents; it may examine {most}"


@pytest.mark.long
def test_no_request_examines_much_more_than_it_answers(db, sandbox, recorder):
    world = rebuild()
    for who in filter(world.people.get, PEOPLE):
        matrix.token_of(world, who)
    Seed().grow(SIZES)
    wrong, number = [], 0
    for name, request in list_requests(world):
        recorder.record()
        request()
        recorder.is_on = False
        wrong += too_much(name, recorder)
        number += bool(recorder.sent)
    assert not wrong, "\n".join(wrong)
    assert number > 100


@pytest.mark.parametrize("command", [
    {"find": "accounts_user", "filter": {"bio": "x"}, "limit": 1},
    {"aggregate": "courses_lecture", "pipeline": [{"$match": {"title": "x"}}], "cursor": {}},
    {"aggregate": "learning_enrollment", "pipeline": [{"$sort": {"positions": 1}}, {"$limit": 1}], "cursor": {}},
])  # fmt: skip
def test_a_read_of_a_whole_collection_is_too_much(db, recorder, command):
    Seed().grow(Sizes(courses=110, enrollments=210, orders=1))
    recorder.record()
    connection.database.command(command)
    recorder.is_on = False
    [sentence] = too_much("GET somewhere", recorder)
    assert "examines 2" in sentence
