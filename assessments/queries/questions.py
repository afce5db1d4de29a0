"""An instructor's bank of questions, and where its questions are used."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId
from django.db.models import QuerySet
from pymongo.collection import Collection

from accounts.models import User
from assessments.keys import clean_key
from assessments.models import Attempt, Question, Quiz
from assessments.models.question import Option
from lms.mongodb import connection


def find_bank(owner: User, **filters: Any) -> QuerySet[Question]:
    """Return the questions of an instructor: `kind`, `tag`, `retired`, and `search`, a part of the prompt."""
    questions = Question.objects.owned_by(owner)
    if search := filters.pop("search", None):
        questions = questions.filter(prompt__iregex=re.escape(search))
    if tag := filters.pop("tag", None):
        questions = questions.filter(tags__contains=[tag])
    return questions.filter(**filters)


def find_uses(ids: Iterable[ObjectId]) -> dict[ObjectId, list[ObjectId]]:
    """Return the lectures whose quizzes name each of these questions. At most one command."""
    wanted = set(ids)
    uses: dict[ObjectId, list[ObjectId]] = defaultdict(list)
    if not wanted:
        return uses
    quizzes = _quizzes().find(
        {"questions": {"$in": list(wanted)}},
        {"lecture_id": 1, "questions": 1},
        session=connection.session,
    )
    for quiz in quizzes:
        for question in wanted.intersection(quiz["questions"]):
            uses[question].append(quiz["lecture_id"])
    return uses


def is_used(question: ObjectId) -> bool:
    """Return whether a quiz names a question or an attempt has it."""
    named, session = {"_id": 1}, connection.session
    return bool(
        _quizzes().find_one({"questions": question}, named, session=session)
        or Attempt.collection().find_one({"question_ids": question}, named, session=session)
    )


def render_questions(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Render questions for their owner, as `QuestionSerializer` declares it. At most one command."""
    uses = find_uses(question.pk for question in questions)
    return [render_question(question, uses.get(question.pk, [])) for question in questions]


def render_question(question: Question, used_in: list[ObjectId]) -> dict[str, Any]:
    """Render a question for its owner, with the lectures whose quizzes name it."""
    return {
        "id": str(question.pk),
        "revision": question.revision,
        "kind": question.kind,
        "prompt": question.prompt,
        "prompt_html": question.prompt_html,
        "points": question.points,
        "options": [_render_option(option) for option in question.options],
        "key": question.key or None,
        "explanation": question.explanation,
        "explanation_html": question.explanation_html,
        "tags": question.tags,
        "retired": question.retired,
        "used_in": [str(lecture) for lecture in used_in],
        "created_at": question.created_at,
    }


def describe(question: Question) -> dict[str, Any]:
    """Return a question as `POST /questions` takes it, its options called by their place: what files hold."""
    names = {str(option.identifier): place for place, option in enumerate(question.options)}
    return {
        "kind": question.kind,
        "prompt": question.prompt,
        "options": [option.text for option in question.options],
        "key": clean_key(question.kind, question.key, names) or None,
        "points": question.points,
        "explanation": question.explanation,
        "tags": question.tags,
        "retired": question.retired,
    }


def _render_option(option: Option) -> dict[str, str]:
    side = {"side": option.side} if option.side else {}
    return {
        "id": str(option.identifier),
        "text": option.text,
        "text_html": option.text_html,
        **side,
    }


def _quizzes() -> Collection[dict[str, Any]]:
    return connection.get_collection(Quiz._meta.db_table)
