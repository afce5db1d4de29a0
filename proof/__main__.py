"""Run many histories of purchases or of attempts in several processes and print what happened: `python -m proof`."""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from queue import Queue
from threading import Thread

from proof.tally import HISTORIES_PER_BATCH, Tally

MAX_VIOLATIONS_SHOWN = 10
REPORT_SECONDS = 30
PROVED = {
    "purchases": "At most one charge kept, access as the money says, the books in balance: always.",
    "attempts": "Every grade recomputes, none is given twice, nothing is completed without a pass: always.",
}
write = sys.stdout.write


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proof", description=__doc__)
    parser.add_argument("--of", choices=list(PROVED), default="purchases", help="what to play")
    parser.add_argument("--histories", type=int, default=2000, help="how many to play")
    parser.add_argument("--seconds", type=int, default=900, help="start no batch after this time")
    parser.add_argument("--seed", type=int, help="the seed of all histories (default: random)")
    parser.add_argument("--batch", type=int, help="play only this batch of a seed")
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.randrange(10**6)
    return options


def start_workers(options: argparse.Namespace) -> list[subprocess.Popen[str]]:
    """Start the workers; with n of them, each plays every n-th batch."""
    batches = -(-options.histories // HISTORIES_PER_BATCH)
    firsts, step = list(range(min(options.workers, batches))), options.workers
    if options.batch is not None:
        firsts, step, batches = [options.batch], 1, options.batch + 1
    command = [sys.executable, "-W", "ignore", "-m", "proof.worker", f"--of={options.of}"]
    command += [f"--seed={options.seed}", f"--step={step}", f"--batches={batches}"]
    command.append(f"--until={time.time() + options.seconds}")
    return [
        subprocess.Popen([*command, f"--first={first}"], stdout=subprocess.PIPE, text=True)
        for first in firsts
    ]


def tallies(workers: list[subprocess.Popen[str]]) -> Iterator[Tally]:
    """Yield the tally of each batch as soon as it is printed."""
    lines: Queue[str | None] = Queue()

    def read(worker: subprocess.Popen[str]) -> None:
        for line in worker.stdout or []:
            lines.put(line)
        lines.put(None)

    for worker in workers:
        Thread(target=read, args=[worker], daemon=True).start()
    running = len(workers)
    while running:
        line = lines.get()
        if line is None:
            running -= 1
        else:
            yield Tally.from_json(json.loads(line))


def play(workers: list[subprocess.Popen[str]]) -> Tally:
    """Return what all workers went through, reporting now and then."""
    begun = reported = time.monotonic()
    total = Tally()
    for tally in tallies(workers):
        total.add(tally)
        if time.monotonic() - reported > REPORT_SECONDS:
            reported = time.monotonic()
            write(f"  {total.histories} histories after {reported - begun:.0f} s\n")
            sys.stdout.flush()
    return total


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    write(f"seed {options.seed}, {options.workers} workers\n")
    sys.stdout.flush()
    begun, workers = time.monotonic(), start_workers(options)
    try:
        total = play(workers)
    finally:
        for worker in workers:
            worker.terminate()
        statuses = {worker.wait() for worker in workers}
    for line in total.lines():
        write(line + "\n")
    write(f"in {time.monotonic() - begun:.0f} s\n")
    for batch, violation in total.violations[:MAX_VIOLATIONS_SHOWN]:
        write(f"WRONG: {violation}\n")
        write(
            f"    repeat: python -m proof --of {options.of} --seed {options.seed} --batch {batch}\n"
        )
    if total.violations:
        write(f"{len(total.violations)} violations.\n")
        return 1
    if not total.histories or statuses - {0, -signal.SIGTERM}:
        write("A worker failed.\n")
        return 1
    write(PROVED[options.of] + "\n")
    return 0


def interrupt(*_: object) -> None:
    """End as Ctrl-C does, with the workers."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
