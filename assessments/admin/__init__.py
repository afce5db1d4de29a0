"""The staff's pages of assessments: questions, quizzes, attempts, assignments, submissions and grades."""

from assessments.admin.assignments import AssignmentAdmin, SubmissionAdmin
from assessments.admin.attempts import AttemptAdmin
from assessments.admin.grades import GradeAdmin
from assessments.admin.questions import QuestionAdmin
from assessments.admin.quizzes import QuizAdmin

__all__ = [
    "AssignmentAdmin",
    "AttemptAdmin",
    "GradeAdmin",
    "QuestionAdmin",
    "QuizAdmin",
    "SubmissionAdmin",
]
