"""Attempts: start, read, answer and submit them, and list them."""

from bson import ObjectId
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsStaff
from assessments.exceptions import (
    AttemptClosed,
    CannotDraw,
    Cooldown,
    InvalidResponse,
    NoAttemptsLeft,
    ResponsesTooLarge,
)
from assessments.filters import AttemptFilter
from assessments.models import Attempt, Quiz
from assessments.queries import attempt_lists
from assessments.queries.attempts import FoundAttempt, QuizFacts, get_attempt, render_attempt
from assessments.serializers.attempts import (
    AttemptQuestionSerializer,
    AttemptSerializer,
    AttemptSummarySerializer,
    ResponseWriteSerializer,
    SubmitSerializer,
)
from assessments.services import attempts
from assessments.services.starting import start
from assessments.throttling import AttemptThrottle, ResponseThrottle
from courses.exceptions import EnrollmentRequired, Locked
from courses.permissions import Teaches
from courses.views.base import OfCourse
from lms.negotiation import FileNegotiation
from lms.pagination import Page
from lms.schema import raises

OPEN = QuizFacts(show_key=Quiz.ShowKey.NEVER, max_attempts=None)
"""Of an open attempt no key is shown, whatever its quiz says."""


def render_found(found: FoundAttempt, request: UserRequest) -> Response:
    """Answer an attempt as the person sees it."""
    return Response(
        render_attempt(found.document, quiz=found.quiz, others=found.others, viewer=request.user)
    )


@extend_schema(tags=["Assessments"])
class AttemptViewSet(GenericViewSet):
    serializer_class = AttemptSerializer
    queryset = Attempt.objects.none()

    def get_throttles(self) -> list[BaseThrottle]:
        own = [ResponseThrottle()] if self.action == "respond" else []
        return [*super().get_throttles(), *own]

    @extend_schema(
        operation_id="getAttempt",
        summary="Get an attempt with its questions and responses",
        description="For its student, the course's instructor and staff. Students see `score, correct, key, explanation, feedback` "
        "of its questions once it is graded, if and when the quiz says so (`show_key`), and never while an attempt of theirs "
        "at the quiz is open; the instructor and staff once it is submitted.",
        responses={200: AttemptSerializer},
    )
    def retrieve(self, request: UserRequest, pk: ObjectId) -> Response:
        found = get_attempt(pk)
        found.require_sight(request.user)
        return render_found(attempts.look_at(found), request)

    @extend_schema(
        operation_id="saveResponse",
        summary="Save your response to a question of an attempt",
        description="As often as you like while the attempt is open: the last one counts. The same one again changes nothing, so "
        "repeat it if its response was lost. Until five seconds after `expires_at`, by the server's clock.",
        request=ResponseWriteSerializer,
        responses={
            200: AttemptQuestionSerializer,
            **raises(PermissionDenied, AttemptClosed, InvalidResponse, ResponsesTooLarge),
        },
    )
    def respond(self, request: UserRequest, pk: ObjectId, question: ObjectId) -> Response:
        serializer = ResponseWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        response = serializer.validated_data["response"]
        return Response(attempts.respond(request.user, pk, question, response))

    @extend_schema(
        operation_id="submitAttempt",
        summary="Submit your attempt",
        description="It is graded at once, but for essays, which the instructor grades; passing completes the lecture. What was not "
        "answered scores 0. Repeating it changes nothing.",
        request=SubmitSerializer,
        responses={
            200: AttemptSerializer,
            **raises(PermissionDenied, AttemptClosed, InvalidResponse, ResponsesTooLarge),
        },
    )
    def submit(self, request: UserRequest, pk: ObjectId) -> Response:
        serializer = SubmitSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        found = attempts.submit(request.user, pk, serializer.validated_data.get("responses"))
        return render_found(found, request)


@extend_schema(tags=["Assessments"])
class AttemptListViewSet(GenericViewSet):
    serializer_class = AttemptSummarySerializer
    queryset = Attempt.objects.none()

    def get_throttles(self) -> list[BaseThrottle]:
        own = [AttemptThrottle()] if self.action == "create" else []
        return [*super().get_throttles(), *own]

    @extend_schema(
        operation_id="listAttempts",
        summary="List the attempts at a quiz, newest first",
        description="Your own; for the course's instructor and staff those of all students.",
        parameters=[AttemptFilter.documented()],
        responses={200: AttemptSummarySerializer(many=True), **raises(EnrollmentRequired)},
    )
    def list(self, request: UserRequest, pk: ObjectId) -> Response:
        page = Page.of(request, attempt_lists.NEWEST_FIRST)
        filters = AttemptFilter.read(request)
        attempts.submit_overdue(lecture_id=pk)
        rows = attempt_lists.list_attempts(request.user, pk, filters, page)
        return Response(page.render(rows, attempt_lists.render_summary))

    @extend_schema(
        operation_id="startAttempt",
        summary="Start an attempt at a quiz",
        description="Its questions are drawn, put in order and frozen: what is changed in the quiz or a question later does not "
        "change it. While one is open, the answer is that one, with 200.",
        request=None,
        responses={
            201: AttemptSerializer,
            200: OpenApiResponse(AttemptSerializer, "The open attempt."),
            **raises(EnrollmentRequired, Locked, NoAttemptsLeft, Cooldown, CannotDraw),
        },
    )
    def create(self, request: UserRequest, pk: ObjectId) -> Response:
        document, is_new = start(request.user, pk)
        body = render_attempt(document, quiz=OPEN, others=(), viewer=request.user)
        return Response(body, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


@extend_schema(tags=["Assessments"])
class AttemptExportViewSet(OfCourse, GenericViewSet):
    serializer_class = AttemptSummarySerializer
    content_negotiation_class = FileNegotiation
    permission_classes = (IsAuthenticated & (Teaches | IsStaff),)
    queryset = Attempt.objects.none()

    @extend_schema(
        operation_id="exportAttempts",
        summary="Download the submitted attempts at a quiz as CSV",
        description=f"Columns: `{', '.join(attempt_lists.CSV_COLUMNS)}`. Scores are hundredths. The newest first.",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def export(self, request: UserRequest, pk: ObjectId) -> StreamingHttpResponse:
        course = self.get_course(attempt_lists.get_course_of(pk).pk)
        attempts.submit_overdue(lecture_id=pk)
        return StreamingHttpResponse(
            attempt_lists.render_csv(course, pk, request.user),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="attempts-{pk}.csv"'},
        )
