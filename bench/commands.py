"""The database commands of a request: which were sent, and how many documents each returned."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import monitoring

from lms.mongodb import connection


@dataclass
class Command:
    """A command that was sent, and how many documents it has returned; `is_cut` if the client left some of them.

    `joined` counts the documents that `$lookup` joined to those, by the name of their array.
    """

    name: str
    document: Mapping[str, Any]
    returned: int = 0
    is_cut: bool = False
    joined: Counter[str] = field(default_factory=Counter)

    @property
    def answered(self) -> int:
        """Return how many documents were returned, and joined to those."""
        return self.returned + self.joined.total()

    def receive(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Count a batch of documents."""
        self.returned += len(documents)
        for stage in self.document.get("pipeline", ()):
            name = stage.get("$lookup", {}).get("as")
            arrays = [each[name] for each in documents if isinstance(each.get(name), list)]
            if arrays:
                self.joined[name] += sum(map(len, arrays))


@dataclass
class Recorder(monitoring.CommandListener):
    """Keep the commands that are sent to the database, while it is on."""

    is_on: bool = False
    sent: list[Command] = field(default_factory=list)
    _running: dict[int, Command] = field(default_factory=dict)
    _cursors: dict[int, Command] = field(default_factory=dict)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.is_on and event.database_name == connection.settings_dict["NAME"]:
            command = Command(event.command_name, event.command)
            self.sent.append(command)
            self._running[event.request_id] = command

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        command = self._running.pop(event.request_id, None)
        cursor = event.reply.get("cursor")
        if command is None or not isinstance(cursor, dict):
            return
        # A later batch belongs to the command that opened the cursor.
        if command.name == "getMore":
            command = self._cursors.get(command.document["getMore"], command)
        command.receive(cursor.get("firstBatch") or cursor.get("nextBatch") or ())
        command.is_cut = bool(cursor["id"])
        if command.is_cut:
            self._cursors[cursor["id"]] = command

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        self._running.pop(event.request_id, None)

    def record(self) -> "Recorder":
        """Forget the commands that were kept, and keep those that follow."""
        self.sent.clear()
        self._running.clear()
        self._cursors.clear()
        self.is_on = True
        return self
