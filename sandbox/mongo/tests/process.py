"""Run the embedded MongoDB, and Python code that uses it, in processes that a test may kill."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import ConnectionFailure

from sandbox.mongo.lease import ROOT


@contextmanager
def python(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python with pipes for its standard input and output, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@contextmanager
def server(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `python -m sandbox.mongo` and give its URI and process."""
    with python("-m", "sandbox.mongo", *arguments) as process:
        yield process.stdout.readline().removeprefix("ready ").strip(), process


def answers(uri: str) -> bool:
    """Say whether a server answers at a URI."""
    try:
        with pymongo.MongoClient(uri, serverSelectionTimeoutMS=50) as client:
            return client.admin.command("ping")["ok"] == 1
    except ConnectionFailure:
        return False


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Say whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
