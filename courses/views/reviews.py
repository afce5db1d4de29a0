"""List the reviews of a course, and report a bad one."""

from typing import Any

from bson import ObjectId
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import IsInstructor, IsStaff
from courses.keys import CourseKey
from courses.models import Review
from courses.queries.courses import get_course
from courses.queries.reviews import NEWEST, list_reviews, render_review
from courses.serializers import ReviewReportSerializer, ReviewSerializer
from courses.services import reviews
from lms.caching import REVALIDATED, PublicRead
from lms.pagination import Page


@extend_schema(tags=["Catalogue"])
@method_decorator(REVALIDATED, name="dispatch")
class ReviewViewSet(PublicRead, GenericViewSet):
    queryset = Review.objects.all()
    serializer_class = ReviewSerializer

    def get_permissions(self) -> list[Any]:
        if self.action == "list":
            return [AllowAny()]
        return [IsAuthenticated(), (IsInstructor | IsStaff)()]

    @extend_schema(
        operation_id="listReviews",
        summary="List the reviews of a course, newest first",
        description="For everybody, while the course is published. Authors have a name and a picture only.",
    )
    def list(self, request: Request, key: CourseKey) -> Response:
        page = Page.of(request, NEWEST)
        course = get_course(request.user, key)  # 404 if it is hidden: here, everybody is a visitor
        return Response(page.render(list_reviews(course.pk, page), render_review))

    @extend_schema(
        operation_id="reportReview",
        summary="Report a review to staff",
        description="For instructors and staff. Reporting it again replaces the reason; staff decide whether it "
        "is hidden.",
        tags=["Authoring"],
        request=ReviewReportSerializer,
        responses={204: OpenApiResponse(description="The report is in the staff's list.")},
    )
    def report(self, request: Request, pk: ObjectId) -> Response:
        review = get_object_or_404(Review.objects.listed(), pk=pk)
        serializer = ReviewReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        reviews.report(review, **serializer.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
