"""Sections of a course, and the order of its whole outline."""

from bson import ObjectId
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from courses.exceptions import CurriculumMismatch, HasAttempts, OutlineFull
from courses.keys import CourseKey
from courses.models import Section
from courses.permissions import Teaches
from courses.queries.outline import render_outline
from courses.serializers import (
    CurriculumSerializer,
    SectionOrderSerializer,
    SectionSerializer,
    SectionWriteSerializer,
)
from courses.services import outline, sections
from courses.views.base import OfCourse
from lms.schema import raises


@extend_schema(tags=["Authoring"])
class SectionViewSet(OfCourse, GenericViewSet):
    queryset = Section.objects.all()
    serializer_class = SectionWriteSerializer
    permission_classes = (IsAuthenticated, Teaches)

    def get_object(self) -> Section:
        section = get_object_or_404(Section, pk=self.kwargs["pk"])
        self.get_course(section.course_id)
        return section

    @extend_schema(
        operation_id="createSection",
        summary="Add a section to a course",
        description=f"At most {sections.MAX_SECTIONS} per course.",
        responses={201: SectionSerializer, **raises(OutlineFull)},
    )
    def create(self, request: Request, key: CourseKey) -> Response:
        course = self.get_course(key)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        section = sections.add_section(course.pk, **serializer.validated_data)
        return Response(SectionSerializer(section).data, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="updateSection",
        summary="Rename or move a section",
        description="Send the fields that change. The sections behind the new place move by one.",
        responses=SectionSerializer,
    )
    def partial_update(self, request: Request, pk: ObjectId) -> Response:
        section = self.get_object()
        serializer = self.get_serializer(section, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        sections.change_section(section, **serializer.validated_data)
        return Response(SectionSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="deleteSection",
        summary="Delete a section with its lectures",
        description="Their files stay in your library. Not while students have worked on a quiz or assignment in it.",
        responses={204: None, **raises(HasAttempts)},
    )
    def destroy(self, request: Request, pk: ObjectId) -> Response:
        sections.remove_section(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Authoring"])
class CurriculumViewSet(OfCourse, GenericViewSet):
    queryset = Section.objects.all()
    serializer_class = SectionOrderSerializer
    permission_classes = (IsAuthenticated, Teaches)

    @extend_schema(
        operation_id="setCurriculum",
        summary="Put all sections and lectures of a course in order",
        description="Send every section in its order, each with its lectures in theirs. Each section and each "
        "lecture of the course must be named exactly once, or nothing changes and the response is "
        "400 `mismatch`: load the course again, since somebody has changed it.",
        request=SectionOrderSerializer(many=True),
        responses={200: CurriculumSerializer, **raises(CurriculumMismatch)},
    )
    def update(self, request: Request, key: CourseKey) -> Response:
        course = self.get_course(key)
        serializer = self.get_serializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        order = [(each["section"], each["lectures"]) for each in serializer.validated_data]
        outline.rearrange(course.pk, order)
        document = self.find_document(course.pk)
        return Response({"sections": render_outline(document, whole=True)})
