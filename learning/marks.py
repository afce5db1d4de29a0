"""What was done with a lecture, kept in a mark of three integers: `[stamp, slices, claim]`.

A stamp packs a position and the time at which it was true, the time in its higher bits. Of two stamps the greater one
is therefore the later one, and `$max` keeps the latest position in whatever order the updates arrive. A claim packs in
the same way whether the lecture was said to be completed or not. `slices` has one bit for each sixtieth of the lecture,
set when its middle was watched: `$bitOr` merges updates that arrive in any order and any number of times, and the size
of a mark never grows. Of two updates of the same millisecond the greater position counts, and completed before not.
docs/decisions/0026-progress-in-any-order.md
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from math import ceil, floor
from typing import Any, NamedTuple

from bson import Int64

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLICES = 60
POSITION_BITS = 20
MAX_POSITION = (1 << POSITION_BITS) - 1
"""The last second that a stamp can hold: twelve days."""

NO_STAMP = Int64(0)
"""The stamp of no position: every other stamp is greater."""

CLAIM_BITS = 2
CLAIM_MASK = (1 << CLAIM_BITS) - 1


class Claim(IntEnum):
    """What somebody said of a lecture: that it is not completed, or that it is, there only once it was watched."""

    NONE = 0
    NOT_COMPLETED = 1
    COMPLETED_IF_WATCHED = 2
    COMPLETED = 3


MASKS = [Int64(1 << bit) for bit in range(SLICES)]

type Expression = dict[str, Any]
"""An expression of a MongoDB aggregation."""


class Mark(NamedTuple):
    """What one update or several say of a lecture. `|` merges marks in any order and any number of times."""

    stamp: int = 0
    slices: int = 0
    claim: int = 0

    def __or__(self, other: "Mark") -> "Mark":
        return Mark(
            max(self.stamp, other.stamp), self.slices | other.slices, max(self.claim, other.claim)
        )


def stamp(at: datetime, seconds: int) -> Int64:
    """Return a position in seconds packed with the time at which it was true."""
    return Int64(_milliseconds(at) << POSITION_BITS | min(seconds, MAX_POSITION))


def claim(at: datetime, what: Claim) -> Int64:
    """Return a claim packed with the time at which it was made."""
    return Int64(_milliseconds(at) << CLAIM_BITS | what)


def _milliseconds(at: datetime) -> int:
    return max(0, (at - EPOCH) // timedelta(milliseconds=1))


def position(mark: Sequence[int] | None, duration: int) -> int:
    """Return the position of a mark in seconds, 0 without a mark.

    `duration` is the length of the lecture in seconds now, and the position is never beyond it. A duration of 0 means
    that the length is unknown, and limits nothing.
    """
    return min(mark[0] & MAX_POSITION, duration or MAX_POSITION) if mark else 0


def describe(mark: Sequence[int]) -> dict[str, Any]:
    """Return what a mark keeps, for the person: the position, the watched share, the claim, and the times of both."""
    stamp, slices, claim = (*mark, 0, 0)[:3]
    return {
        "position_seconds": stamp & MAX_POSITION,
        "position_at": _time(stamp >> POSITION_BITS),
        "watched_percent": slices.bit_count() * 100 // SLICES,
        "completed": claim & CLAIM_MASK > Claim.NOT_COMPLETED if claim else None,
        "completed_at": _time(claim >> CLAIM_BITS),
    }


def _time(milliseconds: int) -> datetime | None:
    return EPOCH + timedelta(milliseconds=milliseconds) if milliseconds else None


def slices(watched: Iterable[Sequence[float]], duration: float) -> Int64:
    """Return the bits of the slices whose middles lie in the watched ranges, in seconds, of a lecture.

    Ranges that touch leave no gap, and what lies outside the lecture is ignored. Each end of a range is wrong by half
    a slice at most.
    """
    bits = 0
    for start, end in watched if duration > 0 else ():
        first = ceil(min(start, duration) / duration * SLICES - 0.5)
        last = floor(min(end, duration) / duration * SLICES - 0.5)
        if first <= last:
            bits |= (1 << last + 1) - (1 << first)
    return Int64(bits)


def has_watched(bits: int, *, percent: int) -> bool:
    """Return whether these slices are `percent` of a lecture."""
    return bits.bit_count() >= _needed(percent)


def merge(path: str, new: str) -> list[Expression]:
    """Return the expression of the mark at `path`, if there is one, with the mark at `new` merged into it."""
    return [
        {"$max": [_part(path, 0), _part(new, 0)]},
        {"$bitOr": [_part(path, 1), _part(new, 1)]},
        {"$max": [_part(path, 2), _part(new, 2)]},
    ]


def is_watched(path: str, *, percent: int) -> Expression:
    """Return the expression that is true when `percent` of the lecture has been watched."""
    bits = _part(path, 1)
    count = {"$size": {"$filter": {"input": MASKS, "cond": {"$bitAnd": [bits, "$$this"]}}}}
    return {"$and": [{"$gt": [bits, 0]}, {"$gte": [count, _needed(percent)]}]}


def is_claimed(path: str, what: Claim) -> Expression:
    """Return the expression that is true when the latest claim of the mark at `path` is this one."""
    return {"$eq": [{"$bitAnd": [_part(path, 2), Int64(CLAIM_MASK)]}, what.value]}


def _needed(percent: int) -> int:
    """Return how many slices are `percent` of a lecture."""
    return ceil(SLICES * percent / 100)


def _part(path: str, index: int) -> Expression:
    """Return the expression of an integer of a mark; 0 if the mark is missing, or shorter as it was at first."""
    return {"$ifNull": [{"$arrayElemAt": [f"${path}", index]}, Int64(0)]}
