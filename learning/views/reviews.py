"""A student's own review of a course."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from courses.exceptions import EnrollmentRequired
from courses.keys import CourseKey
from courses.models import Course
from courses.queries.reviews import get_review, render_review
from courses.serializers import ReviewSerializer, ReviewWriteSerializer
from courses.services.reviews import remove
from learning.access import require_enrollment
from learning.services.reviews import write
from lms.schema import raises


@extend_schema(tags=["Learning"])
class OwnReviewViewSet(GenericViewSet):
    serializer_class = ReviewWriteSerializer

    @extend_schema(
        operation_id="getReview",
        summary="Get your review of a course",
        description="404 while you have none. It has the instructor's `reply`.",
        responses={200: ReviewSerializer, **raises(EnrollmentRequired)},
    )
    def retrieve(self, request: UserRequest, key: CourseKey) -> Response:
        course = get_object_or_404(Course.objects.named(key))
        require_enrollment(request.user, course)
        return Response(render_review(get_review(course_id=course.pk, user_id=request.user.pk)))

    @extend_schema(
        operation_id="writeReview",
        summary="Write or change your review of a course",
        description="One per person and course. It is listed and counts while you have access to the course. The "
        "instructor's `reply` stays.",
        responses={200: ReviewSerializer, **raises(EnrollmentRequired)},
    )
    def update(self, request: UserRequest, key: CourseKey) -> Response:
        course = get_object_or_404(Course.objects.named(key))
        require_enrollment(request.user, course)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        review = write(request.user, course, **serializer.validated_data)
        return Response(render_review(get_review(_id=review.pk)))

    @extend_schema(
        operation_id="deleteReview",
        summary="Delete your review of a course",
        description="404 if you have none.",
        responses={204: None, **raises(EnrollmentRequired)},
    )
    def destroy(self, request: UserRequest, key: CourseKey) -> Response:
        course = get_object_or_404(Course.objects.named(key))
        if not remove(request.user, course):
            require_enrollment(request.user, course)
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
