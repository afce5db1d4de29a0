"""What students, their instructors and those who verify certificates ask for."""

from learning.views.certificates import CertificateViewSet, VerificationViewSet
from learning.views.courses import CourseViewSet, LectureViewSet, OwnReviewViewSet, ReviewViewSet
from learning.views.students import StudentViewSet
from learning.views.study import EnrollmentViewSet, ProgressViewSet

__all__ = [
    "CertificateViewSet",
    "CourseViewSet",
    "EnrollmentViewSet",
    "LectureViewSet",
    "OwnReviewViewSet",
    "ProgressViewSet",
    "ReviewViewSet",
    "StudentViewSet",
    "VerificationViewSet",
]
