"""Courses: the catalogue's list, one in full, and what their instructors do with them."""

from typing import Any

from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import IsInstructor, IsStaff
from courses import filters
from courses.models import Course
from courses.permissions import Teaches
from courses.queries.catalogue import MAX_RANKED, page_of, search
from courses.queries.courses import render_card, render_course, render_own_card
from courses.serializers import (
    CourseCardSerializer,
    CourseDetailSerializer,
    CourseWriteSerializer,
    OwnCourseSerializer,
    ThumbnailSerializer,
)
from courses.services import authoring
from courses.views.base import REVALIDATED, OfCourse, PublicList
from lms.pagination import Page
from lms.parsers import JSONParser
from lms.schema import refused

TAKES_AN_IMAGE = {
    413: refused("payload_too_large"),
    503: refused("media_provider_unavailable"),
}
KEY = OpenApiParameter("key", str, "path", description="The course's id or its slug.")


@extend_schema(tags=["courses"])
@method_decorator(REVALIDATED, name="dispatch")
class CourseViewSet(PublicList, OfCourse, GenericViewSet):
    queryset = Course.objects.all()
    serializer_class = CourseDetailSerializer
    parser_classes = [JSONParser, MultiPartParser]

    def get_permissions(self) -> list[Any]:
        match self.action:
            case "list" | "retrieve":
                return [AllowAny()]
            case "create" | "mine":
                return [IsAuthenticated(), IsInstructor()]
            case "set_thumbnail":
                return [IsAuthenticated(), Teaches()]
        return [IsAuthenticated(), (Teaches | IsStaff)()]

    @extend_schema(
        summary="Browse and search the catalogue",
        description=f"A search ranks the best {MAX_RANKED:,} matches.",
        auth=[],
        parameters=[filters.CatalogueQuery],
        responses=CourseCardSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        query = filters.CatalogueQuery.of(request)
        page = Page.of(request, filters.ordering(query))
        return Response(page.render(search(query, page), render_card))

    @extend_schema(
        operation_id="courses_mine",
        summary="List the courses that I teach, in every state",
        parameters=[filters.MineQuery],
        responses=OwnCourseSerializer(many=True),
    )
    def mine(self, request: Request) -> Response:
        query = filters.MineQuery.of(request)
        page = Page.of(request, ("-created_at", "-id"))
        found = page_of({"instructor_id": request.user.pk} | query, page)
        return Response(page.render(found, render_own_card))

    @extend_schema(
        summary="Show a course with its outline",
        parameters=[KEY],
        responses=CourseDetailSerializer,
    )
    def retrieve(self, request: Request, key: str) -> Response:
        document = self.get_document(key)
        return Response(render_course(document, whole=self.is_author(document)))

    @extend_schema(
        summary="Start a course",
        request={
            "application/json": CourseWriteSerializer,
            "multipart/form-data": CourseWriteSerializer,
        },
        responses={201: CourseDetailSerializer} | TAKES_AN_IMAGE,
    )
    def create(self, request: Request) -> Response:
        serializer = CourseWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        course = authoring.create(request.user, **serializer.validated_data)
        return self.answer(course, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change a course",
        parameters=[KEY],
        request={
            "application/json": CourseWriteSerializer,
            "multipart/form-data": CourseWriteSerializer,
        },
        responses={200: CourseDetailSerializer} | TAKES_AN_IMAGE,
    )
    def partial_update(self, request: Request, key: str) -> Response:
        course = self.get_course(key)
        serializer = CourseWriteSerializer(course, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        authoring.change(course, **serializer.validated_data)
        return self.answer(course)

    @extend_schema(
        summary="Delete a course that nobody ever enrolled in",
        parameters=[KEY],
        responses={204: None, 409: refused("has_students")},
    )
    def destroy(self, request: Request, key: str) -> Response:
        authoring.delete(self.get_course(key))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="courses_thumbnail",
        summary="Give a course its picture",
        request={"multipart/form-data": ThumbnailSerializer},
        responses={200: CourseDetailSerializer} | TAKES_AN_IMAGE,
    )
    def set_thumbnail(self, request: Request, pk: str) -> Response:
        course = self.get_course(pk)
        serializer = ThumbnailSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        authoring.set_thumbnail(course, serializer.validated_data["thumbnail"])
        return self.answer(course)

    @extend_schema(
        operation_id="courses_publish",
        summary="Put a course into the catalogue",
        description="409 `not_publishable` names all that is missing, one error each, `attr` saying where. "
        "Where staff look at courses first, the course becomes `in_review`.",
        request=None,
        responses={200: CourseDetailSerializer, 409: refused("not_publishable")},
    )
    def publish(self, request: Request, pk: str) -> Response:
        course = self.get_course(pk)
        authoring.publish(course, by_staff=request.user.is_staff)
        return self.answer(course)

    @extend_schema(
        operation_id="courses_unpublish",
        summary="Make a course a draft again",
        request=None,
        responses=CourseDetailSerializer,
    )
    def unpublish(self, request: Request, pk: str) -> Response:
        course = self.get_course(pk)
        authoring.unpublish(course)
        return self.answer(course)

    @extend_schema(
        operation_id="courses_archive",
        summary="Take a course from sale for good",
        description="Who is enrolled keeps it.",
        request=None,
        responses=CourseDetailSerializer,
    )
    def archive(self, request: Request, pk: str) -> Response:
        course = self.get_course(pk)
        authoring.archive(course)
        return self.answer(course)

    def answer(self, course: Course, code: int = status.HTTP_200_OK) -> Response:
        """Answer a change with the course as its author now sees it."""
        return Response(render_course(self.get_document(course.pk), whole=True), code)
