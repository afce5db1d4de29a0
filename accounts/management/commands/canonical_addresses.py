from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.services.old_addresses import (
    OldAddress,
    delete_old_links,
    find_old_addresses,
    rewrite,
)


class Command(BaseCommand):
    help = (
        "List the accounts whose e-mail address is not stored in its canonical form, and those that no mail can be "
        "sent to. With --write, store the canonical form where no other account has it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="Change addresses. The default only lists."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rewritten, left = 0, 0
        for old in find_old_addresses():
            can_write = bool(old.canonical) and not old.rivals
            done = rewrite(old) if options["write"] else can_write
            self.stdout.write(_describe(old, can_write=done))
            rewritten, left = rewritten + done, left + (not done)
        if options["write"]:
            delete_old_links()
        verb = "rewritten" if options["write"] else "to rewrite"
        self.stdout.write(f"{rewritten} {verb}, {left} left for people to decide.")


def _describe(old: OldAddress, *, can_write: bool) -> str:
    """Return one line about an account; addresses are quoted, because they may hold invisible characters."""
    line = f"{old.user.pk} {old.user.email!a}"
    if old.canonical is None:
        return f"{line}: no mail can be sent to it"
    if old.rivals:
        return f"{line}: {old.canonical} also belongs to {', '.join(old.rivals)}"
    if not can_write:
        return f"{line}: {old.canonical} was taken in the meantime"
    return f"{line} -> {old.canonical}"
