"""How many people began and completed courses in a period, whether they still have access or not."""

from learning.models import Enrollment
from lms.periods import Period, Series, count_rows


def count_enrollments(period: Period) -> Series:
    return count_rows(Enrollment.collection(), "enrolled_at", period)


def count_completions(period: Period) -> Series:
    return count_rows(Enrollment.collection(), "completed_at", period)
