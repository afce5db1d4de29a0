"""The staff's pages of courses and reviews, and the base of pages about a person and a course."""

from courses.admin.categories import CategoryAdmin
from courses.admin.courses import CourseAdmin
from courses.admin.people import OfPersonAndCourse, by_person_or_course
from courses.admin.reviews import ReviewAdmin

__all__ = [
    "CategoryAdmin",
    "CourseAdmin",
    "OfPersonAndCourse",
    "ReviewAdmin",
    "by_person_or_course",
]
