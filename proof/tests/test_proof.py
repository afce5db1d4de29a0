"""The proof in its short form; `make proof` tells thousands of histories and kills amid hundreds of purchases."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def prove(*arguments: str) -> str:
    """Run a part of the proof in a process of its own and return what it says."""
    env = {name: value for name, value in os.environ.items() if name != "MONGODB_URI"}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_twenty_purchases_end_as_the_money_says_whatever_happens_to_their_events():
    said = prove("proof", "--histories=20", "--workers=1", "--seed=1")
    assert "20 histories" in said


def test_a_server_killed_amid_purchases_has_lost_nobody_once_it_has_reconciled():
    said = prove("proof.killed", "--purchases=24")
    assert "24 purchases at once" in said
