"""The audit of grades: every score is computed again from what was frozen, what was answered, and the lines."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bson import ObjectId
from django.db.models import Model

from assessments.grading import grade, must_be_read
from assessments.models import Attempt, Grade, Submission
from assessments.models.attempt import FrozenQuestion
from assessments.scores import add_up, maximum, percentage
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline
from lms.mongodb.transaction import atomic

BATCH = 20
"""How many attempts or submissions are in memory at a time."""

Source = Grade.Source

type Lines = Sequence[Document]
"""Grade lines of an attempt, a question or a submission, by their numbers."""


@dataclass(frozen=True)
class Audit:
    """What is wrong with the grades of an attempt or of a submission."""

    name: str
    problems: list[str]


@dataclass(frozen=True)
class Kind:
    """Rows that have grade lines: the column of a line that names the row, and what compares a row with its lines."""

    model: type[Model]
    column: str
    find_problems: Callable[[Document, Lines], Iterator[str]]

    def read(self, match: Document) -> Iterator[tuple[ObjectId, list[str]]]:
        """Yield the ids of rows with their problems, ordered by id, in the present transaction if there is one."""
        pipeline: Pipeline = [
            *([{"$match": match}] if match else []),
            {"$sort": {"_id": 1}},
            {
                "$lookup": {
                    "from": Grade._meta.db_table,
                    "localField": "_id",
                    "foreignField": self.column,
                    "as": "lines",
                }
            },
        ]
        rows = connection.get_collection(self.model._meta.db_table)
        for row in rows.aggregate(pipeline, batchSize=BATCH, session=connection.session):
            lines = sorted(row["lines"], key=lambda line: line["number"])
            yield row["_id"], list(self.find_problems(row, lines))


def audit_all() -> Iterator[Audit]:
    """Audit all attempts, then all submissions.

    One with a problem is read again in one transaction, with its lines: it may have changed between two reads.
    """
    for kind in (ATTEMPTS, SUBMISSIONS):
        for pk, problems in kind.read({}):
            found = _audit_again(kind, pk) if problems else []
            yield Audit(f"{kind.model._meta.model_name} {pk}", found)


@atomic
def _audit_again(kind: Kind, pk: ObjectId) -> list[str]:
    [(_pk, problems)] = kind.read({"_id": pk})
    return problems


def find_attempt_problems(attempt: Document, lines: Lines) -> Iterator[str]:
    """Compare an attempt with its lines, and both with what its responses score."""
    if attempt["status"] == Attempt.Status.OPEN:
        if lines or attempt["results"]:
            yield "it is graded, but open"
        return
    by_question = defaultdict(list)
    for line in lines:
        by_question[str(line["question"])].append(line)
    questions = attempt["questions"]
    for question in questions:
        for problem in _question_problems(question, attempt, by_question.pop(question["id"], [])):
            yield f"question {question['id']}: {problem}"
    for pk in (*by_question, *(attempt["results"].keys() - {each["id"] for each in questions})):
        yield f"question {pk}: it is graded, but was not drawn"
    totals = add_up(questions, attempt["results"], attempt["passing_percent"])
    for column, value in {**totals, "max_score": maximum(questions)}.items():
        if attempt[column] != value:
            yield f"{column} is {attempt[column]}, computed {value}"


def _question_problems(question: FrozenQuestion, attempt: Document, lines: Lines) -> Iterator[str]:
    saved = attempt["responses"].get(question["id"])
    response = saved and saved["response"]
    result = attempt["results"].get(question["id"])
    yield from _number_problems(lines)
    for line in lines:
        if line["max_score"] != question["points"]:
            yield f"line {line['number']} is of {line['max_score']}, the question of {question['points']}"
        if not 0 <= line["score"] <= question["points"]:
            yield f"line {line['number']} scores {line['score']} of {question['points']}"
        if line["source"] != Source.MANUAL:
            score = grade({**question, "key": line["key"] or question["key"]}, response)
            if line["score"] != score:
                yield f"line {line['number']} scores {line['score']}, computed {score}"
            if must_be_read(question, response):
                yield f"line {line['number']} was given to an essay that nobody has read"
    if not lines and not must_be_read(question, response):
        yield "it has no grade"
    last = lines[-1] if lines else None
    if (last is None) != (result is None):
        yield "the attempt and its lines disagree whether it is graded"
    elif last is not None and result is not None:
        for name in ("number", "score", "source", "feedback", "key"):
            if last[name] != result.get(name):
                yield f"{name} is {result.get(name)}, that of the last line {last[name]}"


def find_submission_problems(submission: Document, lines: Lines) -> Iterator[str]:
    """Compare a submission with its last line."""
    yield from _number_problems(lines)
    if submission["status"] == Submission.Status.GRADED and not lines:
        yield "it is graded, but has no line"
    if submission["score"] is None or not lines:
        return
    last = lines[-1]
    for name in ("score", "max_score", "feedback"):
        if submission[name] != last[name]:
            yield f"{name} is {submission[name]}, that of the last line {last[name]}"
    if submission["rubric"] and sum(submission["rubric"].values()) != submission["score"]:
        yield f"its criteria add up to {sum(submission['rubric'].values())}"
    computed = percentage(last["score"], last["max_score"])
    if submission["percentage"] != computed:
        yield f"percentage is {submission['percentage']}, computed {computed}"


def _number_problems(lines: Lines) -> Iterator[str]:
    numbers = [line["number"] for line in lines]
    if numbers != list(range(1, len(lines) + 1)):
        yield f"its lines are numbered {numbers}"


ATTEMPTS = Kind(Attempt, "attempt_id", find_attempt_problems)
SUBMISSIONS = Kind(Submission, "submission_id", find_submission_problems)
