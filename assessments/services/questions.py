"""Write questions: each change of the prompt, the options, the key or the points is the next revision."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from accounts.services.erasure import refer_to_person
from assessments.exceptions import QuestionInUse
from assessments.keys import clean_key, find_lefts
from assessments.models import Question, QuestionRevision
from assessments.models.question import Kind, Option, Side
from assessments.queries.questions import is_used
from courses.markdown import render
from lms.mongodb.transaction import atomic

TRUE_FALSE = ("True", "False")
"""The options of a question of kind `true_false` that is given none."""


def build(
    owner: User, *, kind: str, options: Sequence[str] = (), key: Any = None, **fields: Any
) -> Question:
    """Return a question that is not stored yet; its key calls options by their place. Raises `InvalidKey`."""
    texts = options or (TRUE_FALSE if kind == Kind.TRUE_FALSE else ())
    question = Question(owner=owner, kind=kind, **fields, **_rendered(fields))
    question.options = [_option(_new_id(), text) for text in texts]
    _set_key(question, key, by_place=True)
    return question


@atomic
def store(owner: User, questions: Sequence[Question]) -> None:
    """Store new questions of an instructor, all or none. Raises `SessionRevoked` if the account was just deleted."""
    refer_to_person(owner.pk)
    Question.objects.bulk_create(questions)
    QuestionRevision.objects.bulk_create([_revision(question) for question in questions])


@atomic
def change(question: Question, **changes: Any) -> Question:
    """Save the changes of a question and return it; raise `InvalidKey` if the key does not fit the options afterwards.

    A key calls options by their place among those that the question has afterwards. Raises 404 if the question was just
    deleted.
    """
    stored = get_object_or_404(Question, pk=question.pk)
    before, revision = _content(stored), stored.revision
    has_key = "key" in changes
    texts, key = changes.pop("options", None), changes.pop("key", None)
    for name, value in (changes | _rendered(changes)).items():
        setattr(stored, name, value)
    if texts is not None:
        stored.options = _renewed(stored.options, texts)
    if texts is not None or has_key:
        _set_key(stored, key if has_key else stored.key, by_place=has_key)
    if _content(stored) != before:
        stored.revision += 1
        _revision(stored).save(force_insert=True)
    stored.updated_at = timezone.now()
    columns = {field.attname: getattr(stored, field.attname) for field in Question._meta.fields}
    kept = ("id", "owner_id", "kind", "references", "created_at")
    changed = {name: value for name, value in columns.items() if name not in kept}
    if not Question.objects.filter(pk=stored.pk, revision=revision).update(**changed):
        raise Http404
    return stored


@atomic
def remove(question: Question) -> None:
    """Delete a question and its revisions. Raises `QuestionInUse` if a quiz names it or an attempt has it.

    Quizzes write to the questions that they begin to name, so that one of both runs again. An attempt that starts meanwhile
    keeps the questions that it has frozen.
    """
    if is_used(question.pk):
        raise QuestionInUse
    deleted, _rows = Question.objects.filter(pk=question.pk).delete()
    if not deleted:
        raise Http404


def _content(question: Question) -> tuple[Any, ...]:
    options = [(option.identifier, option.text, option.side) for option in question.options]
    return question.prompt, options, question.key, question.points


def _revision(question: Question) -> QuestionRevision:
    return QuestionRevision(
        question=question,
        revision=question.revision,
        prompt=question.prompt,
        prompt_html=question.prompt_html,
        options=question.options,
        key=question.key,
        points=question.points,
    )


def _rendered(fields: dict[str, Any]) -> dict[str, str]:
    """Return the HTML columns of the Markdown columns among these."""
    sources = {"prompt", "explanation"} & fields.keys()
    return {f"{source}_html": _render(fields[source]) for source in sources}


def _render(text: str) -> str:
    """Render Markdown with images of our own alone: one from elsewhere could change, and sees who looks at it."""
    return render(text, images_from=settings.IMAGES_FROM)


def _new_id() -> ObjectId:
    """Return an id that is random as a whole: ids in the order of their making would give the order of a key away."""
    return ObjectId(token_bytes(12))


def _option(pk: ObjectId, text: str) -> Option:
    return Option(identifier=pk, text=text, text_html=_render(text))


def _renewed(options: Sequence[Option], texts: Sequence[str]) -> list[Option]:
    """Return the options with new texts: one keeps its id with its text, else with its place."""
    by_text = {option.text: option.identifier for option in options}
    free = [None if option.text in texts else option.identifier for option in options]
    free += [None] * (len(texts) - len(free))
    return [
        _option(by_text.get(text) or free[place] or _new_id(), text)
        for place, text in enumerate(texts)
    ]


def _set_key(question: Question, key: Any, *, by_place: bool) -> None:
    """Check and set the key, and on which side each option of a matching question stands. Raises `InvalidKey`."""
    ids = [str(option.identifier) for option in question.options]
    names = dict(enumerate(ids)) if by_place else {each: each for each in ids}
    question.key = clean_key(question.kind, key, names)
    if question.kind == Kind.MATCHING:
        lefts = find_lefts(question.key)
        for option in question.options:
            option.side = Side.LEFT if str(option.identifier) in lefts else Side.RIGHT
