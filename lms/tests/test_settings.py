"""It refuses to start unsafe, and says why in a sentence each."""

import os
import re
import runpy
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lms.checks.deployment import staff_need_a_second_factor

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "DEBUG": "0",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "courses.example",
    "MONGODB_URI": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100",
    "REDIS_URL": "redis://127.0.0.1:1",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "STRIPE_WEBHOOK_SECRETS": "whsec_1",
    "CLOUDINARY_URL": "cloudinary://1:2@cloud",
}


def load(**changes: str | None) -> dict[str, Any]:
    """Run the settings file with nothing but these variables; None takes a variable away."""
    variables = {key: value for key, value in (SAFE | changes).items() if value is not None}
    with mock.patch.dict(os.environ, variables, clear=True):
        return runpy.run_path(str(ROOT / "lms" / "settings.py"))


def refusal(**changes: str | None) -> list[str]:
    """Return the sentences with which the settings refuse."""
    with pytest.raises(ImproperlyConfigured) as refused:
        load(**changes)
    first, *sentences = str(refused.value).splitlines()
    assert first == "Refusing to start:"
    return sentences


def start(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, as an operator would."""
    env = {key: value for key, value in (SAFE | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_starts_with_what_it_needs():
    assert load()["ALLOWED_HOSTS"] == ("courses.example",)
    assert start("manage.py", "diffsettings").returncode == 0


@pytest.mark.parametrize("name", sorted(SAFE.keys() - {"DEBUG"}))
def test_it_refuses_to_start_without(name):
    [sentence] = refusal(**{name: None})
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
        ({"SECRET_KEY": "short"}, "SECRET_KEY is not valid: give it 50 or more"),
        ({"CLOUDINARY_URL": "https://cloud"}, "CLOUDINARY_URL"),
        ({"DEBUG": "maybe"}, "DEBUG must be true or false"),
        ({"REFUND_DAYS": "two"}, "REFUND_DAYS must be a whole number"),
        ({"REFUND_DAYS": "-1"}, "at least 0"),
        ({"REFUND_PROGRESS_PERCENT": "101"}, "at most 100"),
        ({"CHECKOUT_MINUTES": "1440"}, "at most 1439"),
        ({"CURRENCIES": ""}, "CURRENCIES is empty"),
        ({"CURRENCIES": "usd,euro"}, "CURRENCIES is not valid"),
        ({"THROTTLE_SIGNUP": "10/month"}, "THROTTLE_SIGNUP is not valid: write 5/s"),
        ({"MONGODB_URI": "mongo:27017"}, "MONGODB_URI must begin with mongodb://"),
        ({"MONGODB_URI": "mongodb://h/?readPreference=secondary"}, "readPreference=secondary"),
        ({"MONGODB_URI": "mongodb://h/?readConcernLevel=available"}, "readConcernLevel=available"),
        ({"MONGODB_URI": "mongodb://h/?replicaSet=a&w=1"}, "w=1"),
        ({"MONGODB_URI": "mongodb://h/?journal=false"}, "journal=false"),
        ({"MONGODB_URI": "mongodb://h/?retrywrites=false"}, "retrywrites=false"),
        ({"REDIS_URL": "redis:6379"}, "REDIS_URL must begin with redis://"),
        ({"FRONTEND_URL": "courses.example"}, "FRONTEND_URL must begin with https://"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of"),
        ({"LOG_LEVEL": "info"}, "LOG_LEVEL must be one of"),
        ({"SECRET_KEY": None, "SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE cannot be read"),
        ({"SECRET_KEY": None, "SECRET_KEY_FILE": sys.executable}, "SECRET_KEY_FILE cannot be read"),
    ],
)
def test_it_refuses_what_is_unsafe_or_makes_no_sense(changes, word):
    assert word in "\n".join(refusal(**changes))


def test_one_process_may_do_without_redis_if_a_setting_says_so():
    assert load(REDIS_URL=None, SINGLE_PROCESS="1")["CACHES"]["default"]["OPTIONS"]
    assert load(REDIS_URL=None, DEBUG="1")["REDIS_URL"] == ""


NEIGHBOURS = {
    f"http://{host}:{port}"
    for host in ("localhost", "127.0.0.1")
    for port in (9000, 9004, 3000, 5173)
}


@pytest.mark.parametrize(
    "name", ["TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS"]
)
@pytest.mark.parametrize("given", [None, "http://localhost:4200"])
def test_in_debug_the_pages_of_this_machine_are_trusted(name, given):
    debug = load(DEBUG="1", SITE_URL="http://localhost:9000", TRUSTED_ORIGINS=given)
    assert set(debug[name]) == NEIGHBOURS | {given or "http://localhost:5173"}
    assert len(debug[name]) == len(set(debug[name]))


def test_outside_debug_only_named_origins_are_trusted():
    assert list(load()["TRUSTED_ORIGINS"]) == ["https://courses.example"]
    shop = {"FRONTEND_URL": "https://shop.example", "SITE_URL": "https://api.shop.example"}
    assert list(load(**shop)["TRUSTED_ORIGINS"]) == ["https://shop.example"]
    assert list(load(TRUSTED_ORIGINS="https://a.example")["TRUSTED_ORIGINS"]) == [
        "https://a.example"
    ]


def test_in_debug_the_addresses_are_of_one_site():
    debug = load(DEBUG="1")
    assert debug["SITE_URL"] == "http://localhost:8000"
    assert debug["FRONTEND_URL"] == "http://localhost:5173"
    assert {"http://localhost:8000", "http://127.0.0.1:8004"} <= set(debug["TRUSTED_ORIGINS"])


@pytest.mark.parametrize(
    ("path", "images"),
    [("", "https://res.cloudinary.com/cloud/"), ("/img.example", "https://img.example/")],
)
def test_pages_show_the_images_of_our_cloud_and_no_others(path, images):
    policy = load(CLOUDINARY_URL=f"cloudinary://1:2@cloud{path}")["SECURE_CSP"]
    assert policy["img-src"] == ["'self'", "data:", images]


def test_a_command_refuses_in_sentences():
    done = start("manage.py", "diffsettings", STRIPE_SECRET_KEY="pk_test_1")
    assert done.returncode == 1
    refused, sentence = done.stderr.splitlines()
    assert refused == "Refusing to start:"
    assert sentence.startswith("STRIPE_SECRET_KEY is not valid: ")


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_a_server_refuses_in_sentences_too(server):
    done = start("-c", f"import lms.{server}", STRIPE_WEBHOOK_SECRETS="")
    assert done.returncode == 1
    refused, sentence = done.stderr.splitlines()
    assert refused == "Refusing to start:"
    assert sentence.startswith("STRIPE_WEBHOOK_SECRETS is not set: ")


@pytest.mark.parametrize("command", [("-c", "import lms.wsgi"), ("manage.py", "migrate")])
def test_without_mongodb_it_ends_with_a_sentence_and_shows_no_password(command):
    uri = "mongodb://lms:hush@127.0.0.1:1/?replicaSet=rs0"
    done = start("-W", "ignore", *command, MONGODB_URI=uri, MONGODB_TIMEOUT_MS="100")
    assert done.returncode == 1
    assert "MongoDB does not respond at 127.0.0.1:1: check MONGODB_URI" in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert "hush" not in done.stderr


def test_it_names_everything_that_is_missing_at_once():
    assert len(refusal(**dict.fromkeys(SAFE))) == len(SAFE) - 1  # DEBUG has a default


@pytest.mark.parametrize("besides", [None, ""])  # as .env.example leaves it
def test_a_secret_may_be_in_a_file(tmp_path, besides):
    (tmp_path / "key").write_text("k" * 60 + "\n")
    loaded = load(SECRET_KEY=besides, SECRET_KEY_FILE=str(tmp_path / "key"))
    assert loaded["SECRET_KEY"] == "k" * 60


def variables() -> set[str]:
    readers = r'\b(?:text|texts|url|flag|integer|rate|choice|secret)\(\s*"([A-Z_]+)"'
    read = set(re.findall(readers, (ROOT / "lms" / "settings.py").read_text()))
    return read | {f"THROTTLE_{scope.upper()}" for scope in settings.THROTTLE_RATES}


def test_the_example_names_every_variable_and_no_other():
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == variables()


def test_the_operators_page_says_what_every_variable_is_for():
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page[page.index("## Variables") : page.index("## First deployment")]
    named = re.findall(r"`([A-Z_*]+)`", table)
    assert not [name for name in variables() if not any(fnmatch(name, n) for n in named)]


def test_a_deployment_without_a_second_factor_of_staff_is_warned_of(settings):
    settings.STAFF_SECOND_FACTOR = False
    assert [warning.id for warning in staff_need_a_second_factor()] == ["lms.W002"]
    settings.STAFF_SECOND_FACTOR = True
    assert not staff_need_a_second_factor()
