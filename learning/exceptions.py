from rest_framework import exceptions

from lms.exceptions import Conflict


class EnrollmentRequired(exceptions.PermissionDenied):
    default_code = "enrollment_required"
    default_detail = "Only those who are enrolled in the course may do this."


class PaymentRequired(Conflict):
    default_code = "payment_required"
    default_detail = "This course is not free."


class OwnCourse(Conflict):
    default_code = "own_course"
    default_detail = "This is your own course: you can watch it as it is."


class AccessRevoked(Conflict):
    default_code = "access_revoked"
    default_detail = "Your access to this course was taken back: please write to us."


class NothingToPlay(Conflict):
    default_code = "nothing_to_play"
    default_detail = "This lecture is to be read: it has no video or file."


class MustBeWatched(Conflict):
    default_code = "must_be_watched"
    default_detail = "The videos of this course are done when they have been watched."
