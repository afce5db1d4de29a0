"""Questions from files and in files."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from accounts.models import User
from assessments.formats import FORMATS
from assessments.models import Question
from assessments.queries.questions import render_question
from assessments.serializers.questions import QuestionSerializer, QuestionWriteSerializer
from assessments.services import questions
from lms.exception_handler import render_exception

MAX_FILE_BYTES = 1024 * 1024

FORMAT_HELP = "The format: our JSON, Moodle's GIFT, or Moodle's XML."


class ExportSerializer(serializers.Serializer):
    """The format of a file with questions."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; `as` is a word of Python, and so no name of an attribute."""
        choice = serializers.ChoiceField(choices=list(FORMATS), help_text=FORMAT_HELP)
        return {"as": choice, **super().get_fields()}


class ImportSerializer(ExportSerializer):
    """A form with a file of questions."""

    file = serializers.FileField(help_text="At most 1 MB and 500 questions, in UTF-8.")
    dry_run = serializers.BooleanField(
        default=False, help_text="`true`: say what is wrong, and add nothing."
    )


class ImportErrorSerializer(serializers.Serializer):
    """Why a question was left out, as in every error."""

    code = serializers.CharField(help_text="Stable, as in docs/errors.md.")
    detail = serializers.CharField(help_text="A sentence for people.")
    attr = serializers.CharField(allow_null=True, help_text="The field of the question, or null.")
    params = serializers.DictField(required=False, help_text="What the sentence names.")


class ImportResultSerializer(serializers.Serializer):
    """One question of a file."""

    index = serializers.IntegerField(help_text="Its place in the file, from 0.")
    question = QuestionSerializer(
        allow_null=True, help_text="The new question; null with errors, and in a dry run."
    )
    errors = ImportErrorSerializer(  # type: ignore[assignment]  # DRF takes fields out of the class
        many=True, help_text="Empty if it was added, or would be."
    )


class ImportedSerializer(serializers.Serializer):
    """What became a question, and what did not."""

    results = ImportResultSerializer(many=True, help_text="In the order of the file.")


type Read = Question | list[dict[str, Any]]
"""A question of a file that is not stored yet, or the errors that are wrong with it."""


def read_file(owner: User, name: str, file: UploadedFile) -> list[Read]:
    """Return the questions of a file in their order. Raises `InvalidFile` and `TooManyQuestions`."""
    return [_read_question(owner, item) for item in FORMATS[name].read(file.read())]


def render_result(index: int, read: Read, *, is_stored: bool) -> dict[str, Any]:
    """Render one question of a file, as `ImportResultSerializer` declares it."""
    if isinstance(read, list):
        return {"index": index, "question": None, "errors": read}
    question = render_question(read, []) if is_stored else None
    return {"index": index, "question": question, "errors": []}


def _read_question(owner: User, item: Any) -> Read:
    try:
        if isinstance(item, serializers.ValidationError):
            raise item
        form = QuestionWriteSerializer(data=item)
        form.is_valid(raise_exception=True)
        return questions.build(owner, **form.validated_data)
    except serializers.ValidationError as error:
        errors: list[dict[str, Any]] = render_exception(error)["errors"]
        return errors
