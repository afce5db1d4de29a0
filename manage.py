#!/usr/bin/env python
"""Run Django's commands; in development, on an embedded MongoDB when no other is named."""

import os
import sys
from uuid import uuid4

from lms import environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    if environment.flag("DEBUG") and not os.environ.get("MONGODB_URI"):
        from sandbox.mongo import lease

        os.environ["MONGODB_URI"] = lease.ensure()

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        import lms.settings  # noqa: F401 (a wrong setting is told in one sentence, not in a traceback)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    from django.db import DatabaseError
    from pymongo.errors import ConnectionFailure

    from lms.logs import working

    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        with working(f"{name}-{uuid4().hex[:12]}"):
            execute_from_command_line(sys.argv)
    except (ConnectionFailure, DatabaseError) as error:
        from lms.checks.database import describe_unavailable  # needs the apps

        if not isinstance(error.__cause__ or error, ConnectionFailure):
            raise
        sys.exit(describe_unavailable(error))


if __name__ == "__main__":
    main()
