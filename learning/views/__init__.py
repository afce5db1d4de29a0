"""What students and their instructors ask for."""

from learning.views.courses import CourseViewSet, LectureViewSet, OwnReviewViewSet, ReviewViewSet
from learning.views.students import StudentViewSet
from learning.views.study import EnrollmentViewSet, ProgressViewSet

__all__ = [
    "CourseViewSet",
    "EnrollmentViewSet",
    "LectureViewSet",
    "OwnReviewViewSet",
    "ProgressViewSet",
    "ReviewViewSet",
    "StudentViewSet",
]
