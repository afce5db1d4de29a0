"""What everybody may read beside the courses themselves: categories, instructors, reviews."""

from typing import Any

from bson import ObjectId
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.permissions import IsInstructor, IsStaff
from courses.models import Category, Course, Review
from courses.queries.instructors import render_instructor
from courses.serializers import (
    CategorySerializer,
    InstructorSerializer,
    ReportSerializer,
    ReviewSerializer,
)
from courses.services import reviews
from courses.visibility import REVALIDATED, OfCourse
from lms.pagination import Page


@extend_schema(tags=["courses"])
@method_decorator(REVALIDATED, name="dispatch")
@extend_schema_view(list=extend_schema(summary="List the categories by name"))
class CategoryViewSet(ListModelMixin, GenericViewSet):
    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    authentication_classes: list[type[BaseAuthentication]] = []
    permission_classes = [AllowAny]
    ordering = ("name", "id")


@extend_schema(tags=["people"])
@method_decorator(REVALIDATED, name="dispatch")
class InstructorViewSet(GenericViewSet):
    serializer_class = InstructorSerializer
    authentication_classes: list[type[BaseAuthentication]] = []
    permission_classes = [AllowAny]
    queryset = User.objects.filter(role=User.Role.INSTRUCTOR, is_active=True)

    @extend_schema(summary="Show an instructor and their newest published courses")
    def retrieve(self, request: Request, pk: ObjectId) -> Response:
        return Response(render_instructor(get_object_or_404(self.get_queryset(), pk=pk)))


@extend_schema(tags=["reviews"])
@method_decorator(REVALIDATED, name="dispatch")
class ReviewViewSet(OfCourse, GenericViewSet):
    """What everybody reads of reviews, and the report of a bad one.

    `learning` routes the list, says who else sees a hidden course, and adds writing one's own.
    """

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer

    def get_permissions(self) -> list[Any]:
        if self.action == "list":
            return [AllowAny()]
        return [IsAuthenticated(), (IsInstructor | IsStaff)()]

    @extend_schema(
        summary="List a course's reviews, newest first",
        description="For whoever may see the course. Of their authors, the name and picture alone.",
    )
    def list(self, request: Request, pk: ObjectId) -> Response:
        page = Page.of(request, ("-created_at", "-id"))
        if not Course.objects.published().filter(pk=pk).exists():
            self.find_course(pk)
        return Response(page.render(reviews.page_of(pk, page), reviews.answer))

    @extend_schema(
        operation_id="reviews_report",
        summary="Ask staff to look at a review",
        description="For instructors and staff.",
        request=ReportSerializer,
        responses={204: OpenApiResponse(description="Staff will see it.")},
    )
    def report(self, request: Request, pk: ObjectId) -> Response:
        review = get_object_or_404(Review.objects.filter(hidden_at=None), pk=pk)
        serializer = ReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        reviews.report(review, **serializer.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
