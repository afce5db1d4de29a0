"""What students, their instructors and those who verify certificates ask for."""

from .certificates import CertificateViewSet, VerificationViewSet
from .courses import CourseViewSet, LectureViewSet, OwnReviewViewSet, ReviewViewSet
from .students import StudentViewSet
from .study import EnrollmentViewSet, ProgressViewSet

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
