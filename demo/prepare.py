"""Migrate the database and, the first time, create the sample data: `python -m demo.prepare`.

Standard output gets one line for each step, standard error everything else.
"""

import contextlib
import os
import sys

import django

STEPS = sys.stdout


def report(step: str) -> None:
    print(step, file=STEPS, flush=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    django.setup()
    # Models can be imported only now.
    from django.core.management import call_command

    from demo import sample_data
    from lms.mongodb import connection

    report("migrating the database")
    call_command("migrate", verbosity=1, interactive=False)
    if not sample_data.exists():
        sample_data.create(report)
    connection.close_pool()


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        main()
