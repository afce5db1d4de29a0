"""Enrollment, access and progress of a student."""

from bson import ObjectId
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from courses.models import Course
from learning.access import decide
from learning.exceptions import (
    AccessRevoked,
    EnrollmentRequired,
    MustBeWatched,
    OwnCourse,
    PaymentRequired,
)
from learning.models import Enrollment
from learning.queries import enrollments
from learning.serializers import (
    AccessSerializer,
    EnrollmentSerializer,
    ProgressSerializer,
    ProgressWriteSerializer,
)
from learning.services import study
from learning.services.completion import get_progress
from learning.services.enrollment import take_free_course
from lms.pagination import Page
from lms.schema import raises

CHANGED = {200: ProgressSerializer, **raises(EnrollmentRequired, MustBeWatched)}


@extend_schema(tags=["Learning"])
class EnrollmentViewSet(GenericViewSet):
    serializer_class = EnrollmentSerializer
    queryset = Enrollment.objects.none()

    @extend_schema(
        operation_id="listEnrollments",
        summary="List your courses, the last studied first",
        responses=EnrollmentSerializer(many=True),
    )
    def list(self, request: UserRequest) -> Response:
        page = Page.of(request, enrollments.LAST_STUDIED_FIRST)
        rows = enrollments.list_enrollments(request.user.pk, page)
        return Response(page.render(rows, enrollments.render_enrollment))

    @extend_schema(
        operation_id="enroll",
        summary="Take a free course",
        description="409 `access_revoked` if staff ended your access to it.",
        request=None,
        responses={
            200: OpenApiResponse(EnrollmentSerializer, "You were enrolled already."),
            201: EnrollmentSerializer,
            **raises(PaymentRequired, OwnCourse, AccessRevoked),
        },
    )
    def enroll(self, request: UserRequest, pk: ObjectId) -> Response:
        is_new = take_free_course(request.user, get_object_or_404(Course, pk=pk))
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        enrollment = enrollments.get_enrollment(request.user.pk, pk)
        return Response(enrollments.render_enrollment(enrollment), code)

    @extend_schema(
        operation_id="getAccess",
        summary="Show whether you may watch a course, and why",
        responses=AccessSerializer,
    )
    def access(self, request: UserRequest, pk: ObjectId) -> Response:
        course = get_object_or_404(Course.objects.only("status", "instructor_id"), pk=pk)
        return Response(enrollments.render_access(decide(request.user, course)))


@extend_schema(tags=["Learning"])
class ProgressViewSet(GenericViewSet):
    serializer_class = ProgressSerializer

    @extend_schema(
        operation_id="getProgress",
        summary="Show your progress in a course",
        responses={200: ProgressSerializer, **raises(EnrollmentRequired)},
    )
    def retrieve(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(get_progress(request.user.pk, pk))

    @extend_schema(
        operation_id="updateProgress",
        summary="Record what you did with a lecture",
        description="An empty body completes the lecture. In a course whose videos are completed only by watching "
        "them, completing a video in another way is 409.",
        request=ProgressWriteSerializer,
        responses=CHANGED,
    )
    def partial_update(self, request: UserRequest, pk: ObjectId, lecture: ObjectId) -> Response:
        serializer = ProgressWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(study.record(request.user.pk, pk, lecture, **serializer.validated_data))

    @extend_schema(
        operation_id="completeCourse",
        summary="Complete every lecture of a course",
        request=None,
        responses=CHANGED,
    )
    def complete(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(study.complete(request.user.pk, pk))

    @extend_schema(
        operation_id="resetProgress",
        summary="Start a course again",
        description="A certificate that was issued stays valid. For refunds, what was completed before still counts.",
        request=None,
        responses={200: ProgressSerializer, **raises(EnrollmentRequired)},
    )
    def reset(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(study.reset(request.user.pk, pk))
