"""The errors of courses, each with its status and code."""

from collections.abc import Mapping

from rest_framework.exceptions import ErrorDetail, ValidationError

from lms.exceptions import Conflict


class NotPublishable(Conflict):
    """One error per missing thing; `attr` says where it is missing."""

    default_code = "not_publishable"

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__()
        self.missing = missing
        self.detail = {
            attr: [ErrorDetail(message, self.default_code)] for attr, message in missing.items()
        }


class HasStudents(Conflict):
    default_code = "has_students"
    default_detail = "People have enrolled in this course. Archive it instead."


class OutlineFull(Conflict):
    default_code = "outline_full"
    default_detail = "This course already has the maximum number of sections or lectures."


class CurriculumMismatch(ValidationError):
    """A curriculum that does not name every section and every lecture exactly once."""

    def __init__(self, attr: str) -> None:
        super().__init__(
            {attr: [f"Name each of the course's {attr} exactly once."]}, code="mismatch"
        )
