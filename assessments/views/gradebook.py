"""Grades: a student's own, and the gradebook of a course."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from assessments.models import Grade
from assessments.queries import gradebook
from assessments.serializers.gradebook import GradebookRowSerializer, GradesSerializer
from assessments.services.attempts import submit_overdue
from courses.exceptions import EnrollmentRequired
from courses.keys import CourseKey
from courses.models import Lecture
from courses.permissions import Teaches
from courses.views.base import OfCourse
from learning.access import require_enrollment
from lms.drf import OBJECT_ID_SCHEMA
from lms.negotiation import FileNegotiation
from lms.pagination import CursorPagination, Page
from lms.schema import raises


class GradebookPagination(CursorPagination):
    """Pages of students that also have the columns of the gradebook."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        column = {
            "lecture": OBJECT_ID_SCHEMA,
            "title": {"type": "string"},
            "kind": {"type": "string", "enum": [Lecture.Kind.QUIZ, Lecture.Kind.ASSIGNMENT]},
            "max_score": {
                "type": ["integer", "null"],
                "description": "In hundredths of a point; null for a quiz that draws questions.",
            },
        }
        items = {"type": "object", "properties": column, "required": list(column)}
        columns = {
            "type": "array",
            "items": items,
            "description": "The published quizzes and assignments, in their order.",
        }
        page["properties"] = {"columns": columns, **page["properties"]}
        page["required"] = ["columns", *page["required"]]
        return page


@extend_schema(tags=["Assessments"])
class OwnGradesViewSet(OfCourse, GenericViewSet):
    queryset = Grade.objects.none()
    serializer_class = GradesSerializer

    @extend_schema(
        operation_id="getGrades",
        summary="Get your grades in a course",
        description="For those who are enrolled.",
        responses={200: GradesSerializer, **raises(EnrollmentRequired)},
    )
    def retrieve(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        require_enrollment(request.user, course)
        submit_overdue(course_id=course.pk, user_id=request.user.pk)
        return Response({"results": gradebook.render_own(request.user, course.pk)})


@extend_schema(tags=["Assessments"])
class GradebookViewSet(OfCourse, GenericViewSet):
    queryset = Grade.objects.none()
    serializer_class = GradebookRowSerializer
    content_negotiation_class = FileNegotiation
    permission_classes = (IsAuthenticated, Teaches)
    pagination_class = GradebookPagination

    @extend_schema(
        operation_id="getGradebook",
        summary="Get the grades of the students of a course",
        description="Those who have access at present, the last enrolled first.",
        responses=GradebookRowSerializer(many=True),
    )
    def list(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        submit_overdue(course_id=course.pk)
        return Response(gradebook.render_page(course.pk, Page.of(request, gradebook.NEWEST_FIRST)))

    @extend_schema(
        operation_id="exportGradebook",
        summary="Download the grades of the students of a course as CSV",
        description="Columns: `name, email`, then one for each published quiz and assignment with the percentage that counts. All "
        "students, the first enrolled first.",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def export(self, request: UserRequest, key: CourseKey) -> StreamingHttpResponse:
        course = self.get_course(key)
        submit_overdue(course_id=course.pk)
        return StreamingHttpResponse(
            gradebook.render_csv(course.pk),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="grades-{course.pk}.csv"'},
        )
