"""Certificates are earned by learning: its fixtures, and staff in the admin."""

from learning.tests.conftest import (  # noqa: F401
    course,
    enroll,
    enrolled,
    lectures,
    lectures_of,
    progress_url,
)
