"""`python -m proof`: run many histories in several processes and say what was seen."""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Queue
from threading import Thread
from typing import Any

BATCH = 10
MOST_SHOWN = 10


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proof", description=__doc__)
    parser.add_argument("--histories", type=int, default=2000, help="how many purchases to tell")
    parser.add_argument("--seconds", type=int, default=900, help="begin nothing after this time")
    parser.add_argument("--seed", type=int, default=None, help="the seed of all of them")
    parser.add_argument("--batch", type=int, default=None, help="tell one batch of a seed again")
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.randrange(10**6)
    return options


def start(options: argparse.Namespace) -> list[subprocess.Popen[str]]:
    """Start the workers; each takes every n-th batch."""
    batches = -(-options.histories // BATCH)
    firsts, step = list(range(min(options.workers, batches))), options.workers
    if options.batch is not None:
        firsts, step, batches = [options.batch], 1, options.batch + 1
    command = [sys.executable, "-W", "ignore", "-m", "proof.worker"]
    common = {
        "seed": options.seed,
        "step": step,
        "batches": batches,
        "until": time.time() + options.seconds,
    }
    return [
        subprocess.Popen(
            [
                *command,
                f"--first={first}",
                *(f"--{name}={value}" for name, value in common.items()),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in firsts
    ]


def batches_of(workers: list[subprocess.Popen[str]]) -> Iterator[dict[str, Any]]:
    """Give what each batch went through, as it comes."""
    lines: Queue[str | None] = Queue()

    def read(worker: subprocess.Popen[str]) -> None:
        for line in worker.stdout or []:
            lines.put(line)
        lines.put(None)

    for worker in workers:
        Thread(target=read, args=[worker], daemon=True).start()
    ended = 0
    while ended < len(workers):
        line = lines.get()
        if line is None:
            ended += 1
        else:
            yield json.loads(line)


@dataclass
class Sum:
    """What all batches went through together."""

    histories: int = 0
    deliveries: int = 0
    acts: int = 0
    crashes: int = 0
    naps: int = 0
    points: set[str] = field(default_factory=set)
    reconciled: Counter[str] = field(default_factory=Counter)
    unavailable: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def add(self, batch: dict[str, Any]) -> None:
        for name in ("histories", "deliveries", "acts", "crashes", "naps"):
            setattr(self, name, getattr(self, name) + batch[name])
        self.points.update(batch["points"])
        self.reconciled.update(batch["reconciled"])
        self.unavailable.update(batch["unavailable"])
        self.wrong += [(batch["number"], each) for each in batch["wrong"]]

    def lines(self) -> Iterator[str]:
        kinds = {point.partition(": ")[0] for point in self.points}
        yield (
            f"{self.histories} histories, {self.deliveries} deliveries, {self.acts} pieces of work; "
            f"{self.crashes} crashes at {len(self.points)} points of {len(kinds)} kinds of work, {self.naps} naps"
        )
        yield f"repaired: {told(self.reconciled)}"
        yield f"answered 503 and asked again: {told(self.unavailable)}"


def told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"


def main(arguments: list[str] | None = None) -> int:
    options = options_of(arguments)
    say = sys.stdout.write
    say(f"seed {options.seed}, {options.workers} workers\n")
    begun, reported, total = time.monotonic(), time.monotonic(), Sum()
    workers = start(options)
    try:
        for batch in batches_of(workers):
            total.add(batch)
            if time.monotonic() - reported > 30:
                reported = time.monotonic()
                say(f"  {total.histories} histories after {reported - begun:.0f} s\n")
                sys.stdout.flush()
    finally:
        for worker in workers:
            worker.terminate()
    failed = [worker.wait() for worker in workers if worker.wait() not in {0, -15}]
    for line in total.lines():
        say(line + "\n")
    say(f"in {time.monotonic() - begun:.0f} s\n")
    for number, wrong in total.wrong[:MOST_SHOWN]:
        say(f"WRONG: {wrong}\n")
        say(f"    again: python -m proof --seed {options.seed} --batch {number}\n")
    if total.wrong or failed or not total.histories:
        say(f"{len(total.wrong)} violations.\n" if total.wrong else "A worker failed.\n")
        return 1
    say("At most one charge kept, access as the money says, the books in balance: always.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
