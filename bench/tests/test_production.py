import os
import subprocess
import sys

import pytest

from bench.production import cpu_seconds


def test_the_kernel_says_what_a_process_has_taken():
    begun = cpu_seconds(os.getpid())
    sum(range(100_000))
    assert cpu_seconds(os.getpid()) > begun


def test_a_process_that_has_ended_takes_nothing_more():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with pytest.raises(ProcessLookupError):
        cpu_seconds(ended.pid)
