"""Questions from files, and the bank as a file."""

from collections.abc import Iterator
from typing import cast

from django.http import QueryDict, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from assessments.exceptions import InvalidFile, TooManyQuestions
from assessments.formats import FORMATS
from assessments.models import Question
from assessments.queries.questions import describe, find_bank
from assessments.serializers.imports import (
    MAX_FILE_BYTES,
    ExportSerializer,
    ImportedSerializer,
    ImportSerializer,
    read_file,
    render_result,
)
from assessments.serializers.questions import QuestionFilter
from assessments.services import questions
from lms.exceptions import PayloadTooLarge
from lms.negotiation import FileNegotiation
from lms.schema import raises
from lms.uploads import TakesFiles

CHUNK = 200
"""How many questions are read from the database at a time."""


@extend_schema(tags=["Assessments"])
class ImportViewSet(TakesFiles, GenericViewSet):
    permission_classes = (IsInstructor,)
    parser_classes = (MultiPartParser,)
    serializer_class = ImportSerializer

    def max_bytes(self) -> int:
        return MAX_FILE_BYTES

    @extend_schema(
        operation_id="importQuestions",
        summary="Add questions from a file to your bank",
        description="A question that is wrong does not keep the others out: `errors` says why. `as` and `dry_run` may "
        "stand in the query as well. [What each format can hold](/docs/question-formats.md).",
        request={"multipart/form-data": ImportSerializer},
        responses={
            200: ImportedSerializer,
            **raises(InvalidFile, TooManyQuestions, PayloadTooLarge),
        },
    )
    def create(self, request: UserRequest) -> Response:
        form = self.get_serializer(
            data={**request.query_params.dict(), **cast(QueryDict, request.data).dict()}
        )
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        read = read_file(request.user, asked["as"], asked["file"])
        if not asked["dry_run"]:
            questions.store(request.user, [each for each in read if isinstance(each, Question)])
        results = [render_result(*each, is_stored=not asked["dry_run"]) for each in enumerate(read)]
        return Response({"results": results})


@extend_schema(tags=["Assessments"])
class ExportViewSet(GenericViewSet):
    permission_classes = (IsInstructor,)
    content_negotiation_class = FileNegotiation
    serializer_class = ExportSerializer
    queryset = Question.objects.none()
    pagination_class = None

    @extend_schema(
        operation_id="exportQuestions",
        summary="Download the questions of your bank as a file",
        description="The oldest first, with their keys; those that the filters of `GET /questions` find. "
        "[What each format can hold](/docs/question-formats.md).",
        parameters=[ExportSerializer, QuestionFilter.documented()],
        responses={(200, each.media_type): each.schema for each in FORMATS.values()},
    )
    def retrieve(self, request: UserRequest) -> StreamingHttpResponse:
        form = self.get_serializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        written = FORMATS[form.validated_data["as"]]
        bank = find_bank(request.user, **QuestionFilter.read(request)).order_by("created_at", "id")
        bodies: Iterator[dict] = (describe(each) for each in bank.iterator(chunk_size=CHUNK))
        return StreamingHttpResponse(
            written.write(bodies),
            content_type=f"{written.media_type}; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="questions.{written.extension}"'
            },
        )
