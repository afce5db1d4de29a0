"""The proof in its short form; `make proof` tells thousands of histories."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_twenty_purchases_end_as_the_money_says_whatever_happens_to_their_events():
    env = {name: value for name, value in os.environ.items() if name != "MONGODB_URI"}
    command = [sys.executable, "-m", "payments.tests.proof", "--histories=20", "--workers=1"]
    done = subprocess.run(
        [*command, "--seed=1"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 histories" in done.stdout
