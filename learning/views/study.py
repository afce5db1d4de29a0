"""Enrollment, access and progress of a student."""

from collections.abc import Sequence
from contextlib import suppress

from bson import ObjectId
from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import JoinsToSession, UserRequest
from courses.exceptions import EnrollmentRequired, Locked
from courses.keys import CourseKey
from courses.models import Course
from courses.queries.courses import get_course_id
from learning.access import decide
from learning.exceptions import (
    AccessRevoked,
    MustBePassed,
    MustBeWatched,
    OwnCourse,
    PaymentRequired,
)
from learning.filters import AccessFilter
from learning.models import Enrollment
from learning.queries import enrollments
from learning.queries.lectures import find_lock
from learning.queries.progress import STUDIED, join_outline, render_lock
from learning.serializers import (
    AccessSerializer,
    CompletedProgressSerializer,
    EnrollmentSerializer,
    ProgressBatchSerializer,
    ProgressSerializer,
    ProgressWriteSerializer,
    RecordedProgressSerializer,
)
from learning.services import study
from learning.services.completion import get_progress
from learning.services.enrollment import take_free_course
from learning.services.updates import Update
from lms.drf import validate
from lms.mongodb.pipelines import Document
from lms.pagination import Page
from lms.schema import raises

CHANGED = {
    200: ProgressSerializer,
    **raises(EnrollmentRequired, Locked, MustBePassed, MustBeWatched),
}


@extend_schema(tags=["Learning"])
class EnrollmentViewSet(JoinsToSession, GenericViewSet):
    serializer_class = EnrollmentSerializer
    queryset = Enrollment.objects.none()

    def joins(self) -> Sequence[Document]:
        if self.action == "list":
            with suppress(ValidationError):  # which `list` raises, to those who are signed in
                page = Page.of(self.request, enrollments.LAST_STUDIED_FIRST)
                return [enrollments.join_enrollments(page)]
        return []

    @extend_schema(
        operation_id="listEnrollments",
        summary="List the courses that you study, last studied first",
        description="Each with its card and your progress. Access that has ended is not listed.",
        responses=EnrollmentSerializer(many=True),
    )
    def list(self, request: UserRequest) -> Response:
        page = Page.of(request, enrollments.LAST_STUDIED_FIRST)
        joined = self.joined("enrollments")
        rows = enrollments.list_enrollments(request.user.pk, page, joined)
        return Response(page.render(rows, enrollments.render_enrollment))

    @extend_schema(
        operation_id="enroll",
        summary="Enroll in a free course",
        description="201 if it is new, 200 if you were enrolled already. A course with a price is 409 "
        "`payment_required`: `POST /payments/checkout`.",
        request=None,
        responses={
            200: OpenApiResponse(EnrollmentSerializer, "You were enrolled already."),
            201: EnrollmentSerializer,
            **raises(PaymentRequired, OwnCourse, AccessRevoked),
        },
    )
    def enroll(self, request: UserRequest, key: CourseKey) -> Response:
        course = get_object_or_404(Course.objects.named(key))
        is_new = take_free_course(request.user, course)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        enrollment = enrollments.get_enrollment(request.user.pk, course.pk)
        return Response(enrollments.render_enrollment(enrollment), code)

    @extend_schema(
        operation_id="getAccess",
        summary="Get whether you may watch a course, and why",
        description="`grants` are all reasons for access that you ever had, those that ended too: a purchase, a "
        "free enrollment, a gift of staff. With `lecture` also why that lecture is `locked` for you.",
        parameters=[AccessFilter.documented()],
        responses=AccessSerializer,
    )
    def access(self, request: UserRequest, key: CourseKey) -> Response:
        asked = AccessFilter.read(request)
        course = get_object_or_404(Course.objects.named(key).only("status", "instructor_id"))
        access = enrollments.render_access(decide(request.user, course))
        if "lecture" in asked:
            lock = find_lock(course.pk, asked["lecture"], request.user)
            access["locked"] = render_lock(lock)
        return Response(access)


