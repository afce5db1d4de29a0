"""Set what a quiz asks, and keep a lecture that students were examined in."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from assessments.drawing import Item, list_fixed
from assessments.models import Question, Quiz
from assessments.queries.pools import find_problems
from courses.exceptions import HasAttempts
from courses.models import Lecture
from lms.exceptions import ReferenceGone
from lms.locales import Sentence
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic

NOT_YOURS = _("You have no such question, or it is retired. Choose another one.")
ADD_QUESTIONS = _("Add questions to the quiz “{title}”.")
INCOMPLETE = _("The quiz “{title}” draws more questions than there are with these tags.")


def set_quiz(
    lecture_id: ObjectId, owner_id: ObjectId, *, items: Sequence[Item], **settings: Any
) -> None:
    """Replace the whole quiz of a lecture, for attempts that start later.

    `owner_id` is the instructor from whose bank its questions come. Raises 400 for a question that is not theirs, or is
    retired and was not asked before; `NotEnoughQuestions`; `QuizTooLarge`; 404 if the lecture was just deleted.
    """
    _require_usable(lecture_id, owner_id, items)
    for problem in find_problems(owner_id, items):
        raise problem
    try:
        _set_quiz(lecture_id, owner_id, items=items, questions=list_fixed(items), **settings)
    except Lecture.DoesNotExist:
        raise Http404 from None
    except Question.DoesNotExist:
        raise ReferenceGone("items") from None


@atomic
def _set_quiz(
    lecture_id: ObjectId, owner_id: ObjectId, *, questions: Sequence[ObjectId], **fields: Any
) -> None:
    refer_to(Lecture, lecture_id)
    held = set(_list_held(lecture_id))
    refer_to(Question, *held.intersection(questions))
    refer_to(Question, *set(questions) - held, owner=owner_id, retired=False)
    fields |= {"questions": questions}
    quizzes = Quiz.objects.filter(lecture=lecture_id)
    if not quizzes.update(**fields, updated_at=timezone.now()):
        Quiz.objects.create(lecture_id=lecture_id, **fields)


def _require_usable(lecture_id: ObjectId, owner_id: ObjectId, items: Sequence[Item]) -> None:
    """Raise 400 for each question that is not in the bank, or is retired and was not asked before."""
    fixed = Question.objects.filter(pk__in=list_fixed(items), owner=owner_id)
    usable = {pk for pk, retired in fixed.values_list("pk", "retired") if not retired}
    usable |= set(_list_held(lecture_id))
    wrong = {
        f"items.{place}.question": [NOT_YOURS]
        for place, item in enumerate(items)
        if "question" in item and ObjectId(item["question"]) not in usable
    }
    if wrong:
        raise ValidationError(wrong, "does_not_exist")


def _list_held(lecture_id: ObjectId) -> list[ObjectId]:
    """Return the questions that the quiz names at present."""
    found = Quiz.objects.filter(lecture=lecture_id).values_list("questions", flat=True).first()
    return found or []


def find_incomplete(lectures: list[Lecture]) -> Mapping[ObjectId, Sentence]:
    """Return a sentence for each quiz of a course that has no questions or cannot be drawn, by its lecture."""
    owner_id = lectures[0].course.instructor_id
    quizzes = {
        quiz.lecture_id: quiz
        for quiz in Quiz.objects.filter(lecture__in=[each.pk for each in lectures])
    }
    incomplete: dict[ObjectId, Sentence] = {}
    for lecture in lectures:
        quiz = quizzes.get(lecture.pk)
        if quiz is None or not quiz.items:
            incomplete[lecture.pk] = ADD_QUESTIONS
        elif any(find_problems(owner_id, quiz.items)):
            incomplete[lecture.pk] = INCOMPLETE
    return incomplete


def require_unattempted(lecture_ids: list[ObjectId]) -> None:
    """Raise `HasAttempts` if an attempt at one of these lectures was ever started.

    The first attempt writes this to the quiz, which the present transaction deletes: one of both runs again.
    """
    if Quiz.objects.filter(lecture__in=lecture_ids, has_attempts=True).exists():
        raise HasAttempts
