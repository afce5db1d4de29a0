#!/usr/bin/env python
"""Run Django's commands; in development, on an embedded MongoDB when no other is named."""

import os
import sys

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
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
