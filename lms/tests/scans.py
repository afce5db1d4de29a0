"""Every command that a test makes the system send is served by an index, or the test fails.

What the test itself asks (its factories, its assertions) is not checked: the innermost file of the project that is at work
decides. The proof and the benchmarks look at everything on purpose.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from pymongo import monitoring

from lms.mongodb import connection
from lms.mongodb.schema import declared
from lms.tests.plans import READS, Index, problems

ROOT = Path(__file__).resolve().parents[2]
UNCHECKED = ("/tests/", "/conftest.py", "/proof/", "/bench/", "/demo/")
# A data migration reads a collection once.
UNCHECKED += ("/migrations/",)
# These ask on behalf of the file that calls them.
PLUMBING = ("/lms/mongodb/", "/lms/pagination.py")

SMALL = {
    "__null",  # by which the database backend asks what the server can do
    "accounts_erasure",  # accounts that are being deleted
    "auth_group",
    "auth_permission",
    "courses_category",
    "django_content_type",
    "django_migrations",
    "django_session",  # of staff
    "lms_lock",  # a document a lock
    "lms_jobrun",  # runs of the clock, which expire
    "media_deletion",  # files that Cloudinary has not deleted yet
}
"""Collections that are read whole on purpose, and stay small."""

WHOLE = {
    "accounts/services/old_addresses.py",  # compares all addresses, once after an upgrade
    "lms/management/commands/migrate.py",  # gives every row a new column
    "media/queries/audit.py",  # compares all files with Cloudinary's, once a week
    "payments/ledger/audit.py",  # compares all orders with their bookings, once a night
    "payments/management/commands/ledger.py",  # sums all bookings, once a night
    "sandbox/clock.py",  # moves every stored time
}
"""Files that read a collection whole on purpose, where nobody waits for it."""

SORTED_BY_HAND = {
    "assessments/admin/questions.py",  # the revisions of one question
    "courses/services/outline.py",  # the lectures of one section
    "learning/panels.py",  # the newest enrollments of one person
    "payments/admin/timeline.py",  # at most 200 rows of each kind, all of one order
}
"""Files that read a few rows by an index and let MongoDB sort them."""


FEW = {
    "accounts_instructorrequest": "user_id",
    "media_playbackgrant": "user_id",
    "payments_dispute": "order_id",
    "payments_ledgerentry": "order_id",
    "payments_refund": "order_id",
    "payments_stripecustomer": "user_id",
    "payments_stripeevent": "object_id",
}
"""Collections of which few rows have the same value of a column: staff's searches by it are sorted by hand."""


class Scans(monitoring.CommandListener):
    """Collects what no index serves among the commands since `clear`."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self._known: dict[Any, list[str]] = {}

    def clear(self) -> None:
        self.found = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name not in READS:
            return
        shape = _shape(event.command)
        if shape not in self._known:
            self._known[shape] = self.problems(event)
        if self._known[shape]:
            asking = list(_asking())
            self.found |= {
                f"{problem} (asked by {asking[0]})": None
                for problem in self._known[shape]
                if asking and not _is_allowed(problem, asking)
            }

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def problems(self, event: monitoring.CommandStartedEvent) -> list[str]:
        """Return what no index serves in a command."""
        if event.database_name != connection.settings_dict["NAME"]:
            return []
        if event.command.get(event.command_name) in SMALL:
            return []
        return problems(event.command_name, event.command, indexes())


SCANS = Scans()


@cache
def indexes() -> Mapping[str, list[Index]]:
    """Return the indexes that the models declare, by collection."""
    return {
        model._meta.db_table: [
            Index(list(index["key"].items()), index.get("partialFilterExpression", {}))
            for index in declared(connection, model)
            if "weights" not in index
        ]
        for model in apps.get_models(include_auto_created=True)
    }


def _shape(value: Any) -> Any:
    """Return what a plan depends on: names, kinds of values, and short texts, which partial filters compare."""
    if isinstance(value, Mapping):
        return tuple((name, _shape(each)) for name, each in value.items() if name not in PRIVATE)
    if isinstance(value, list | tuple):
        return frozenset(_shape(each) for each in value[:50])
    return value if isinstance(value, bool) or _is_word(value) else type(value)


DIGIT = re.compile(r"\d")
# What no plan depends on: the session, the cluster, and what is written.
PRIVATE = {"lsid", "txnNumber", "startTransaction", "autocommit", "$clusterTime", "$db", "cursor"}
PRIVATE |= {"readConcern", "writeConcern", "ordered", "u", "fields", "new"}


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 24 and not DIGIT.search(value)


ADMIN = "django.contrib.admin"
ORDER = "no index gives the order"
JOINED = "no index for {}"


def _asking() -> Iterator[str]:
    """Yield who asks, innermost first: files of the project, and Django's admin. Nobody, if the test asks by itself."""
    frame, is_first = sys._getframe(2), True
    while frame:
        file = frame.f_code.co_filename
        if "/django/contrib/admin/" in file:
            yield ADMIN
        elif _is_ours(file):
            if is_first and any(part in file for part in UNCHECKED):
                return
            is_first = False
            yield str(Path(file).relative_to(ROOT))
        frame = frame.f_back


def _is_ours(file: str) -> bool:
    return (
        file.startswith(str(ROOT))
        and "/.venv/" not in file
        and not any(part in file for part in PLUMBING)
    )


def _is_allowed(problem: str, asking: list[str]) -> bool:
    """Return whether a command may be sent though no index serves it; the reasons stand beside the lists."""
    if ADMIN in asking and ORDER in problem and _are_few(problem):
        return True
    if asking[0] == ADMIN and problem.endswith(JOINED):
        # The page that asks before a deletion joins first, and MongoDB matches before it joins. A select field lists a
        # collection, of which `autocomplete_fields` is the cure.
        return True
    return asking[0] in (SORTED_BY_HAND if ORDER in problem else WHOLE)


def _are_few(problem: str) -> bool:
    return any(
        problem.startswith(f"{name}:") and f"'{column}'" in problem for name, column in FEW.items()
    )
