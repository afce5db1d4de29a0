"""Who studies what: enrollments with their grants, and the audit trail of access."""

from learning.models.enrollment import (
    AccessChange,
    Enrollment,
    Grant,
    Source,
)

__all__ = ["AccessChange", "Enrollment", "Grant", "Source"]
