"""Who may do what: every endpoint, for everybody, as the matrix says.

A test at the end holds the matrix to the OpenAPI document: a new endpoint without a row fails.
"""

import pytest
from django.core.cache import cache
from drf_spectacular.generators import SchemaGenerator

from accounts.tests import cast
from lms.tests.matrix import PUBLIC_READS, READS, ROWS, WRITES, request, shape, token_of
from lms.tests.world import PEOPLE, copy_rows, put_back, rebuild


@pytest.mark.long
def test_permissions_to_read(db, sandbox, subtests):
    world = rebuild()  # one school serves them all
    for method, path, _, statuses in READS:
        with subtests.test(path):
            wrong = []
            for who, status in zip(PEOPLE, statuses, strict=True):
                answer = request(world, who, method, path, None)
                wrong += problems(answer, who, path, status)
            assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", range(4))
def test_permissions_to_write(db, sandbox, subtests, commands, part):
    world = rebuild()
    for who in cast.CAST:
        token_of(world, who)
    rows = copy_rows()
    for method, path, body, statuses in WRITES[part::4]:
        with subtests.test(f"{method} {path}"):
            cache.clear()
            wrong = []
            for who, status in zip(PEOPLE, statuses, strict=True):
                with commands() as sent:
                    answer = request(world, who, method, path, body)
                put_back(rows, sent)
                wrong += problems(answer, who, path, status)
            assert not wrong, "\n".join(wrong)


def problems(answer, who, path, status):
    """Yield a sentence for each thing that is wrong with the answer to a person."""
    if answer.status_code != status:
        yield f"{who}: {answer.status_code}, not {status}: {answer.content[:300]!r}"
    elif status >= 400 and not answer.json()["errors"][0]["code"]:
        yield f"{who}: no code"
    is_public = path.split("?")[0] in PUBLIC_READS and answer.status_code == 200
    for problem in unguarded(answer, is_public=is_public):
        yield f"{who}: {problem}"


def unguarded(answer, *, is_public):
    """Name the headers that would let a shared cache keep an answer, or a browser run it as a page."""
    caching = answer.headers.get("Cache-Control", "")
    if is_public:
        if not caching.startswith("public"):
            yield f"Cache-Control {caching!r}"
    elif not ("private" in caching and ("no-store" in caching or "no-cache" in caching)):
        yield f"Cache-Control {caching!r}"
    if answer.cookies and "no-store" not in caching:
        yield f"Cache-Control {caching!r} beside cookies"
    is_pdf = answer.headers.get("Content-Type") == "application/pdf"
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"):
        if name not in answer.headers and not (is_pdf and name == "Content-Security-Policy"):
            yield f"no {name}"


def test_every_endpoint_has_a_row():
    document = SchemaGenerator().get_schema(request=None, public=True)
    described = {
        (method.upper(), shape(path.removeprefix("/api/v1")))
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/v1") and method in {"get", "post", "put", "patch", "delete"}
    }
    plain = {("POST", "/payments/webhooks/stripe")}  # a plain Django view: DRF does not see it
    assert {(method, shape(path)) for method, path, _, _ in ROWS} - plain == described - plain
