"""What was passed counts again for those who come back to a course."""

from bson import ObjectId

from assessments.models import Attempt, Submission
from learning.queries.progress import STUDIED, get_outline
from learning.services.completion import pass_lecture


def complete_passed(user_id: ObjectId, course_id: ObjectId) -> None:
    """Complete the lectures that a person has passed, in the transaction in which they have access again.

    What is graded while they have none completes nothing until then; what was submitted because their access ended, never.
    """
    passed = {"user": user_id, "course": course_id, "passed": True}
    attempts = Attempt.objects.filter(**passed).only(
        "lecture_id", "submitted_by", "submitted_at", "expires_at"
    )
    submissions = Submission.objects.filter(**passed).values_list("lecture_id", flat=True)
    lectures = {each.lecture_id for each in attempts if not each.was_cut_off} | set(submissions)
    if not lectures:
        return
    outline = get_outline(user_id, course_id, *STUDIED)
    for lecture_id in lectures.difference(outline["completed_lectures"]):
        pass_lecture(user_id, course_id, lecture_id, outline)
