"""How an attempt keeps responses: one at a time while it is open, or all that are sent when it is submitted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import bson
from bson import ObjectId
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pymongo import ReturnDocument
from rest_framework.exceptions import ValidationError

from assessments.exceptions import InvalidResponse, ResponsesTooLarge
from assessments.models import Attempt
from assessments.models.attempt import GRACE, SavedResponse
from assessments.queries.attempts import AttemptDocument, of_student
from assessments.responses import Response, clean
from learning.models import Enrollment
from lms.exceptions import invalid
from lms.mongodb.pipelines import Document, Pipeline

MAX_BYTES = 4 * 1024 * 1024
"""How large all responses of an attempt may be together, so that its document stays far below MongoDB's 16 MB."""

NOT_DRAWN = _("This attempt has no such question.")


def merge(
    document: AttemptDocument, responses: Mapping[str, Any], now: datetime
) -> dict[str, SavedResponse]:
    """Return what is saved once these responses are; raise `ValidationError` if one of them is wrong."""
    questions = {question["id"]: question for question in document["questions"]}
    saved = dict(document["responses"])
    for pk, response in responses.items():
        if pk not in questions:
            raise invalid(NOT_DRAWN, InvalidResponse.default_code, attr="responses")
        try:
            value = clean(questions[pk], response)
        except InvalidResponse as error:
            raise ValidationError(
                {f"responses.{pk}": cast(dict[str, Any], error.detail)["response"]}
            ) from None
        if value is None:
            saved.pop(pk, None)
        elif pk not in saved or saved[pk]["response"] != value:
            saved[pk] = SavedResponse(response=value, answered_at=_as_text(now))
    if _size(saved) > MAX_BYTES:
        raise ResponsesTooLarge(max_bytes=MAX_BYTES)
    return saved


def read(attempt_id: ObjectId, question_id: ObjectId) -> Document | None:
    """Return what a response needs of an attempt: one question, what was saved, and whether the student has access."""
    pk = str(question_id)
    question = {"$filter": {"input": "$questions", "cond": {"$eq": ["$$this.id", pk]}}}
    columns = ("user_id", "course_id", "status", "expires_at")
    pipeline: Pipeline = [
        {"$match": {"_id": attempt_id}},
        {
            "$project": {
                **dict.fromkeys(columns, 1),
                "questions": question,
                "saved": f"$responses.{pk}",
                "size": {"$bsonSize": "$responses"},
            }
        },
        of_student(
            Enrollment,
            "course_id",
            "enrollment",
            {"$match": {"status": Enrollment.Status.ACTIVE}},
            {"$project": {"status": 1}},
        ),
    ]
    return next(Attempt.collection().aggregate(pipeline), None)


def save(row: Document, question_id: str, response: Response) -> AttemptDocument | None:
    """Save a response if the attempt is open; return the attempt's responses, None if it is closed.

    Raises `ResponsesTooLarge`.
    """
    if row["size"] - _size(row.get("saved")) + _size(response) > MAX_BYTES:
        raise ResponsesTooLarge(max_bytes=MAX_BYTES)
    now = timezone.now()
    place = f"responses.{question_id}"
    is_same = {"$eq": [{"$ifNull": [f"${place}.response", None]}, {"$literal": response}]}
    counted = {
        "version": {"$add": ["$version", {"$cond": [is_same, 0, 1]}]},
        "updated_at": {"$cond": [is_same, "$updated_at", now]},
    }
    value = {"response": {"$literal": response}, "answered_at": _as_text(now)}
    kept = {place: {"$cond": [is_same, f"${place}", value]}}
    stages: Pipeline = [
        {"$set": counted},
        {"$unset": place} if response is None else {"$set": kept},
    ]
    in_time = [{"expires_at": None}, {"expires_at": {"$gte": now - GRACE}}]
    changed_row = Attempt.collection().find_one_and_update(
        {
            "_id": row["_id"],
            "user_id": row["user_id"],
            "status": Attempt.Status.OPEN,
            "$or": in_time,
        },
        stages,
        {"responses": 1},
        return_document=ReturnDocument.AFTER,
    )
    return cast(AttemptDocument | None, changed_row)


def _size(value: Any) -> int:
    """Return how many bytes a value takes in the database."""
    return len(bson.encode({"": value}))


def _as_text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
