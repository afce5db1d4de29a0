"""An assignment: what it asks, and the student's own work at it."""

from typing import Any

from bson import ObjectId
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from assessments.exceptions import (
    AlreadyGraded,
    EmptySubmission,
    FilesNotReady,
    InvalidRubric,
    NotAccepted,
    NotYourFiles,
    PastDue,
    TooManyFiles,
)
from assessments.models import Assignment, Submission
from assessments.queries.assignments import get_assignment, render_assignment
from assessments.queries.submissions import get_work, render_work
from assessments.serializers.assignments import (
    AssignmentSerializer,
    ContentSerializer,
    DraftSerializer,
    SubmissionSerializer,
)
from assessments.services import assignments, submissions
from assessments.views.base import OfLecture
from courses.exceptions import EnrollmentRequired, Locked
from courses.models import Lecture
from courses.permissions import Teaches
from lms.schema import raises

REFUSED = raises(
    EnrollmentRequired,
    Locked,
    NotAccepted,
    TooManyFiles,
    NotYourFiles,
    FilesNotReady,
    EmptySubmission,
    PastDue,
    AlreadyGraded,
)


@extend_schema(tags=["Assessments"])
class AssignmentViewSet(OfLecture, GenericViewSet):
    kind = Lecture.Kind.ASSIGNMENT
    queryset = Assignment.objects.none()
    serializer_class = AssignmentSerializer

    def get_permissions(self) -> list[Any]:
        if self.action == "retrieve":
            return [AllowAny()]
        return [IsAuthenticated(), Teaches()]

    @extend_schema(
        operation_id="getAssignment",
        summary="Get what an assignment asks",
        description="For those who may watch the lecture. 404 until its author has set it.",
        responses={
            200: AssignmentSerializer,
            **raises(NotAuthenticated, EnrollmentRequired, Locked),
        },
    )
    def retrieve(self, request: Request, pk: ObjectId) -> Response:
        return Response(render_assignment(get_assignment(pk, request.user)))

    @extend_schema(
        operation_id="setAssignment",
        summary="Set what an assignment asks",
        description="As a whole: what is left out gets its default. Grades that were given stay as they are.",
        responses={200: AssignmentSerializer, **raises(InvalidRubric)},
    )
    def update(self, request: UserRequest, pk: ObjectId) -> Response:
        lecture = self.get_lecture(pk)
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(
            render_assignment(assignments.set_assignment(lecture, **form.validated_data))
        )


@extend_schema(tags=["Assessments"])
class OwnSubmissionViewSet(GenericViewSet):
    queryset = Submission.objects.none()
    serializer_class = SubmissionSerializer

    @extend_schema(
        operation_id="getSubmission",
        summary="Get your work at an assignment",
        description="An empty draft, with a null `id`, until something was saved. For those who are enrolled.",
        responses={200: SubmissionSerializer, **raises(EnrollmentRequired)},
    )
    def retrieve(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(render_work(get_work(pk, request.user)))

    @extend_schema(
        operation_id="saveSubmission",
        summary="Save your work at an assignment",
        description="As a whole: what is left out becomes empty. A draft is seen by nobody else. What was handed in and is not "
        "graded is replaced, and handed in by that.",
        request=DraftSerializer,
        responses={200: SubmissionSerializer, **REFUSED},
    )
    def update(self, request: UserRequest, pk: ObjectId) -> Response:
        work = get_work(pk, request.user)
        form = DraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        work.require_open()
        lecture, assignment = work.watchable.lecture, work.assignment
        submissions.save(request.user, lecture, assignment, **form.validated_data)
        return Response(render_work(get_work(pk, request.user)))

    @extend_schema(
        operation_id="submitSubmission",
        summary="Hand in your work at an assignment",
        description="What is left out is handed in as it was saved. Until it is graded, handing in again replaces it; "
        "once it was returned, it may be handed in again, whatever the due date. The same again changes nothing.",
        request=ContentSerializer,
        responses={200: SubmissionSerializer, **REFUSED},
    )
    def submit(self, request: UserRequest, pk: ObjectId) -> Response:
        work = get_work(pk, request.user)
        form = ContentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        work.require_open()
        lecture, assignment = work.watchable.lecture, work.assignment
        submissions.submit(request.user, lecture, assignment, **form.validated_data)
        return Response(render_work(get_work(pk, request.user)))
