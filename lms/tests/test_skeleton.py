"""Every app has the same skeleton, so that a file is found before it is opened."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "media", "courses", "certificates", "learning", "assessments", "payments")

SKELETON = {
    "models": "rows, and what is true of one row",
    "services": "writes, over several rows or with a call outside",
    "queries": "reads, and the functions that render them",
    "serializers": "shape and validity of input, declared shape of output",
    "views": "one method a verb",
    "urls": "every path with every verb",
    "permissions": "what a role may do",
    "filters": "query parameters",
    "throttling": "limits of requests",
    "exceptions": "domain errors with status and code",
    "webhooks": "what Stripe and Cloudinary send",
    "tasks": "what is done after the response",
    "mails": "what people are written",
    "inbox": "what waits for staff",
    "admin": "the staff's pages",
    "management": "commands",
    "templates": "pages and mails",
    "templatetags": "what templates call",
    "migrations": "changes of the schema",
    "panels": "what a person's page in the admin shows",
    "personal_data": "what is kept of a person: export and erase",
    "apps": "what the app registers with lower apps",
    "tests": "the tests",
}

EXTRAS = {
    "accounts": {
        "authentication": "DRF's word: from a token or cookie to a user",
        "cookies": "the two cookies of a browser's session",
        "hashers": "Django's word: Argon2 with bounded memory, and bcrypt of imported accounts",
        "staff": "the admin's site, which Django imports before any admin module",
        "staff_factor": "the page of a member of staff's own second factor",
        "tokens": "signed access, refresh and challenge tokens: issue and verify",
    },
    "media": {
        "cloud": "the calls to Cloudinary; only it, delivery and storage know Cloudinary",
        "delivery": "the URLs by which Cloudinary serves files",
        "storage": "Django's word: where image fields keep their files",
        "captions": "whether captions are WebVTT",
        "inspection": "what an uploaded file really is",
        "limits": "formats and sizes by kind",
        "signatures": "verification of what Cloudinary signs",
    },
    "courses": {
        "visibility": "the one decision who may see a course",
        "terms": "folding: the words of a course, and the words that find it",
        "keys": "how paths and bodies name a course: by its id or its slug",
        "markdown": "Markdown to safe HTML",
    },
    "certificates": {
        "credential": "the signed Open Badges credential and its keys",
        "pdf": "the certificate as a sheet of paper",
        "public_urls": "pages for people, outside the API",
    },
    "learning": {
        "diagnosis": "why a person can or cannot watch, and what would mend it",
        "access": "the one decision who may watch a lecture",
        "gates": "which lectures are locked, and what opens them",
        "kinds": "which lectures are completed by passing alone",
        "marks": "what was done with a lecture, in three integers",
        "mern": "the move from an Express and Mongoose server: it writes the rows of every lower app, and of this one",
    },
    "assessments": {
        "keys": "which keys a question of a kind may have",
        "responses": "which responses a question of a kind may get",
        "values": "texts and decimal numbers, as keys and responses have them",
        "grading": "what a response scores, by kind: pure functions",
        "scores": "what results add up to, and which attempt counts",
        "drawing": "which questions an attempt gets, and in which order: pure functions",
        "formats": "questions in files: our JSON, Moodle's GIFT and XML",
    },
    "payments": {
        "diagnosis": "the orders in the answer why a person can or cannot watch",
        "checkout": "services: from a click to Stripe's page",
        "coupons": "services: whether a coupon applies, and its redemptions",
        "customers": "services: a person's customer at Stripe",
        "figures": "the form that reads which figures staff ask for",
        "disputes": "services: our answer to the customer's bank",
        "events": "services: an event of Stripe, processed once",
        "pricing": "services: what a course costs a person now",
        "refunds": "services: money goes back",
        "fulfilment": "the only room that moves an order",
        "gateway": "the only room that knows Stripe",
        "ledger": "the only room that writes or sums ledger lines",
        "reconciliation": "finds what went wrong, and repairs it through fulfilment",
    },
}


def modules(app: str) -> set[str]:
    """List the modules and packages of an app."""
    inside = (ROOT / app).iterdir()
    return {path.stem for path in inside if not path.name.startswith(("__", "."))}


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_no_module_outside_the_skeleton(app):
    assert modules(app) - SKELETON.keys() - EXTRAS[app].keys() == set()


@pytest.mark.parametrize("app", APPS)
def test_every_extra_of_the_list_is_there(app):
    assert EXTRAS[app].keys() - modules(app) == set()


@pytest.mark.parametrize("app", APPS)
def test_a_module_and_a_package_never_share_a_name(app):
    files = {path.stem for path in (ROOT / app).glob("*.py")}
    folders = {path.name for path in (ROOT / app).iterdir() if path.is_dir()}
    assert files & folders == set()


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_keeps_of_a_person(app):
    assert "personal_data" in modules(app)
