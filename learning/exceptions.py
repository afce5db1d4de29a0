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


class NotReady(Conflict):
    default_code = "not_ready"
    default_detail = "The file of this lecture is not ready yet."


class MustBeWatched(Conflict):
    default_code = "must_be_watched"
    default_detail = "The videos of this course are done when they have been watched."


class CertificateRevoked(exceptions.APIException):
    status_code = 410
    default_code = "certificate_revoked"
    default_detail = "This certificate has been revoked."
