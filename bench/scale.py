"""Measure which reads grow with the number of rows: `python -m bench.scale --courses 1000 10000`.

Writes so many courses, enrollments and orders, and what belongs to them, into a database of its own on `MONGODB_URI`, and
sends the reads of the API and opens every page of staff, lists at their first page and deep: at the first size, at the
next, and so on. For each it prints the milliseconds (the median of a few), the database commands, and the rows that
MongoDB examines for them: as its own `explain` says, and on the embedded server, which has none, calculated from the
indexes (`bench/examined.py`). The ratios compare the largest size with the smallest. The database is dropped at the end.
Without `MONGODB_URI` it uses the embedded MongoDB, which searches and sorts in Python: its times grow where those of
MongoDB do not.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import chain, pairwise
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from pymongo import monitoring

from bench.database import own_database

if TYPE_CHECKING:
    from bench.commands import Recorder
    from bench.reads import Read
    from bench.rows import Sizes
    from bench.seed import Seed

MAX_EXAMINED = 5000
"""What a page may read however many rows there are: about a thousand to count, a page, and what its rows refer to."""


@dataclass(frozen=True)
class Cost:
    """What a read costs at one size."""

    milliseconds: float
    commands: int
    examined: int


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    for name, default, about in (
        ("--courses", [1000, 10_000], "how many, at each size"),
        ("--enrollments", None, "how many; by default as many as courses"),
        ("--orders", None, "how many; by default as many as enrollments"),
    ):
        parser.add_argument(
            name, type=int, nargs="+", metavar="NUMBER", default=default, help=about
        )
    parser.add_argument("--deep", type=int, default=1000, help="rows before a deep page of the API")
    parser.add_argument("--times", type=int, default=3, help="requests per read")
    parser.add_argument("--only", nargs="+", default=[""], help="reads whose names contain one")
    options = parser.parse_args(arguments)
    options.enrollments = options.enrollments or options.courses
    options.orders = options.orders or options.enrollments
    numbers = options.courses, options.enrollments, options.orders
    if len({len(each) for each in numbers} - {1}) > 1:
        parser.error("Give one number of each, or as many as of the others.")
    if any(more < fewer for each in numbers for fewer, more in pairwise(each)):
        parser.error("Sizes can only grow.")
    return options


def list_sizes(options: argparse.Namespace) -> list["Sizes"]:
    """List the sizes to measure at; what was given once is the same at all of them."""
    from bench.rows import Sizes

    numbers = options.courses, options.enrollments, options.orders
    steps = max(len(each) for each in numbers)
    return [Sizes(*each) for each in zip(*(n * (steps // len(n)) for n in numbers), strict=True)]


def measure(read: "Read", times: int, recorder: "Recorder") -> Cost:
    """Send a read once for what only the first request costs, then so many times; none more for a rough time."""
    from bench.examined import count_examined

    durations = []
    recorder.record()
    for _ in range(times + 1):
        begun = perf_counter()
        read.send()
        durations.append((perf_counter() - begun) * 1000)
        recorder.is_on = False
    return Cost(
        median(durations[1:] or durations), len(recorder.sent), count_examined(recorder.sent)
    )


def measure_all(
    seed: "Seed", options: argparse.Namespace, recorder: "Recorder"
) -> Iterator[tuple[str, Cost]]:
    """Yield the cost of each read at the present size."""
    from bench.reads import list_api_reads
    from bench.staff import list_staff_reads

    def is_wanted(name: str) -> bool:
        return any(part in name for part in options.only)

    for read in chain(list_api_reads(is_wanted, deep=options.deep), list_staff_reads(seed)):
        if is_wanted(read.name):
            yield read.name, measure(read, options.times, recorder)


def head(labels: list[str]) -> str:
    """Return the head of the table: by size the rows examined and the milliseconds, and their ratios."""
    sized = "".join(f"{label:>10}" for label in labels)
    width = 10 * len(labels) + 7
    titles = f"{'':62}{'commands':>9}{'examined':^{width}}{'milliseconds':^{width}}"
    return f"{titles}\n{'':71}{sized}{'ratio':>7}{sized}{'ratio':>7}"


def line(name: str, found: list[Cost]) -> str:
    """Return the line of a read, with its cost at each size."""
    examined = "".join(f"{cost.examined:>10,}" for cost in found)
    times = "".join(f"{cost.milliseconds:>10.1f}" for cost in found)
    first, last = found[0], found[-1]
    more = last.examined / max(first.examined, 1)
    longer = last.milliseconds / first.milliseconds
    mark = "  grows" if grows(found) else ""
    return f"{name[:61]:62}{last.commands:9}{examined}{more:7.1f}{times}{longer:7.1f}{mark}"


def list_labels(sizes: list["Sizes"]) -> list[str]:
    """List the number by which each size is known: that of courses, or of what else differs."""
    columns = [[getattr(each, field.name) for each in sizes] for field in fields(sizes[0])]
    growing = [column for column in columns if column[0] < column[-1]]
    return [f"{number:,}" for number in (growing or columns)[0]]


def grows(found: list[Cost]) -> bool:
    """Return whether a read examines more rows where there are more, and more than a page may."""
    return found[-1].examined > MAX_EXAMINED and found[-1].examined > 2 * found[0].examined


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    with own_database("scale"):
        from accounts.models import User
        from bench.commands import Recorder
        from bench.explained import name_source
        from bench.seed import Seed
        from bench.staff import OWNER
        from lms.mongodb import connection

        monitoring.register(recorder := Recorder())
        connection.close_pool()  # the next one has the listener
        User.objects.create_superuser(OWNER, "correct horse battery staple")
        seed, sizes, costs = Seed(), list_sizes(options), dict[str, list[Cost]]()
        print(f"examined: {name_source()}", flush=True)
        for each in sizes:
            begun = perf_counter()
            written = seed.grow(each)
            print(f"{each}: {written:,} rows written in {perf_counter() - begun:.0f} s", flush=True)
            is_last = each is sizes[-1]
            if is_last:
                print(head(list_labels(sizes)))
            for name, cost in measure_all(seed, options, recorder):
                costs.setdefault(name, []).append(cost)
                if is_last and len(costs[name]) == len(sizes):  # a list of one page had no deep one
                    print(line(name, costs[name]), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
