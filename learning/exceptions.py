"""Why a person may not take, watch or complete a course, as errors with a stable code."""

from rest_framework import exceptions

from lms.exceptions import Conflict


class EnrollmentRequired(exceptions.PermissionDenied):
    default_code = "enrollment_required"
    default_detail = "You must be enrolled in this course."


class PaymentRequired(Conflict):
    default_code = "payment_required"
    default_detail = "This course is not free. Buy it to enroll."


class OwnCourse(Conflict):
    default_code = "own_course"
    default_detail = "This is your own course. You can watch it without enrolling."


class AccessRevoked(Conflict):
    default_code = "access_revoked"
    default_detail = "Your access to this course was ended. Please contact us."


class NothingToPlay(Conflict):
    default_code = "nothing_to_play"
    default_detail = "This lecture is an article. It has no video or file to play."


class MustBeWatched(Conflict):
    default_code = "must_be_watched"
    default_detail = "A video of this course is completed only by watching it."
