"""Quizzes, and what one student is allowed in addition."""

from bson import ObjectId
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from assessments.exceptions import NotEnoughQuestions, QuizTooLarge
from assessments.models import Allowance, Quiz
from assessments.queries.quizzes import find_standing, render_quiz
from assessments.serializers.quizzes import (
    AllowanceSerializer,
    AllowanceWriteSerializer,
    QuizSerializer,
    QuizWriteSerializer,
)
from assessments.services.allowances import allow, disallow
from assessments.services.quizzes import set_quiz
from courses.exceptions import EnrollmentRequired
from courses.models import Course, Lecture
from courses.permissions import Teaches
from courses.views.base import OfCourse
from learning.models import Enrollment
from lms.exceptions import ReferenceGone
from lms.schema import raises


class OfQuiz(OfCourse):
    """Base of the views of one quiz, which is known by its lecture."""

    def get_course_of(self, lecture_id: ObjectId) -> Course:
        """Return the course of a quiz to change: 404 if there is none that the person may see, 403 if it is not theirs."""
        lecture = get_object_or_404(Lecture, pk=lecture_id, kind=Lecture.Kind.QUIZ)
        return self.get_course(lecture.course_id)


@extend_schema(tags=["Assessments"])
class QuizViewSet(OfQuiz, GenericViewSet):
    queryset = Quiz.objects.none()
    serializer_class = QuizWriteSerializer

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.action == "retrieve" else [IsAuthenticated(), Teaches()]

    @extend_schema(
        operation_id="getQuiz",
        summary="Get a quiz",
        description="For those who may watch its lecture. Its author gets `items` and `problems`; everybody else gets whether "
        "they may start an attempt, also while the lecture is locked. A quiz that was never set has the "
        "defaults and no items.",
        responses={200: QuizSerializer, **raises(NotAuthenticated, EnrollmentRequired)},
    )
    def retrieve(self, request: Request, pk: ObjectId) -> Response:
        return Response(render_quiz(find_standing(pk, request.user)))

    @extend_schema(
        operation_id="setQuiz",
        summary="Set a quiz",
        description="The whole quiz: what is left out gets its default. A question may be named that is yours, and not "
        "retired unless the quiz asked it before. Attempts that have begun stay as they are.",
        responses={
            200: QuizSerializer,
            **raises(NotEnoughQuestions, QuizTooLarge, ReferenceGone),
        },
    )
    def update(self, request: UserRequest, pk: ObjectId) -> Response:
        course = self.get_course_of(pk)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        set_quiz(pk, course.instructor_id, **serializer.validated_data)
        return Response(render_quiz(find_standing(pk, request.user)))


@extend_schema(tags=["Assessments"])
class AllowanceViewSet(OfQuiz, GenericViewSet):
    queryset = Allowance.objects.none()
    serializer_class = AllowanceWriteSerializer
    permission_classes = (IsAuthenticated, Teaches)

    def get_enrollment(self, pk: ObjectId, enrollment: ObjectId) -> Enrollment:
        """Return a student's enrollment in the course of the quiz; raise 404 for another one."""
        return get_object_or_404(Enrollment, pk=enrollment, course=self.get_course_of(pk))

    @extend_schema(
        operation_id="setAllowance",
        summary="Give a student more time or more attempts at a quiz",
        description="In place of what they were given before. The time counts for their open attempt too. `enrollment` is the "
        "`id` of the list of students. It is kept in the audit trail.",
        responses=AllowanceSerializer,
    )
    def update(self, request: UserRequest, pk: ObjectId, enrollment: ObjectId) -> Response:
        student = self.get_enrollment(pk, enrollment)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        allowance = allow(request.user, pk, student, **serializer.validated_data)
        return Response(AllowanceSerializer(allowance).data)

    @extend_schema(
        operation_id="removeAllowance",
        summary="Take back what a student was given at a quiz",
        description="Attempts that they started stay; an open one ends at its usual time, at the earliest now.",
        responses={204: None},
    )
    def destroy(self, request: UserRequest, pk: ObjectId, enrollment: ObjectId) -> Response:
        disallow(request.user, pk, self.get_enrollment(pk, enrollment))
        return Response(status=status.HTTP_204_NO_CONTENT)
