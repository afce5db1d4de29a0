"""What is taught: categories, courses with their sections and lectures, and reviews."""

from courses.models.category import Category
from courses.models.course import Course, CourseQuerySet, images
from courses.models.outline import Lecture, Opening, Section
from courses.models.review import Review
from courses.models.student_change import StudentChange

__all__ = [
    "Category",
    "Course",
    "CourseQuerySet",
    "Lecture",
    "Opening",
    "Review",
    "Section",
    "StudentChange",
    "images",
]
