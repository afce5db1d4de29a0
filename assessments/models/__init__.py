from assessments.models.assignment import Assignment, Submission
from assessments.models.attempt import Attempt
from assessments.models.grade import Grade
from assessments.models.question import Question, QuestionRevision
from assessments.models.quiz import Allowance, Quiz

__all__ = [
    "Allowance",
    "Assignment",
    "Attempt",
    "Grade",
    "Question",
    "QuestionRevision",
    "Quiz",
    "Submission",
]
