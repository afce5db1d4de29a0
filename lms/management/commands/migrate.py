from typing import Any

from django.db import connections
from django_mongodb_backend.management.commands import migrate

from lms.mongodb.lock import held


class Command(migrate.Command):  # type: ignore[misc]  # the backend has no types
    """The backend's command, one at a time, which waits for each index until it is built."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection: Any = connections[options["database"]]  # of the engine in lms/mongodb

        def wait(by: str) -> None:
            self.stderr.write(f"Another migrate is running ({by}). This one waits for its end.")

        with held(connection, "migrate", on_wait=wait), connection.unhurried():
            super().handle(*args, **options)
