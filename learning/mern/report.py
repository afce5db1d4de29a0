"""What is a row here, what joined a row that is there, and what was refused: counted, with a reason each."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any


class Outcome(StrEnum):
    """How the reading of a document ends."""

    IMPORTED = "imported"
    MERGED = "merged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Finding:
    """What a person should know of a document: a stable code, and a sentence."""

    code: str
    sentence: str


class Ended(Exception):
    """The end of a document that does not become a row of its own, with its reason."""

    def __init__(self, outcome: Outcome, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.finding = Finding(code, sentence)


def refused(code: str, sentence: str) -> Ended:
    return Ended(Outcome.REFUSED, code, sentence)


def merged(code: str, sentence: str) -> Ended:
    return Ended(Outcome.MERGED, code, sentence)


def already_here() -> Ended:
    return merged("already_here", "It was imported before, and is left as it is here.")


@dataclass
class Tally:
    """The numbers of one collection."""

    read: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def check(self, name: str) -> None:
        """Raise unless every document that was read has an outcome."""
        if self.read != self.outcomes.total():
            raise RuntimeError(f"{name}: {self.read} read, {self.outcomes.total()} accounted for.")


class Report:
    """The numbers by collection, the findings by code, and a line of JSON for each document that has something to say."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self.tallies: dict[str, Tally] = {}
        self.codes: Counter[tuple[str, str]] = Counter()
        self.examples: dict[tuple[str, str], str] = {}
        self._file = file

    def reading(self, name: str, things: Iterable[Any]) -> Iterator[Any]:
        """Count what is read of a collection."""
        tally = self.tallies.setdefault(name, Tally())
        for thing in things:
            tally.read += 1
            yield thing

    def record(self, name: str, id: Any, outcome: Outcome, findings: list[Finding]) -> None:
        """Count how one document ended, and keep its findings; the first one is the reason of the outcome."""
        self.tallies[name].outcomes[outcome] += 1
        for finding in findings:
            self.codes[name, finding.code] += 1
            self.examples.setdefault((name, finding.code), f"{id}: {finding.sentence}")
        if self._file is not None and (findings or outcome != Outcome.IMPORTED):
            line = {
                "collection": name,
                "id": str(id),
                "outcome": outcome,
                "findings": [vars(finding) for finding in findings],
            }
            self._file.write(json.dumps(line) + "\n")

    def lines(self) -> Iterator[str]:
        """Yield the table of numbers, then how often each finding was made, with its first example."""
        row = "{:<26}{:>9}{:>10}{:>9}{:>9}".format
        yield row("", "read", *Outcome)
        for name, tally in self.tallies.items():
            tally.check(name)
            yield row(name, tally.read, *(tally.outcomes[outcome] for outcome in Outcome))
        yield ""
        for (name, code), count in sorted(self.codes.items()):
            yield f"{count:>7}  {name} {code}"
            yield f"         e.g. {self.examples[name, code]}"
