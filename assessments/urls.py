"""Questions, quizzes and attempts; assignments and submissions; grades."""

from django.urls import path

from assessments.views.attempts import AttemptExportViewSet, AttemptListViewSet, AttemptViewSet
from assessments.views.grading import GradingViewSet
from assessments.views.questions import QuestionViewSet

attempt = AttemptViewSet.as_view
grading = GradingViewSet.as_view

urlpatterns = [
    path(
        "questions",
        QuestionViewSet.as_view({"get": "list", "post": "create"}),
        name="question-list",
    ),
    path(
        "questions/<object_id:pk>",
        QuestionViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
        name="question-detail",
    ),
    path("questions/<object_id:pk>/regrade", grading({"post": "regrade"}), name="question-regrade"),
    path(
        "lectures/<object_id:pk>/attempts",
        AttemptListViewSet.as_view({"get": "list"}),
        name="lecture-attempts",
    ),
    path(
        "lectures/<object_id:pk>/attempts/csv",
        AttemptExportViewSet.as_view({"get": "export"}),
        name="lecture-attempts-csv",
    ),
    path("attempts/<object_id:pk>", attempt({"get": "retrieve"}), name="attempt"),
    path(
        "attempts/<object_id:pk>/responses/<object_id:question>",
        attempt({"put": "answer"}),
        name="attempt-response",
    ),
    path("attempts/<object_id:pk>/submit", attempt({"post": "submit"}), name="attempt-submit"),
    path(
        "attempts/<object_id:pk>/grades/<object_id:question>",
        grading({"put": "grade"}),
        name="attempt-grade",
    ),
]
