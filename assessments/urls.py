"""Questions, quizzes and attempts; assignments and submissions; grades."""

from django.urls import path

from assessments.views.questions import QuestionViewSet

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
]
