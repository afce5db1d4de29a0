"""What is kept of a lecture while it is watched: a mark of one or two integers, `[stamp]` or `[stamp, slices]`.

The stamp holds the position and when it was written, the time in its higher bits: of two stamps the greater
is the later writer's, so that `$max` keeps the last one by time however late the others arrive. `slices` has a
bit for each sixtieth of the lecture whose middle was watched: `$bitOr` merges what arrives in any order and
any number of times, and what is kept never grows. A lecture that is done keeps its stamp alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Any

from bson import Int64

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLICES = 60
POSITION_BITS = 20
LONGEST = (1 << POSITION_BITS) - 1
"""The last second that a position can name: twelve days."""

NEVER = Int64(0)
"""The stamp of no time at all, which no other one is below."""

MASKS = [Int64(1 << slice_) for slice_ in range(SLICES)]


def stamp(at: datetime, seconds: int) -> Int64:
    """Pack a position in seconds under the time at which it was true."""
    milliseconds = max(0, (at - EPOCH) // timedelta(milliseconds=1))
    return Int64(milliseconds << POSITION_BITS | min(seconds, LONGEST))


def position(mark: Sequence[int] | None, duration: int) -> int:
    """Read the position of a mark in a lecture of `duration` seconds, which may have become shorter; 0 without one.

    A lecture of 0 seconds is one whose length is not known, and bounds nothing.
    """
    return min(mark[0] & LONGEST, duration or LONGEST) if mark else 0


def slices(watched: Iterable[tuple[float, float]], duration: float) -> Int64:
    """Find the slices of a lecture of `duration` seconds whose middles lie in what was watched.

    Ranges that touch leave no gap and what lies outside of the lecture counts for nothing; each range's end is
    wrong by half a slice at most.
    """
    found = 0
    for start, end in watched if duration > 0 else ():
        first = ceil(min(start, duration) / duration * SLICES - 0.5)
        last = floor(min(end, duration) / duration * SLICES - 0.5)
        if first <= last:
            found |= (1 << last + 1) - (1 << first)
    return Int64(found)


def merged(path: str, *, stamped: Int64, seen: Int64) -> list[dict[str, Any]]:
    """Give the expression of the mark at `path` with another stamp and more slices merged into it."""
    return [
        {"$max": [_part(path, 0), stamped]},
        {"$bitOr": [{"$ifNull": [_part(path, 1), Int64(0)]}, seen]},
    ]


def is_watched(path: str, *, percent: int) -> dict[str, Any]:
    """Give the expression that tells whether `percent` of the lecture has been watched."""
    seen = {"$ifNull": [_part(path, 1), Int64(0)]}
    count = {"$size": {"$filter": {"input": MASKS, "cond": {"$bitAnd": [seen, "$$this"]}}}}
    return {"$gte": [count, ceil(SLICES * percent / 100)]}


def without_slices(path: str) -> dict[str, Any]:
    """Give the expression of the mark at `path` with its stamp alone, or of no mark where there is none."""
    return {"$cond": [{"$isArray": f"${path}"}, {"$slice": [f"${path}", 1]}, "$$REMOVE"]}


def _part(path: str, index: int) -> Mapping[str, Any]:
    return {"$arrayElemAt": [f"${path}", index]}
