"""The guides for front ends and coding agents say what is there, and are served with this site's address."""

import re
from pathlib import Path

import pytest

from lms.error_codes import list_entries
from lms.tests.answers import document

DOCS = Path(__file__).resolve().parents[2] / "docs"


def shape(path: str) -> str:
    """Return a path below /api/v1 without the names of its parameters."""
    return re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1"))


OPERATIONS = {
    (verb.upper(), shape(path)): operation["operationId"]
    for path, operations in document()["paths"].items()
    for verb, operation in operations.items()
}
NO_OPERATION = {
    "operationId",
    "localStorage",
    "fetch",
    "baseQuery",
    "finishCheckout",
    "playbackUrl",
}
CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w/{}.-]*)")


def guide(name: str) -> str:
    """Return a guide; of the one that puts two APIs side by side, what it says of ours."""
    text = (DOCS / name).read_text()
    if name == "from-mern-lms.md":
        paths = text.partition("## Paths")[2].partition("## Fields")[0]
        text = "\n".join(row.partition(" | ")[2] for row in paths.splitlines())
    return text


@pytest.mark.parametrize(
    "name", ["agents.md", "llms.txt", "from-mern-lms.md", "spa.md", "quizzes.md", "errors.md"]
)
def test_every_call_in_a_guide_is_an_operation(name):
    calls = {(verb, shape(path)) for verb, path in CALL.findall(guide(name))}
    assert calls
    assert calls - OPERATIONS.keys() == set()


@pytest.mark.parametrize("name", ["agents.md", "from-mern-lms.md"])
def test_every_operation_that_a_guide_names_is_one(name):
    named = set(re.findall(r"`([a-z]+[A-Z][A-Za-z]*)`", guide(name))) - NO_OPERATION
    assert len(named) > 20
    assert named - set(OPERATIONS.values()) == set()


def test_the_operation_behind_a_call_is_the_one_that_is_named():
    named = re.findall(r"`(\w+) (/[^`]*)`\s\(`(\w+)`", guide("agents.md"))
    assert len(named) > 25
    for verb, path, operation in named:
        assert OPERATIONS[verb, shape(path)] == operation


@pytest.mark.parametrize("name", ["agents.md", "spa.md", "quizzes.md", "llms.txt"])
def test_every_code_in_a_guide_is_in_the_catalogue(name):
    codes = {
        (int(status), code) for status, code in re.findall(r"\b([45]\d\d) `(\w+)`", guide(name))
    }
    assert codes
    assert codes - {(entry.status, entry.code) for entry in list_entries()} == set()


def test_what_a_language_model_reads_first_has_the_address_of_this_site(client, settings):
    settings.SITE_URL = "https://courses.example"
    answer = client.get("/llms.txt")
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert re.match(r"# \S.*\n\n> \S", text)
    links = re.findall(r"^- \[[^\]]+\]\(https://courses\.example(/[^)]+)\): ", text, re.MULTILINE)
    assert len(links) == text.count("](") == 9
    assert "localhost" not in text
    for link in links:
        assert client.get(link).status_code == 200


def test_a_guide_links_only_to_what_is_served(client):
    text = client.get("/docs/spa.md").content.decode()
    assert "[errors](errors.md)" in text
    for name in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert client.get(f"/docs/{name}").status_code == 200


def test_what_is_for_operators_is_not_served(client):
    assert client.get("/docs/operations.md").status_code == 404
    assert client.post("/llms.txt").status_code == 405
