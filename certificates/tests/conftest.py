"""Certificates are earned by learning: its fixtures, and staff in the admin."""

import pytest
from django.test import Client

from learning.tests.conftest import (  # noqa: F401
    course,
    enroll,
    enrolled,
    lectures,
    lectures_of,
    progress_url,
)


@pytest.fixture
def office(staff) -> Client:
    """Staff in the admin."""
    client = Client()
    client.force_login(staff)
    return client
