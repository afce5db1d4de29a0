"""Courses: the catalogue, an instructor's own list, and one course."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor, IsStaff
from courses.exceptions import HasStudents
from courses.filters import CatalogueFilter, OwnCourseFilter
from courses.keys import CourseKey
from courses.models import Course
from courses.permissions import Teaches
from courses.queries.cards import render_card, render_own_card
from courses.queries.catalogue import list_catalogue, list_courses, ordering_of
from courses.queries.search import MAX_ENTRIES
from courses.serializers import (
    CourseCardSerializer,
    CourseDetailSerializer,
    CourseWriteSerializer,
    OwnCourseSerializer,
    ThumbnailSerializer,
)
from courses.services import authoring, decisions
from courses.views.base import OfCourse
from lms.caching import PublicRead, Revalidated
from lms.exceptions import ReferenceGone
from lms.images import PICTURE_ERRORS
from lms.pagination import Page
from lms.parsers import JSONParser
from lms.schema import raises
from lms.throttling import AnonThrottle, PictureThrottle, UserThrottle

NEWEST = ("-created_at", "-id")
WRITTEN = {
    "application/json": CourseWriteSerializer,
    "multipart/form-data": CourseWriteSerializer,
}


@extend_schema(tags=["Authoring"])
class CourseViewSet(PublicRead, OfCourse, GenericViewSet):
    queryset = Course.objects.all()
    throttle_classes = (UserThrottle, AnonThrottle, PictureThrottle)
    serializer_class = CourseDetailSerializer
    parser_classes = (JSONParser, MultiPartParser)

    def get_permissions(self) -> list[Any]:
        match self.action:
            case "list" | "retrieve":
                return [AllowAny()]
            case "create":
                return [IsAuthenticated(), IsInstructor()]
        return [IsAuthenticated(), (Teaches | IsStaff)()]

    @extend_schema(
        operation_id="listCourses",
        summary="List and search the published courses",
        description="Filters combine: a course must match all of them. `search` ranks what it finds by where the words "
        f"stand, then by how many people take the course; it looks at {MAX_ENTRIES:,} places of its words at most. "
        "The response is the same for everybody, and looks at no cookie or token.",
        tags=["Catalogue"],
        auth=[],
        parameters=[CatalogueFilter.documented()],
        responses=CourseCardSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        query = CatalogueFilter.read(request)
        page = Page.of(request, ordering_of(query))
        return Response(page.render(list_catalogue(query, page), render_card))

    @extend_schema(
        operation_id="createCourse",
        summary="Create a draft of a course",
        description="Only you and staff see it until `POST /courses/{id}/publish`. Send JSON, or a form if it "
        "carries a `thumbnail`. Its `slug` is made from the title and never changes.\n\nIn a form, "
        "`price` is JSON text or the two fields `price.amount` and `price.currency`; a list is JSON "
        "text or a repeated field.",
        request=WRITTEN,
        responses={201: CourseDetailSerializer, **raises(ReferenceGone, *PICTURE_ERRORS)},
    )
    def create(self, request: UserRequest) -> Response:
        serializer = CourseWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        course = authoring.create(request.user, **serializer.validated_data)
        return Response(self.render_viewed(course.pk), status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="getCourse",
        summary="Get a course with its curriculum",
        description="A published course is for everybody; any other is 404 except for its instructor, staff and "
        "those who are enrolled. Instructor and staff also get the lectures that are not published. "
        "It contains no address of a video and no text of a lecture. Send the `ETag` as "
        "`If-None-Match` to get 304 if nothing has changed.",
        tags=["Catalogue"],
        responses=CourseDetailSerializer,
    )
    def retrieve(self, request: Request, key: CourseKey) -> Response:
        return Response(self.render_viewed(key))

    @extend_schema(
        operation_id="updateCourse",
        summary="Update a course",
        description="Send the fields that change, as JSON or as a form (see `POST /courses`). A new price is for "
        "new orders: orders keep the price at which they were made.",
        request=WRITTEN,
        responses={200: CourseDetailSerializer, **raises(ReferenceGone, *PICTURE_ERRORS)},
    )
    def partial_update(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        serializer = CourseWriteSerializer(course, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        fields = serializer.validated_data
        change = partial(authoring.change, course, **fields)
        sends_picture = "thumbnail" in fields
        decisions.perform(request.user, course, "change", change, is_outside=sends_picture)
        return Response(self.render_viewed(course.pk))

    @extend_schema(
        operation_id="deleteCourse",
        summary="Delete a course that nobody has taken",
        description="Once anybody has enrolled in it or ordered it, it is 409 `has_students`: archive it instead.",
        responses={204: None, **raises(HasStudents)},
    )
    def destroy(self, request: UserRequest, key: CourseKey) -> Response:
        course = self.get_course(key)
        decisions.perform(request.user, course, "delete", partial(authoring.delete, course))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Authoring"])
class OwnCourseViewSet(Revalidated, GenericViewSet):
    queryset = Course.objects.all()
    serializer_class = OwnCourseSerializer
    permission_classes = (IsAuthenticated, IsInstructor)

    @extend_schema(
        operation_id="listMyCourses",
        summary="List the courses that you teach, newest first",
        description="Whatever their status: drafts and archived ones too.",
        parameters=[OwnCourseFilter.documented()],
    )
    def list(self, request: UserRequest) -> Response:
        match = {"instructor_id": request.user.pk} | OwnCourseFilter.read(request)
        page = Page.of(request, NEWEST)
        return Response(page.render(list_courses(match, page), render_own_card))


@extend_schema(tags=["Authoring"])
class ThumbnailViewSet(Revalidated, OfCourse, GenericViewSet):
    queryset = Course.objects.all()
    throttle_classes = (UserThrottle, AnonThrottle, PictureThrottle)
    serializer_class = ThumbnailSerializer
    permission_classes = (IsAuthenticated, Teaches)
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="setThumbnail",
        summary="Set the picture of a course",
        description="It is scaled to at most 1,920 pixels a side; the card has "
        "it in several widths.",
        request={"multipart/form-data": ThumbnailSerializer},
        responses={200: CourseDetailSerializer, **raises(*PICTURE_ERRORS)},
    )
    def update(self, request: Request, key: CourseKey) -> Response:
        course = self.get_course(key)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        authoring.set_thumbnail(course, serializer.validated_data["thumbnail"])
        return Response(self.render_viewed(course.pk))