@extend_schema(tags=["Learning"])
class ProgressViewSet(JoinsToSession, GenericViewSet):
    serializer_class = ProgressSerializer

    def joins(self) -> Sequence[Document]:
        key = self.kwargs["key"]
        if not isinstance(key, ObjectId):
            return []
        match self.action:
            case "retrieve":
                return [join_outline(key, *STUDIED)]
            case "partial_update":
                return [join_outline(key, *study.columns_of(self.kwargs["lecture"]))]
        return []

    @extend_schema(
        operation_id="getProgress",
        summary="Get your progress in a course",
        description="`resume` is where to continue. The percentage counts the lectures that the course has at "
        "present.",
        responses={200: ProgressSerializer, **raises(EnrollmentRequired)},
    )
    def retrieve(self, request: UserRequest, key: CourseKey) -> Response:
        rows = self.joined("outline")
        return Response(get_progress(request.user.pk, get_course_id(key), rows))

    @extend_schema(
        operation_id="updateProgress",
        summary="Record what you did with a lecture",
        description="An empty body completes the lecture. A player sends `position_seconds` every ten seconds or "
        "so, and with it the parts that were `watched`: they add up, in any order and sent twice, "
        f"and complete a video once {settings.COMPLETION_PERCENT} % were watched.\n\nIn a course with `completion` `watched`, "
        "completing a video in any other way is 409 `must_be_watched`. A quiz or an assignment is completed by passing it: "
        "to say so, or to undo it, is 409 `must_be_passed`. The response has "
        "`certificate` once the course is completed.",
        request=ProgressWriteSerializer,
        responses=CHANGED,
    )
    def partial_update(self, request: UserRequest, key: CourseKey, lecture: ObjectId) -> Response:
        what = validate(ProgressWriteSerializer, request.data)
        user_id, course_id = request.user.pk, get_course_id(key)
        rows = self.joined("outline")
        return Response(study.record(user_id, course_id, lecture, rows=rows, **what))

    @extend_schema(
        operation_id="recordProgress",
        summary="Record what you did while the device was offline",
        description="The same updates lead to the same end, in whatever order they arrive, together or apart, once or twice: so "
        "send a batch again if its response was lost. Of each lecture the update with the latest `at` decides whether it is "
        "completed, and the one with the latest `at` that has a position where you stopped; at equal times, completed and the "
        "greater position. The watched parts add up: they complete a video that was never said to be completed or not.\n\nAn "
        "update that has no effect is listed in `skipped`, and the others count.",
        request=ProgressBatchSerializer,
        responses={200: RecordedProgressSerializer, **raises(EnrollmentRequired)},
    )
    def batch(self, request: UserRequest, key: CourseKey) -> Response:
        serializer = ProgressBatchSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        updates = [Update(**each) for each in serializer.validated_data["updates"]]
        return Response(study.record_batch(request.user.pk, get_course_id(key), updates))

    @extend_schema(
        operation_id="completeCourse",
        summary="Complete every lecture of a course",
        description="In their order, as far as they are open or open by that. Quizzes and assignments are completed by "
        "passing them alone: the response names in `left` what is not completed. Repeating it changes nothing. The response "
        "has the `certificate`.",
        request=None,
        responses={
            200: CompletedProgressSerializer,
            **raises(EnrollmentRequired, MustBeWatched),
        },
    )
    def complete(self, request: UserRequest, key: CourseKey) -> Response:
        return Response(study.complete(request.user.pk, get_course_id(key)))

    @extend_schema(
        operation_id="resetProgress",
        summary="Start a course again",
        description="After this only what you passed is completed: a quiz or an assignment. A certificate that was issued stays valid. For refunds, "
        "what was completed before still counts.",
        request=None,
        responses={200: ProgressSerializer, **raises(EnrollmentRequired)},
    )
    def reset(self, request: UserRequest, key: CourseKey) -> Response:
        return Response(study.reset(request.user.pk, get_course_id(key)))
