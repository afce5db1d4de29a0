"""An answer that is not in the OpenAPI document is found, with a sentence that names the operation."""

import json

import pytest
from django.http import HttpResponse, JsonResponse

from lms.tests import answers

RATINGS = ("/api/v1/categories", "get")
ERROR = {"detail": "Wrong.", "attr": None}


def answer(body, status=200, **headers):
    return JsonResponse(body, status=status, headers={"X-Request-ID": "1"} | headers)


def found(response, place=RATINGS):
    return list(answers.problems(place, response))


def test_an_answer_of_the_document_is_no_problem():
    category = {"id": "65f1c0ffee65f1c0ffee65f1", "name": "Cooking", "slug": "cooking"}
    assert found(answer({"next": None, "previous": None, "results": [category]})) == []


def test_a_field_that_is_missing_or_of_another_type_is_found():
    [problem] = found(answer({"next": None, "results": []}))
    assert "listCategories (GET /api/v1/categories) answered 200" in problem
    assert '"previous" is a required property' in problem
    assert found(answer({"next": 1, "previous": None, "results": []}))


def test_a_status_that_the_document_does_not_have_is_found():
    [problem] = found(answer({}, status=409))
    assert "answered 409, which is not in the document" in problem


def test_a_code_that_the_operation_does_not_name_is_found():
    body = {"type": "client_error", "errors": [ERROR | {"code": "throttled"}]}
    assert found(answer(body, 429, **{"Retry-After": "1"})) == []
    body = {"type": "client_error", "errors": [ERROR | {"code": "too_many_streams"}]}
    [problem] = found(answer(body, 429, **{"Retry-After": "1"}))
    assert "too_many_streams" in problem


def test_another_media_type_and_an_undocumented_header_are_found():
    text = HttpResponse("[]", content_type="text/html", headers={"X-Request-ID": "1"})
    [problem] = found(text)
    assert "text/html" in problem
    page = json.dumps({"next": None, "previous": None, "results": []})
    response = HttpResponse(page, content_type="application/json", headers={"Location": "/"})
    [problem] = found(response)
    assert "Location" in problem
    response.set_cookie("access_token", "1")
    assert any("Set-Cookie" in each for each in found(response))


@pytest.mark.parametrize("status", [405, 406, 411, 500])
def test_what_anything_may_answer_stands_in_the_introduction(status):
    code = answers.EVERYWHERE[str(status)]
    assert f"{status} `{code}`" in " ".join(answers.document()["info"]["description"].split())
    assert found(answer({}, status=status)) == []


def test_an_unknown_path_and_an_unknown_method_are_not_checked(client):
    client.get("/api/v1/nothing")
    client.delete("/api/v1/categories")
    client.options("/api/v1/categories")
    assert answers.ANSWERS.found == {}
