"""The engine: orders that an index gives, and lookups that an index serves."""

import ctypes.util
import subprocess
import sys

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from accounts.tests.factories import UserFactory
from courses.models import Course
from lms.mongodb.maps import without_maps
from lms.settings import BASE_DIR

STRICT = """
import ctypes.util, django, sys
ctypes.util.find_library = sys.exit
django.setup()
"""
"""A start that ends where a library is searched for."""


def pipelines(sent):
    """Return what was asked for; the rest of a long answer is fetched by a command without a pipeline."""
    return [event.command["pipeline"] for event in sent if event.command_name == "aggregate"]


def test_an_ordered_query_has_no_computed_field_before_its_sort(db, commands):
    with commands() as sent:
        list(Course.objects.published().order_by("-published_at", "-id")[:20])
    [pipeline] = pipelines(sent)
    assert [next(iter(stage)) for stage in pipeline] == ["$match", "$sort", "$limit"]


def test_what_rows_refer_to_is_found_by_an_index(db, commands):
    with commands() as sent:
        permissions = list(Permission.objects.prefetch_related("content_type"))
        assert {permission.content_type.model for permission in permissions} >= {"user", "course"}
    _, [match] = pipelines(sent)
    ids = {permission.content_type_id for permission in permissions}
    assert {key: set(value["$in"]) for key, value in match["$match"].items()} == {"_id": ids}


def test_an_order_by_what_is_joined_leaves_the_joined_rows_whole(db, commands):
    with commands() as sent:
        permissions = list(Permission.objects.select_related("content_type"))
    assert {permission.content_type.model for permission in permissions} >= {"user", "course"}
    [pipeline] = pipelines(sent)
    assert "$addFields" not in [next(iter(stage)) for stage in pipeline]


@pytest.mark.parametrize("signs", ["a(", "a.c", "a+b"])
def test_iexact_takes_no_sign_for_a_pattern(db, signs):
    UserFactory(name=signs.upper())
    UserFactory(name="abc")
    UserFactory(name="aab")
    assert [user.name for user in User.objects.filter(name__iexact=signs)] == [signs.upper()]


def test_the_start_searches_for_no_library_of_maps():
    command = [sys.executable, "-c", STRICT]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_libraries_are_found_again_after_the_import():
    search = ctypes.util.find_library
    with without_maps():
        assert ctypes.util.find_library("c") is None
    assert ctypes.util.find_library is search
