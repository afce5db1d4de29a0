"""The embedded MongoDB, and Python code that uses it, in processes that a test may kill."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import ConnectionFailure

from sandbox.mongo.lease import ROOT


@contextmanager
def python(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python with pipes for standard input and output; kill it at the end of the block."""
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
    """Run `python -m sandbox.mongo`; yield its URI and process."""
    with python("-m", "sandbox.mongo", *arguments) as process:
        yield process.stdout.readline().removeprefix("ready ").strip(), process


def answers(uri: str, *, seconds: float = 30) -> bool:
    """Return whether a server answers at a URI in time."""
    milliseconds = round(seconds * 1000)
    try:
        with pymongo.MongoClient(uri, serverSelectionTimeoutMS=milliseconds) as client:
            return client.admin.command("ping")["ok"] == 1
    except ConnectionFailure:
        return False


def is_dead(uri: str) -> bool:
    """Return whether nothing answers at a URI."""
    return not answers(uri, seconds=0.05)
