"""docs/errors.md lists every code that an answer can carry."""

import re

from lms.error_codes import PROXY, list_entries
from lms.management.commands import error_catalogue
from lms.settings import BASE_DIR
from lms.tests.answers import document


def documented_codes() -> set[tuple[int, str]]:
    """Return the codes of the OpenAPI document's answers, with their statuses."""
    shared = document()["components"].get("responses", {})
    codes = set()
    for operation in (each for path in document()["paths"].values() for each in path.values()):
        for status, response in operation["responses"].items():
            body = shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
            if int(status) >= 400:
                examples = body["content"]["application/json"]["examples"]
                codes |= {(int(status), code) for code in examples}
    return codes


OUTSIDE = {
    (400, "too_large"),  # the `failure_reason` of a file
    (405, "method_not_allowed"),
    (406, "not_acceptable"),
    (411, "length_required"),
    (500, "error"),
}
"""What no operation answers: reasons in a resource, and answers to requests that are none."""

BY_PROXY = re.compile(r"^ +(\d+|default) '.*\"code\":\"(\w+)\"", re.MULTILINE)


def catalogue() -> set[tuple[int, str]]:
    return {(entry.status, entry.code) for entry in list_entries()}


def test_the_page_is_what_the_code_says():
    written = error_catalogue.PAGE.read_text()
    assert written == error_catalogue.render_page(), "Run: make schema"


def test_every_code_of_the_openapi_document_is_on_the_page():
    documented = documented_codes()
    assert len(documented) > 70
    assert documented - catalogue() == set()


def test_every_code_on_the_page_is_one_that_an_operation_answers():
    assert catalogue() - documented_codes() - OUTSIDE - PROXY.keys() == set()


def test_every_code_of_the_proxy_is_on_the_page():
    template = (BASE_DIR / "deploy/nginx/errors.conf.template").read_text()
    codes = dict(BY_PROXY.findall(template))
    unavailable = codes.pop("default")
    codes |= {"502": unavailable, "503": unavailable}
    answered = {(int(status), code) for status, code in codes.items()}
    assert (504, "timeout") in answered
    assert answered - catalogue() == set()
    assert PROXY.keys() - answered == set()
