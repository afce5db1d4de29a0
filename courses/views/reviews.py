"""List the reviews and ratings of a course, answer a review, and report a bad one."""

from typing import Any

from bson import ObjectId
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor, IsStaff
from courses.keys import CourseKey
from courses.models import Review
from courses.permissions import Teaches
from courses.queries.courses import get_course, require_visible
from courses.queries.reviews import (
    NEWEST,
    get_review,
    list_reviews,
    render_ratings,
    render_review,
)
from courses.serializers import (
    RatingsSerializer,
    ReplyWriteSerializer,
    ReviewReportSerializer,
    ReviewSerializer,
)
from courses.services import reviews
from courses.visibility import teaches
from lms.caching import PublicRead
from lms.pagination import Page


@extend_schema(tags=["Catalogue"])
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
        course = require_visible(request.user, key)  # here, everybody is a visitor
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
    def report(self, request: UserRequest, pk: ObjectId) -> Response:
        review = get_object_or_404(Review.objects.listed(), pk=pk)
        serializer = ReviewReportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        reviews.report(review, by=request.user, **serializer.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["Catalogue"])
class RatingsViewSet(PublicRead, GenericViewSet):
    serializer_class = RatingsSerializer
    permission_classes = (AllowAny,)
    public_action = "retrieve"

    @extend_schema(
        operation_id="getRatings",
        summary="Get how the ratings of a course are spread",
        description="For everybody, while the course is published. `average` and `count` are those of the card.",
    )
    def retrieve(self, request: Request, key: CourseKey) -> Response:
        return Response(render_ratings(get_course(request.user, key)))


@extend_schema(tags=["Authoring"])
class ReplyViewSet(GenericViewSet):
    serializer_class = ReplyWriteSerializer
    permission_classes = (IsAuthenticated, Teaches)

    def get_review(self, pk: ObjectId) -> Review:
        """Return a review to answer: 404 if the person may not see it, 403 if they do not teach the course."""
        review = get_object_or_404(Review, pk=pk)
        course = get_course(self.request.user, review.course_id)
        if not (review.is_listed or teaches(self.request.user, course)):
            raise Http404
        self.check_object_permissions(self.request, course)
        return review

    @extend_schema(
        operation_id="setReply",
        summary="Answer a review in public",
        description="For the course's instructor alone: nobody answers in their name. Sent again, it changes the answer and "
        "keeps its time. The answer stays when the review is edited. It is hidden together with the review, and deleted "
        "with it.",
        responses=ReviewSerializer,
    )
    def update(self, request: UserRequest, pk: ObjectId) -> Response:
        review = self.get_review(pk)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        reviews.reply(request.user, review, **serializer.validated_data)
        return Response(render_review(get_review(_id=review.pk)))

    @extend_schema(
        operation_id="removeReply",
        summary="Delete your answer to a review",
        description="Repeating it changes nothing. It also works while the review itself is hidden.",
        responses={204: None},
    )
    def destroy(self, request: UserRequest, pk: ObjectId) -> Response:
        reviews.remove_reply(self.get_review(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
