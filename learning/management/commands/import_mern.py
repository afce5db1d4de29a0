"""Command `import_mern`: move the database of an Express and Mongoose server here."""

from collections.abc import Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError
from tqdm import tqdm

from accounts.models import User
from learning.mern.documents import Database, Document
from learning.mern.move import Move, Options
from learning.mern.report import Report
from learning.mern.run import move_everything
from lms import currencies
from lms.languages import canonical


class Command(BaseCommand):
    help = (
        "Import people, courses, lectures, purchases, progress and reviews from the MongoDB of an Express and Mongoose "
        "server. Reads only, and writes here with --apply alone. May be repeated. docs/from-mern-lms.md shows the way."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uri", help="mongodb://... of the other server's database")
        parser.add_argument("--database", help="its name, if the URI names none (default: test)")
        parser.add_argument("--apply", action="store_true", help="write; without it, only report")
        parser.add_argument(
            "--currency", default="usd", help="of all prices (default: %(default)s)"
        )
        parser.add_argument("--language", default="en", help="of courses that name none")
        parser.add_argument("--category", default="", help="for courses whose category is not here")
        parser.add_argument("--instructor", help="e-mail: who gets courses without a creator")
        parser.add_argument("--report", type=Path, help="a file for a line of JSON per finding")

    def handle(self, *args: Any, **options: Any) -> None:
        choices = self.read_options(options)
        with ExitStack() as stack:
            try:
                source = stack.enter_context(closing(Database(options["uri"], options["database"])))
                if not source.named("users") or not source.named("courses"):
                    found = ", ".join(source.present) or "nothing"
                    raise CommandError(f"{source.name} has no users or no courses, but: {found}.")
                path = options["report"]
                file = stack.enter_context(path.open("w", encoding="utf-8")) if path else None
                move = Move(source, Report(file), choices, writes=options["apply"])
                stack.enter_context(closing(move.known))
                move_everything(move, show)
                self.print_report(move)
            except (InvalidURI, ConfigurationError) as error:
                raise CommandError(f"This is no address of a MongoDB: {error}") from None
            except OSError as error:
                raise CommandError(f"The report cannot be written: {error.strerror}.") from None
            except (DatabaseError, PyMongoError) as error:
                raise CommandError(
                    f"A database failed: {error}. Run this command again: it goes on where it stopped."
                ) from error

    def read_options(self, options: dict[str, Any]) -> Options:
        currency = options["currency"].lower()
        if currency not in currencies.KNOWN:
            raise CommandError(f"Stripe takes no {currency!a}. Name a currency such as usd.")
        try:
            language = canonical(options["language"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        instructor = None
        if options["instructor"]:
            instructor = User.objects.find_by_email(options["instructor"])
            if instructor is None or not instructor.is_active:
                raise CommandError(f"No active account here has {options['instructor']}.")
        return Options(currency, language, options["category"], instructor)

    def print_report(self, move: Move) -> None:
        for line in move.report.lines():
            self.stdout.write(line)
        for name, count in move.source.unknown().items():
            self.stdout.write(self.style.WARNING(f"not read: {name}, about {count} documents"))
        if not move.writes:
            self.stdout.write("A dry run: nothing was written. Add --apply to import.")


def show(things: Iterable[Document], name: str, total: int | None) -> Iterable[Document]:
    """Show a bar on a terminal; in a log there is none."""
    bar: Iterable[Document] = tqdm(
        things, name, total, unit=" documents", disable=None, leave=False
    )
    return bar
