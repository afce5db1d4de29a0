"""How far a lecture was watched, kept in a mark of one or two integers: `[stamp]` or `[stamp, slices]`.

A stamp packs a position and the time at which it was written, the time in its higher bits. Of two stamps the greater
one is therefore the later one, and `$max` keeps the latest position in whatever order the updates arrive. `slices` has
one bit for each sixtieth of the lecture, set when its middle was watched: `$bitOr` merges updates that arrive in any
order and any number of times, and the size of a mark never grows. A completed lecture keeps its stamp only.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Any

from bson import Int64

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLICES = 60
POSITION_BITS = 20
MAX_POSITION = (1 << POSITION_BITS) - 1
"""The last second that a stamp can hold: twelve days."""

NO_STAMP = Int64(0)
"""The stamp of no position: every other stamp is greater."""

MASKS = [Int64(1 << bit) for bit in range(SLICES)]

type Expression = dict[str, Any]
"""An expression of a MongoDB aggregation."""


def stamp(at: datetime, seconds: int) -> Int64:
    """Return a position in seconds packed with the time at which it was true."""
    milliseconds = max(0, (at - EPOCH) // timedelta(milliseconds=1))
    return Int64(milliseconds << POSITION_BITS | min(seconds, MAX_POSITION))


def position(mark: Sequence[int] | None, duration: int) -> int:
    """Return the position of a mark in seconds, 0 without a mark.

    `duration` is the length of the lecture in seconds now, and the position is never beyond it. A duration of 0 means
    that the length is unknown, and limits nothing.
    """
    return min(mark[0] & MAX_POSITION, duration or MAX_POSITION) if mark else 0


def slices(watched: Iterable[tuple[float, float]], duration: float) -> Int64:
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


def merge(path: str, *, new_stamp: Int64, new_slices: Int64) -> list[Expression]:
    """Return the expression of the mark at `path` with a new stamp and new slices merged into it."""
    return [
        {"$max": [_part(path, 0), new_stamp]},
        {"$bitOr": [{"$ifNull": [_part(path, 1), Int64(0)]}, new_slices]},
    ]


def is_watched(path: str, *, percent: int) -> Expression:
    """Return the expression that is true when `percent` of the lecture has been watched."""
    bits = {"$ifNull": [_part(path, 1), Int64(0)]}
    count = {"$size": {"$filter": {"input": MASKS, "cond": {"$bitAnd": [bits, "$$this"]}}}}
    return {"$gte": [count, ceil(SLICES * percent / 100)]}


def without_slices(path: str) -> Expression:
    """Return the expression of the mark at `path` with its stamp only, or of no mark if there is none."""
    return {"$cond": [{"$isArray": f"${path}"}, {"$slice": [f"${path}", 1]}, "$$REMOVE"]}


def _part(path: str, index: int) -> Expression:
    return {"$arrayElemAt": [f"${path}", index]}
