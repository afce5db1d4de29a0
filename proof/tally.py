"""What one batch, or all batches together, went through."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

HISTORIES_PER_BATCH = 10


@dataclass
class Tally:
    """Counts of a run, and what was wrong: pairs of the number of a batch and a sentence."""

    histories: int = 0
    deliveries: int = 0
    actions: int = 0
    crashes: int = 0
    pauses: int = 0
    crash_points: set[str] = field(default_factory=set)
    repaired: Counter[str] = field(default_factory=Counter)
    unavailable: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Self) -> None:
        """Add what another tally has counted."""
        for name in ("histories", "deliveries", "actions", "crashes", "pauses"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.crash_points |= other.crash_points
        self.repaired += other.repaired
        self.unavailable += other.unavailable
        self.violations += other.violations

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"crash_points": sorted(self.crash_points)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        return cls(
            **values
            | {
                "crash_points": set(values["crash_points"]),
                "repaired": Counter(values["repaired"]),
                "unavailable": Counter(values["unavailable"]),
                "violations": [(batch, violation) for batch, violation in values["violations"]],
            }
        )

    def lines(self) -> Iterator[str]:
        """Render the counts for people."""
        kinds = {point.partition(": ")[0] for point in self.crash_points}
        yield (
            f"{self.histories} histories, {self.deliveries} deliveries, {self.actions} actions; "
            f"{self.crashes} crashes at {len(self.crash_points)} points of {len(kinds)} kinds of action, "
            f"{self.pauses} pauses"
        )
        yield f"repaired by the reconciler: {_listed(self.repaired)}"
        yield f"answered 503, to be asked again: {_listed(self.unavailable)}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"
