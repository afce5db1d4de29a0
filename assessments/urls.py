"""Questions, quizzes and attempts; assignments and submissions; grades."""

from django.urls import path

from assessments.views.assignments import AssignmentViewSet, OwnSubmissionViewSet
from assessments.views.attempts import AttemptExportViewSet, AttemptListViewSet, AttemptViewSet
from assessments.views.gradebook import GradebookViewSet, OwnGradesViewSet
from assessments.views.grading import GradingViewSet
from assessments.views.question_files import ExportViewSet, ImportViewSet
from assessments.views.questions import QuestionViewSet
from assessments.views.quizzes import AllowanceViewSet, QuizViewSet
from assessments.views.submissions import SubmissionFileViewSet, SubmissionViewSet

attempt = AttemptViewSet.as_view
gradebook = GradebookViewSet.as_view
grading = GradingViewSet.as_view
own_submission = OwnSubmissionViewSet.as_view
submission = SubmissionViewSet.as_view

urlpatterns = [
    path(
        "questions",
        QuestionViewSet.as_view({"get": "list", "post": "create"}),
        name="question-list",
    ),
    path("questions/import", ImportViewSet.as_view({"post": "create"}), name="question-import"),
    path("questions/export", ExportViewSet.as_view({"get": "retrieve"}), name="question-export"),
    path(
        "questions/<object_id:pk>",
        QuestionViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
        name="question-detail",
    ),
    path(
        "lectures/<object_id:pk>/quiz",
        QuizViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="lecture-quiz",
    ),
    path(
        "lectures/<object_id:pk>/quiz/allowances/<object_id:enrollment>",
        AllowanceViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="quiz-allowance",
    ),
    path("questions/<object_id:pk>/regrade", grading({"post": "regrade"}), name="question-regrade"),
    path(
        "lectures/<object_id:pk>/attempts",
        AttemptListViewSet.as_view({"get": "list", "post": "create"}),
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
        attempt({"put": "respond"}),
        name="attempt-response",
    ),
    path("attempts/<object_id:pk>/submit", attempt({"post": "submit"}), name="attempt-submit"),
    path(
        "attempts/<object_id:pk>/grades/<object_id:question>",
        grading({"put": "grade"}),
        name="attempt-grade",
    ),
    path(
        "lectures/<object_id:pk>/assignment",
        AssignmentViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="assignment",
    ),
    path(
        "lectures/<object_id:pk>/submission",
        own_submission({"get": "retrieve", "put": "update"}),
        name="own-submission",
    ),
    path(
        "lectures/<object_id:pk>/submission/submit",
        own_submission({"post": "submit"}),
        name="own-submission-submit",
    ),
    path("lectures/<object_id:pk>/submissions", submission({"get": "list"}), name="submissions"),
    path("submissions/<object_id:pk>/grade", submission({"put": "grade"}), name="submission-grade"),
    path(
        "submissions/<object_id:pk>/files/<object_id:asset>",
        SubmissionFileViewSet.as_view({"get": "retrieve"}),
        name="submission-file",
    ),
    path(
        "courses/<course:key>/grades",
        OwnGradesViewSet.as_view({"get": "retrieve"}),
        name="course-grades",
    ),
    path("courses/<course:key>/gradebook", gradebook({"get": "list"}), name="gradebook"),
    path("courses/<course:key>/gradebook/csv", gradebook({"get": "export"}), name="gradebook-csv"),
]
