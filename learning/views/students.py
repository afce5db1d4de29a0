"""The students of a course, for its instructor."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from bson import ObjectId
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.models import User
from accounts.permissions import IsStaff
from courses.keys import CourseKey
from courses.permissions import Teaches
from courses.views.base import OfCourse
from courses.visibility import teaches
from learning.models import Enrollment
from learning.queries import students
from learning.queries.statistics import get_statistics
from learning.serializers import (
    CourseStatisticsSerializer,
    StudentSerializer,
    UnlockSerializer,
)
from learning.services import unlocking
from lms import audit
from lms.negotiation import FileNegotiation
from lms.pagination import Page


@extend_schema(tags=["Authoring"])
class StudentViewSet(OfCourse, GenericViewSet):
    serializer_class = StudentSerializer
    content_negotiation_class = FileNegotiation
    permission_classes = (IsAuthenticated & (Teaches | IsStaff),)
    queryset = Enrollment.objects.none()

    def get_enrollment(self, key: CourseKey, pk: ObjectId) -> Enrollment:
        """Return the enrollment of a student of a course who has access; else 404."""
        return get_object_or_404(self.get_course(key).enrollments.active(), pk=pk)

    def perform(
        self, enrollment: Enrollment, action: str, act: Callable[[], Any], reason: str = ""
    ) -> Any:
        """Call `act`; the audit log keeps what somebody else than the instructor did."""
        by = cast(User, self.request.user)
        if teaches(by, enrollment.course):
            return act()
        return audit.perform(by.pk, enrollment, action, act, reason=reason)

    @extend_schema(
        operation_id="listStudents",
        summary="List the students of a course and their progress",
        description="Those who have access at present, the last enrolled first.",
        responses={200: StudentSerializer(many=True)},
    )
    def list(self, request: Request, key: CourseKey) -> Response:
        course = self.get_course(key)
        page = Page.of(request, students.NEWEST_FIRST)
        return Response(
            page.render(students.list_students(course.pk, page), students.render_student)
        )

    @extend_schema(
        operation_id="exportStudents",
        summary="Download the students of a course as CSV",
        description="Columns: `name, percentage, completed_lectures, total_lectures, enrolled_at, completed_at, "
        "last_activity_at`. All students, the first enrolled first.",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def export(self, request: UserRequest, key: CourseKey) -> StreamingHttpResponse:
        course = self.get_course(key)
        return StreamingHttpResponse(
            students.render_csv(course, request.user),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="students-{course.pk}.csv"'},
        )

    @extend_schema(
        operation_id="unlockStudent",
        summary="Open all lectures of a course for one student",
        description="No gate of the course locks anything for them any more, until you take it back. Repeating it changes "
        "nothing, and another `reason` replaces the first. The audit trail keeps it. `{id}` is the enrollment's.",
        request=UnlockSerializer,
        responses=UnlockSerializer,
    )
    def unlock(self, request: UserRequest, key: CourseKey, pk: ObjectId) -> Response:
        enrollment = self.get_enrollment(key, pk)
        serializer = UnlockSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        reason = serializer.validated_data["reason"]
        unlock = partial(unlocking.unlock, enrollment, reason=reason, by=request.user.pk)
        at = self.perform(enrollment, "unlock", unlock, reason)
        return Response({"reason": reason, "at": at})

    @extend_schema(
        operation_id="lockStudent",
        summary="Let the gates of a course hold for a student again",
        description="What they have completed stays open. Repeating it changes nothing. `{id}` is the enrollment's.",
        responses={204: None},
    )
    def lock(self, request: UserRequest, key: CourseKey, pk: ObjectId) -> Response:
        enrollment = self.get_enrollment(key, pk)
        lock = partial(unlocking.lock, enrollment, by=request.user.pk)
        self.perform(enrollment, "lock", lock)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="getStatistics",
        summary="Get how the students of a course get on",
        description="How many complete it, and at which lecture the others stop; of those who have access at "
        "present.",
        responses={200: CourseStatisticsSerializer},
    )
    def statistics(self, request: Request, key: CourseKey) -> Response:
        return Response(get_statistics(self.get_course(key).pk))
