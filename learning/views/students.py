"""The students of a course, for its instructor."""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsStaff
from courses.keys import CourseKey
from courses.permissions import Teaches
from courses.views.base import OfCourse
from learning.models import Enrollment
from learning.queries import students
from learning.queries.statistics import get_statistics
from learning.serializers import CourseStatisticsSerializer, StudentSerializer
from lms.negotiation import FileNegotiation
from lms.pagination import Page


@extend_schema(tags=["Authoring"])
class StudentViewSet(OfCourse, GenericViewSet):
    serializer_class = StudentSerializer
    content_negotiation_class = FileNegotiation
    permission_classes = (IsAuthenticated & (Teaches | IsStaff),)
    queryset = Enrollment.objects.none()

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
        operation_id="getStatistics",
        summary="Get how the students of a course get on",
        description="How many complete it, and at which lecture the others stop; of those who have access at "
        "present.",
        responses={200: CourseStatisticsSerializer},
    )
    def statistics(self, request: Request, key: CourseKey) -> Response:
        return Response(get_statistics(self.get_course(key).pk))
