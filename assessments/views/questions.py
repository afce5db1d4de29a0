"""An instructor's bank of questions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bson import ObjectId
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from assessments.exceptions import InvalidKey, QuestionInUse
from assessments.models import Question
from assessments.queries.questions import find_bank, render_question, render_questions
from assessments.serializers.questions import (
    QuestionFilter,
    QuestionSerializer,
    QuestionWriteSerializer,
)
from assessments.services import questions
from lms import audit
from lms.pagination import Page
from lms.schema import raises

NEWEST_FIRST = ("-created_at", "-id")


@extend_schema(tags=["Assessments"])
class QuestionViewSet(GenericViewSet):
    request: UserRequest
    queryset = Question.objects.none()
    serializer_class = QuestionWriteSerializer

    def get_permissions(self) -> list[BasePermission]:
        is_bank = self.action in {"list", "create"}
        return [IsInstructor()] if is_bank else [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[Question]:
        return Question.objects.visible_to(self.request.user)

    def perform(self, question: Question, action: str, act: Callable[[], Any]) -> Any:
        """Call `act`; the audit log keeps what staff do to the question of somebody else."""
        by = self.request.user
        if question.owner_id == by.pk:
            return act()
        return audit.perform(by.pk, question, action, act)

    @extend_schema(
        operation_id="listQuestions",
        summary="List the questions of your bank, newest first",
        description="With their keys. `used_in` has the ids of the lectures whose quizzes name a question.",
        parameters=[QuestionFilter.documented()],
        responses=QuestionSerializer(many=True),
    )
    def list(self, request: UserRequest) -> Response:
        page = Page.of(request, NEWEST_FIRST)
        rows = list(page.narrow(find_bank(request.user, **QuestionFilter.read(request))))
        return Response({**page.links(rows), "results": render_questions(page.cut(rows))})

    @extend_schema(
        operation_id="createQuestion",
        summary="Add a question to your bank",
        description="`key` calls options by their place in `options`, from 0; the answer by their ids. "
        "[Kinds, keys and responses](/docs/question-formats.md).",
        responses={201: QuestionSerializer, **raises(InvalidKey)},
    )
    def create(self, request: UserRequest) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        question = questions.build(request.user, **form.validated_data)
        questions.store(request.user, [question])
        return Response(render_question(question, []), status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="getQuestion",
        summary="Get one of your questions with its key",
        description="In its newest revision. Staff see everybody's.",
        responses=QuestionSerializer,
    )
    def retrieve(self, request: UserRequest, pk: ObjectId) -> Response:
        return Response(render_questions([self.get_object()])[0])

    @extend_schema(
        operation_id="updateQuestion",
        summary="Update a question",
        description="Send the fields that change. A change of the prompt, the options, the key or the points makes the next "
        "revision: attempts that have begun keep theirs. `key` calls options by their place among those that the question "
        "has afterwards. New `options` without a `key` must still have all that the key names.",
        responses={200: QuestionSerializer, **raises(InvalidKey)},
    )
    def partial_update(self, request: UserRequest, pk: ObjectId) -> Response:
        question = self.get_object()
        form = self.get_serializer(question, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        change = partial(questions.change, question, **form.validated_data)
        return Response(render_questions([self.perform(question, "change", change)])[0])

    @extend_schema(
        operation_id="deleteQuestion",
        summary="Delete a question that was never used",
        description="409 `in_use` while a quiz names it, and once an attempt has it: retire it instead.",
        responses={204: None, **raises(QuestionInUse)},
    )
    def destroy(self, request: UserRequest, pk: ObjectId) -> Response:
        question = self.get_object()
        self.perform(question, "delete", partial(questions.remove, question))
        return Response(status=status.HTTP_204_NO_CONTENT)
