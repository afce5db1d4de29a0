"""It refuses to start unsafe, and says why in a sentence each."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "DEBUG": "0",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "courses.example",
    "MONGODB_URI": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRETS": "whsec_1",
    "CLOUDINARY_URL": "cloudinary://1:2@cloud",
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own; None takes a variable away."""
    env = {key: value for key, value in (SAFE | changes).items() if value is not None}
    command = [
        sys.executable,
        "-c",
        "import manage; manage.main()",
        "diffsettings",
        "--default",
        "lms.settings",
    ]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_starts_with_what_it_needs():
    assert start().returncode == 0


@pytest.mark.parametrize("name", sorted(SAFE.keys() - {"DEBUG"}))
def test_it_refuses_to_start_without(name):
    done = start(**{name: None})
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == "Refusing to start:"
    [sentence] = done.stderr.splitlines()[1:]
    assert sentence.startswith(f"{name} is not set: ")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        ({"CLOUDINARY_API_BASE": "http://127.0.0.1:1"}, "CLOUDINARY_API_BASE"),
        ({"STRIPE_SECRET_KEY": "pk_test_1"}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_WEBHOOK_SECRETS": " , "}, "STRIPE_WEBHOOK_SECRETS is not set"),
        ({"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_LIVEMODE": "1"}, "disagree"),
        ({"STRIPE_SECRET_KEY": "sk_live_1", "DEBUG": "1"}, "live key"),
        ({"SECRET_KEY": "short"}, "too short"),
        ({"CLOUDINARY_URL": "https://cloud"}, "CLOUDINARY_URL"),
        ({"DEBUG": "maybe"}, "DEBUG must be true or false"),
        ({"REFUND_DAYS": "two"}, "REFUND_DAYS must be a whole number"),
        ({"REFUND_DAYS": "-1"}, "at least 0"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of"),
        ({"SECRET_KEY": None, "SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE cannot be read"),
    ],
)
def test_it_refuses_what_is_unsafe_or_makes_no_sense(changes, word):
    done = start(**changes)
    assert done.returncode != 0
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_it_tells_everything_that_is_missing_at_once():
    done = start(**dict.fromkeys(SAFE))
    assert len(done.stderr.splitlines()) == len(SAFE)


def test_a_secret_may_be_in_a_file(tmp_path):
    (tmp_path / "key").write_text("k" * 60 + "\n")
    assert start(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "key")).returncode == 0


def test_the_example_names_every_variable_and_no_other():
    readers = r'\b(?:text|texts|flag|integer|choice|secret|sandbox_url)\(\s*"([A-Z_]+)"'
    read = set(re.findall(readers, (ROOT / "lms" / "settings.py").read_text()))
    read |= {f"THROTTLE_{scope.upper()}" for scope in settings.THROTTLE_RATES}
    assert (
        set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
        == read
    )
