"""What this app keeps of a person: the courses that they teach, their reviews, and their answers to reviews."""

from typing import Any

from accounts.models import User
from courses.exceptions import HasStudents
from courses.models import Course, Lecture, Review
from courses.services import authoring, reviews
from lms.drf import money


def export(user: User) -> dict[str, Any]:
    """Return a person's courses with the text of their lectures, their reviews, and their answers to reviews."""
    courses = list(Course.objects.taught_by(user).order_by("pk"))
    return {
        "courses": [_export_course(each) for each in courses],
        "reviews": [
            _export_review(each) for each in Review.objects.filter(user=user).order_by("pk")
        ],
        "replies": [
            _export_reply(each)
            for each in Review.objects.answered().filter(course__in=[each.pk for each in courses])
        ],
    }


def erase(user: User) -> None:
    """Delete a person's reviews and courses; archive a course in which others are enrolled, without the answers."""
    reviews.remove_all_of(user)
    for course in Course.objects.taught_by(user):
        try:
            authoring.delete(course)
        except HasStudents:
            authoring.archive(course)
            reviews.remove_replies(course)


def _export_course(course: Course) -> dict[str, Any]:
    lectures = Lecture.objects.filter(course=course).order_by("section", "position")
    return {
        "id": str(course.pk),
        "slug": course.slug,
        "title": course.title,
        "subtitle": course.subtitle,
        "description": course.description,
        "price": money(course.price_amount, course.currency),
        "status": course.status,
        "created_at": course.created_at,
        "published_at": course.published_at,
        "lectures": [
            {
                "title": lecture.title,
                "description": lecture.description,
                "body": lecture.body,
            }
            for lecture in lectures
        ],
    }


def _export_review(review: Review) -> dict[str, Any]:
    return {
        "course": str(review.course_id),
        "rating": review.rating,
        "comment": review.comment,
        "reply": review.reply or None,
        "created_at": review.created_at,
        "updated_at": review.updated_at,
    }


def _export_reply(review: Review) -> dict[str, Any]:
    return {
        "course": str(review.course_id),
        "review": str(review.pk),
        "comment": review.reply,
        "created_at": review.replied_at,
    }
