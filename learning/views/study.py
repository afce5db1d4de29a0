"""Enrollment, access and progress: what a student has and does."""

from typing import Any

from bson import ObjectId
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from courses.models import Course
from learning.access import decide
from learning.models import Enrollment
from learning.queries import enrollments, progress
from learning.serializers import (
    AccessSerializer,
    EnrollmentSerializer,
    ProgressSerializer,
    ProgressUpdateSerializer,
)
from learning.services import study
from learning.services.enrollment import take_free_course
from lms.pagination import Page
from lms.schema import refused

NOT_ENROLLED = refused("enrollment_required")
CHANGED = {200: ProgressSerializer, 403: NOT_ENROLLED, 409: refused("must_be_watched")}


@extend_schema(tags=["learning"])
class EnrollmentViewSet(GenericViewSet):
    serializer_class = EnrollmentSerializer
    queryset = Enrollment.objects.none()

    @extend_schema(
        operation_id="enrollments_list",
        summary="List one's courses, the last studied first",
        responses=EnrollmentSerializer(many=True),
    )
    def list(self, request: UserRequest) -> Response:
        page = Page.of(request, enrollments.LATEST)
        return Response(page.render(enrollments.page_of(request.user.pk, page), enrollments.answer))

    @extend_schema(
        operation_id="courses_enroll",
        summary="Take a free course",
        description="409 `access_revoked` if staff took it back.",
        request=None,
        responses={
            200: OpenApiResponse(EnrollmentSerializer, "Enrolled before."),
            201: EnrollmentSerializer,
            409: refused("payment_required", "own_course", "access_revoked"),
        },
    )
    def enroll(self, request: UserRequest, pk: ObjectId) -> Response:
        is_new = take_free_course(request.user, get_object_or_404(Course, pk=pk))
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(enrollments.answer(enrollments.one(request.user.pk, pk)), code)

    @extend_schema(
        operation_id="courses_access",
        summary="Explain whether one may watch a course, and why",
        responses=AccessSerializer,
    )
    def access(self, request: UserRequest, pk: ObjectId) -> Response:
        course = get_object_or_404(Course.objects.only("status", "instructor_id"), pk=pk)
        access = decide(request.user, course)
        keys = ("source", "order", "active", "since")
        grants = [{key: grant[key] for key in keys} for grant in access.grants]
        told: dict[str, Any] = {"can_watch": access.can_watch, "reason": access.reason}
        return Response(told | {"grants": grants})


@extend_schema(tags=["learning"])
class ProgressViewSet(GenericViewSet):
    serializer_class = ProgressSerializer

    @extend_schema(
        operation_id="courses_progress",
        summary="Show how far one is",
        responses={200: ProgressSerializer, 403: NOT_ENROLLED},
    )
    def retrieve(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(progress.of(request.user.pk, pk))

    @extend_schema(
        operation_id="courses_progress_update",
        summary="Tell what one did with a lecture",
        description="An empty body means that it is completed. Where videos are done by watching alone, a tick is "
        "refused: 409.",
        request=ProgressUpdateSerializer,
        responses=CHANGED,
    )
    def partial_update(self, request: UserRequest, pk: ObjectId, lecture: ObjectId) -> Response:
        serializer = ProgressUpdateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(study.record(request.user.pk, pk, lecture, **serializer.validated_data))

    @extend_schema(
        operation_id="courses_progress_complete",
        summary="Complete every lecture of a course",
        request=None,
        responses=CHANGED,
    )
    def complete(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(study.complete(request.user.pk, pk))

    @extend_schema(
        operation_id="courses_progress_reset",
        summary="Start a course again",
        description="A certificate, once issued, stays.",
        request=None,
        responses={200: ProgressSerializer, 403: NOT_ENROLLED},
    )
    def reset(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(study.reset(request.user.pk, pk))
