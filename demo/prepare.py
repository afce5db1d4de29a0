"""Migrate the database and, the first time, create the sample data: `python -m demo.prepare`."""

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    django.setup()
    # Models can be imported only now.
    from django.core.management import call_command

    from demo import sample_data
    from lms.mongodb import connection

    call_command("migrate", verbosity=1, interactive=False)
    if not sample_data.exists():
        sample_data.create()
    connection.close_pool()


if __name__ == "__main__":
    main()
