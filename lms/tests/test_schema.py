"""The OpenAPI document is what generators of clients and their users need: docs/decisions/0019-a-document-that-is-held.md."""

import re

import pytest
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotFound

from lms.exceptions import Conflict, DatabaseUnavailable
from lms.schema import raises
from lms.schema.components import list_operations
from lms.schema.errors import Refusal, describe_refusals
from lms.schema.fields import list_field_errors
from lms.schema.introduction import TAGS
from lms.tests.answers import document, validator

OPERATIONS = {each["operationId"]: each for _, _, each in list_operations(document())}
PLACES = {
    operation["operationId"]: (path, method)
    for path, method, operation in list_operations(document())
}
SCHEMAS = document()["components"]["schemas"]
PUBLIC = {"getApi", "listCourses", "listCategories", "getInstructor", "getCertificate"}


def resolve(node):
    if "$ref" not in node:
        return node
    _, _, kind, name = node["$ref"].split("/")
    return document()["components"][kind][name]


def errors_of(name):
    """Yield status and response of each error of an operation."""
    for status, response in OPERATIONS[name]["responses"].items():
        if status >= "400":
            yield status, resolve(response)


def all_errors():
    return [(name, *error) for name in OPERATIONS for error in errors_of(name)]


def codes(name, status):
    content = resolve(OPERATIONS[name]["responses"][status])["content"]["application/json"]
    [_, narrowed] = content["schema"]["allOf"]
    [_, code] = narrowed["properties"]["errors"]["items"]["allOf"]
    return code["properties"]["code"]["enum"]


def test_the_document_is_openapi_3_1_with_all_that_a_reader_looks_for():
    assert document()["openapi"].startswith("3.1.")
    info = document()["info"]
    assert info["contact"]["url"]
    assert info["license"] == {"name": "MIT", "identifier": "MIT"}
    for heading in ("Signing in", "Values", "Lists", "Errors", "Limits", "Request ids"):
        assert f"## {heading}" in info["description"]
    assert [tag["name"] for tag in document()["tags"]] == list(TAGS)
    assert document()["servers"] == [
        {"url": "/", "description": "The server that sent this document."}
    ]


def test_every_error_has_an_example_of_each_code_that_its_schema_accepts():
    for name, status, response in all_errors():
        content = response["content"]["application/json"]
        assert list(content["examples"]) == codes(name, status)
        for code, example in content["examples"].items():
            assert validator(*PLACES[name], status).is_valid(example["value"]), (name, code)
            for error in example["value"]["errors"]:
                assert error["code"] == code
                assert not re.search(r"%\(|{", error["detail"]), (name, code)


def test_every_answer_describes_its_headers():
    for name, operation in OPERATIONS.items():
        for status, response in operation["responses"].items():
            headers = resolve(response)["headers"]
            assert "X-Request-ID" in headers, (name, status)
            waits = status in {"429", "503"} or (name, status) == ("startAttempt", "409")
            assert ("Retry-After" in headers) == waits, (name, status)


def test_no_schema_has_a_word_of_openapi_3_0_or_one_that_misleads_generators():
    for name, schema in SCHEMAS.items():
        for field in schema.get("properties", {}).values():
            assert not {"nullable", "readOnly", "writeOnly", "default"} & field.keys(), name
            assert not isinstance(field.get("exclusiveMinimum"), bool), name
            assert "allOf" not in field, name


def test_a_response_has_every_field_that_is_always_there():
    assert set(SCHEMAS["Order"]["required"]) == set(SCHEMAS["Order"]["properties"])
    assert set(SCHEMAS["Coupon"]["required"]) == set(SCHEMAS["Coupon"]["properties"])
    lecture = SCHEMAS["LectureContent"]
    assert lecture["properties"].keys() - lecture["required"] == {
        "asset",
        "captions",
        "is_published",
        "next_asset",
        "requires",
    }


def test_a_default_requires_nothing_and_stands_in_the_description():
    assert SCHEMAS["CheckoutRequest"]["required"] == ["course"]
    assert "required" not in SCHEMAS["CourseUpdateRequest"]


def test_null_stands_beside_a_reference():
    assert SCHEMAS["Purchase"]["properties"]["order"]["oneOf"] == [
        {"$ref": "#/components/schemas/Order"},
        {"type": "null"},
    ]
    assert {"type": "null"} in SCHEMAS["Purchase"]["properties"]["status"]["oneOf"]


