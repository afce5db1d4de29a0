"""What a lower app must ask an upper one: the lower app owns a registry, the upper app adds to it."""

from collections.abc import Iterator


class Registry[Entry]:
    """Entries that other apps register in `AppConfig.ready()`, in the order of `INSTALLED_APPS`.

    Imports go one way, so a lower app cannot call an upper one by name. It owns one registry for each question, says
    what an entry is, and asks them all.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def register(self, entry: Entry) -> None:
        self._entries.append(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __reversed__(self) -> Iterator[Entry]:
        return reversed(self._entries)
