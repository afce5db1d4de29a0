"""The proof in a short form; `make proof` plays thousands of histories and hundreds of simultaneous purchases."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def prove(*arguments: str) -> str:
    """Run a part of the proof in a process of its own and return its output."""
    env = {name: value for name, value in os.environ.items() if name != "MONGODB_URI"}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_twenty_purchases_end_as_the_money_says_however_their_events_are_delivered(request):
    # Other histories in each run: the seed is the one that the head of the run prints.
    seed = request.config.getoption("randomly_seed")
    output = prove("proof", "--histories=20", "--workers=1", f"--seed={seed}")
    assert "20 histories" in output


def test_ten_histories_of_attempts_end_with_grades_that_recompute(request):
    seed = request.config.getoption("randomly_seed")
    output = prove("proof", "--of=attempts", "--histories=10", "--workers=1", f"--seed={seed}")
    assert "10 histories" in output


def test_after_a_server_was_killed_during_purchases_reconciling_enrolls_everybody_who_paid():
    output = prove("proof.killed", "--purchases=16")
    assert "16 purchases at once" in output
