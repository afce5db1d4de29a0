"""Domain errors that two apps or more share.

Each app's `exceptions` subclass these with a stable `default_code`; `lms/exception_handler.py` renders them.
"""

from rest_framework import exceptions, status


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "This is not possible in the present state."
    default_code = "conflict"


class ReferenceGone(exceptions.ValidationError):
    """400: what the field `attr` of the request names was deleted after the request was validated."""

    def __init__(self, attr: str) -> None:
        super().__init__({attr: ["This was just deleted."]}, code="does_not_exist")


class PayloadTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is too large."
    default_code = "payload_too_large"


class ServiceUnavailable(exceptions.APIException):
    """A service that we depend on is unavailable; the same request may succeed later."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "A service that this needs is unavailable. Try again in a moment."
    default_code = "service_unavailable"
    wait = 5


class DatabaseUnavailable(ServiceUnavailable):
    default_code = "database_unavailable"
