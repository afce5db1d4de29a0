from collections.abc import Mapping

from rest_framework.exceptions import ErrorDetail, ValidationError

from lms.exceptions import Conflict


class NotPublishable(Conflict):
    """One error for each thing that is missing; `attr` says where."""

    default_code = "not_publishable"

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__()
        self.missing = missing
        self.detail = {
            where: [ErrorDetail(what, self.default_code)] for where, what in missing.items()
        }


class HasStudents(Conflict):
    default_code = "has_students"
    default_detail = "People have enrolled in this course: archive it instead."


class OutlineFull(Conflict):
    default_code = "outline_full"
    default_detail = "This course has as many sections or lectures as a course may have."


class CurriculumMismatch(ValidationError):
    """A curriculum that does not name everything exactly once."""

    def __init__(self, what: str) -> None:
        super().__init__(
            {what: [f"Name each of the course's {what} exactly once."]}, code="mismatch"
        )
