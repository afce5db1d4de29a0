"""Measure which pages grow with the number of rows: `python -m bench.scale --rows 1000 10000`.

Writes so many people, orders and enrollments, and what belongs to them, into a database of its own on `MONGODB_URI`, and
opens every list of staff, their other pages and the main reads of the API: at the first size, at the next, and so on. For
each it prints the milliseconds (the median of a few), the database commands, and the rows that MongoDB reads for them,
calculated from the indexes (`bench/examined.py`). The ratios compare the largest size with the smallest. The database is
dropped at the end. Without `MONGODB_URI` it uses the embedded MongoDB, which sorts in Python: its times grow where those
of MongoDB do not.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from pymongo import monitoring

from bench.database import own_database

if TYPE_CHECKING:
    from bench.examined import Recorder
    from bench.reads import Read
    from bench.rows import Seed

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
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000], metavar="NUMBER")
    parser.add_argument("--times", type=int, default=3, help="requests per read")
    parser.add_argument("--only", nargs="+", default=[""], help="reads whose names contain one")
    return parser.parse_args(arguments)


def measure(read: "Read", times: int, recorder: "Recorder") -> Cost:
    """Send a read once for what only the first request costs, then so many times."""
    from bench.examined import count_examined

    recorder.record()
    read.send()
    recorder.is_on = False
    durations = []
    for _ in range(times):
        begun = perf_counter()
        read.send()
        durations.append((perf_counter() - begun) * 1000)
    return Cost(median(durations), len(recorder.sent), count_examined(recorder.sent))


def measure_all(
    seed: "Seed", options: argparse.Namespace, recorder: "Recorder"
) -> Iterator[tuple[str, Cost]]:
    """Yield the cost of each read at the present size."""
    from bench.reads import list_reads

    for read in list_reads(seed):
        if any(part in read.name for part in options.only):
            yield read.name, measure(read, options.times, recorder)


def table(sizes: list[int], costs: dict[str, list[Cost]]) -> Iterator[str]:
    """Yield the lines of the table: per read the rows examined and the milliseconds, by size, and their ratios."""
    sized = "".join(f"{size:>10,}" for size in sizes)
    yield f"{'':62}{'commands':>9}{'rows read':^{10 * len(sizes) + 7}}{'milliseconds':^{10 * len(sizes) + 7}}"
    yield f"{'':71}{sized}{'ratio':>7}{sized}{'ratio':>7}"
    for name, found in costs.items():
        if len(found) < len(sizes):
            continue  # a list of one page has no last page
        examined = "".join(f"{cost.examined:>10,}" for cost in found)
        times = "".join(f"{cost.milliseconds:>10.1f}" for cost in found)
        first, last = found[0], found[-1]
        more = last.examined / max(first.examined, 1)
        longer = last.milliseconds / first.milliseconds
        mark = "  grows" if grows(found) else ""
        yield f"{name[:61]:62}{last.commands:9}{examined}{more:7.1f}{times}{longer:7.1f}{mark}"


def grows(found: list[Cost]) -> bool:
    """Return whether a read examines more rows where there are more, and more than a page may."""
    return found[-1].examined > MAX_EXAMINED and found[-1].examined > 2 * found[0].examined


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    sizes = sorted(options.rows)
    with own_database("scale"):
        from accounts.models import User
        from bench.examined import Recorder
        from bench.reads import OWNER
        from bench.rows import Seed, make_categories
        from lms.mongodb import connection

        monitoring.register(recorder := Recorder())
        connection.close_pool()  # the next one has the listener
        User.objects.create_superuser(OWNER, "correct horse battery staple")
        seed, costs = Seed(make_categories()), dict[str, list[Cost]]()
        for size in sizes:
            begun = perf_counter()
            written = seed.grow(size)
            seconds = perf_counter() - begun
            print(f"{size:,} people: {written:,} rows written in {seconds:.0f} s", flush=True)
            for name, cost in measure_all(seed, options, recorder):
                costs.setdefault(name, []).append(cost)
        print(*table(sizes, costs), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