def test_json_and_a_form_with_a_file_are_described_apart():
    content = OPERATIONS["createCourse"]["requestBody"]["content"]
    assert content["application/json"]["schema"]["$ref"].endswith("/CourseRequest")
    assert content["multipart/form-data"]["schema"]["$ref"].endswith("/CourseForm")
    assert "thumbnail" not in SCHEMAS["CourseRequest"]["properties"]
    thumbnail = SCHEMAS["CourseForm"]["properties"]["thumbnail"]
    assert thumbnail["contentMediaType"] == "application/octet-stream"
    assert list(OPERATIONS["setAvatar"]["requestBody"]["content"]) == ["multipart/form-data"]
    assert list(OPERATIONS["deleteMe"]["requestBody"]["content"]) == ["application/json"]


def test_limits_of_fields_stand_in_the_schema_and_in_the_params_of_the_error():
    title = SCHEMAS["CourseRequest"]["properties"]["title"]
    assert title["maxLength"] == 120
    assert SCHEMAS["CourseRequest"]["properties"]["tags"]["maxItems"] == 10
    response = resolve(OPERATIONS["createCourse"]["responses"]["400"])
    [error] = response["content"]["application/json"]["examples"]["max_length"]["value"]["errors"]
    assert error["params"] == {"max_length": title["maxLength"]}


@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("getEarnings", "403", {"permission_denied"}),  # only instructors read it
        ("listStudents", "403", {"permission_denied"}),
        ("getMe", "401", {"not_authenticated", "token_expired", "session_revoked"}),
        ("getCourse", "401", {"token_expired", "session_revoked", "invalid_token"}),
        ("getCourse", "404", {"not_found"}),
        ("updateMe", "403", {"csrf_failed"}),
        ("updateMe", "400", {"parse_error", "invalid", "max_length", "invisible", "required"}),
        ("listCourses", "400", {"invalid", "invalid_choice", "min_value"}),
        ("listAssets", "400", {"invalid_choice"}),
        ("signUp", "400", {"unique", "password_too_short"}),
        ("signIn", "415", {"unsupported_media_type"}),
        ("signIn", "413", {"payload_too_large"}),
        ("signIn", "429", {"throttled"}),
        ("signIn", "503", {"service_unavailable", "database_unavailable"}),
        ("startPlayback", "429", {"throttled", "too_many_streams"}),
        ("requestRefund", "409", {"refund_window_closed", "not_refundable"}),
    ],
)
def test_an_operation_names_the_errors_of_its_kind_and_its_own(name, status, expected):
    assert expected <= set(codes(name, status))


@pytest.mark.parametrize("name", ["getMe", "listOrders", "getCsrfToken"])
def test_what_is_read_needs_no_csrf_token(name):
    assert "csrf_failed" not in [
        each for status, _ in errors_of(name) for each in codes(name, status)
    ]


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_is_public_asks_for_nobody(name):
    assert OPERATIONS[name]["security"] in ([], [{}])
    assert not {"401", "403"} & OPERATIONS[name]["responses"].keys()


def test_raises_groups_exceptions_by_their_status():
    responses = raises(Conflict, NotFound, DatabaseUnavailable)
    assert list(responses) == [404, 409, 503]


def test_a_code_stands_once_with_its_first_example():
    refusals = map(Refusal, [NotFound("First."), APIException("Later."), NotFound("Second.")])
    described = describe_refusals(refusals)
    assert list(described) == ["404", "500"]
    [example] = described["404"]["content"]["application/json"]["examples"].values()
    assert example["value"]["errors"][0]["detail"] == "First."


class Part(serializers.Serializer):
    size = serializers.IntegerField(min_value=3)


class Whole(serializers.Serializer):
    name = serializers.CharField(max_length=5)
    parts = Part(many=True)


def errors(**kwargs):
    return {
        (error["attr"], error["code"]): error
        for refusal in list_field_errors(Whole(), **kwargs)
        for error in refusal.body["errors"]
    }


def test_the_errors_of_nested_fields_have_the_path_and_params_of_real_ones():
    found = errors()
    assert found["parts.0.size", "min_value"] == {
        "code": "min_value",
        "detail": "Ensure this value is greater than or equal to 3.",
        "attr": "parts.0.size",
        "params": {"min_value": 3},
    }
    assert ("name", "required") in found
    assert ("name", "required") not in errors(partial=True)
