"""What the views of quizzes and assignments share: finding the lecture to change."""

from bson import ObjectId
from rest_framework.generics import get_object_or_404

from courses.models import Lecture
from courses.views.base import OfCourse


class OfLecture(OfCourse):
    """Base of the views of a lecture of one kind, whose permissions name who may change its course."""

    kind: Lecture.Kind

    def get_lecture(self, pk: ObjectId) -> Lecture:
        """Return the lecture to change: 404 if it is none or of another kind, 403 if the person may not change it."""
        lecture = get_object_or_404(Lecture, pk=pk, kind=self.kind)
        self.get_course(lecture.course_id)
        return lecture
