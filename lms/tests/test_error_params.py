"""An error carries the numbers and values of its sentence, so that a client can write its own."""

import re
from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework import serializers
from rest_framework.views import APIView

from courses.models import Course
from courses.tests.factories import CourseFactory
from lms.exception_handler import render_exception
from lms.exceptions import LIMITS, DomainError, ErrorCode, FieldError, fill, invalid
from lms.schema.operations import AutoSchema
from lms.tests.test_serializers import list_fields, list_serializers

LEVELS = list(Course.Level.values)


def list_subclasses(base):
    return {each for cls in base.__subclasses__() for each in (cls, *list_subclasses(cls))}


OURS = sorted(
    (
        each
        for base in (DomainError, FieldError)
        for each in list_subclasses(base)
        if ".tests." not in each.__module__
    ),
    key=lambda cls: (cls.__module__, cls.__name__),
)


KEYWORDS = {
    "max_length": "maxLength",
    "min_length": "minLength",
    "max_value": "maximum",
    "min_value": "minimum",
}
"""The words of JSON Schema for limits."""
RELATED = (serializers.RelatedField, serializers.ManyRelatedField)
"""Fields whose `choices` are all rows of a table."""


def limited_fields():
    """List the fields of all serializers that have a limit, each once per limit, as (field, code)."""
    fields = [field for cls in set(list_serializers()) for field in list_fields(cls)]
    return [
        (field, code)
        for field in fields
        for code, name in LIMITS.items()
        if not field.read_only and not isinstance(field, RELATED)
        if getattr(field, name, None) is not None
    ]


def a_value(field):
    """Return a valid value of a field."""
    if isinstance(field, serializers.Serializer):
        fields = field.fields.items()
        required = {name: each for name, each in fields if each.required} or dict([*fields][:1])
        return {name: a_value(each) for name, each in required.items()}
    if isinstance(field, serializers.DateTimeField):
        return "2026-12-31T23:59:59Z"
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    if isinstance(field, serializers.ListField):
        return [a_value(field.child)] * (field.min_length or 1)
    if hasattr(field, "max_value"):
        return field.min_value or 1
    return "65f1c0ffee65f1c0ffee65f1"


def beyond(field, code):
    """Return a value of a field that is beyond one of its limits."""
    limit = getattr(field, LIMITS[code])
    if code == "invalid_choice":
        return "no such choice"
    if code in {"max_value", "min_value"}:
        return limit + 1 if code == "max_value" else limit - 1
    if code in {"max_length", "min_length"}:
        length = limit + 1 if code == "max_length" else limit - 1
        is_list = isinstance(field, serializers.ListField)
        return [a_value(field.child)] * length if is_list else "x" * length
    return {"max_digits": "1234.5", "max_whole_digits": "12345", "max_decimal_places": "0.12345"}[
        code
    ]


def test_every_limit_of_a_field_is_in_the_error_that_it_leads_to():
    provoked = set()
    for field, code in limited_fields():
        probe = type("Probe", (serializers.Serializer,), {"field": deepcopy(field)})
        with pytest.raises(serializers.ValidationError) as refused:
            probe(data={"field": beyond(field, code)}).is_valid(raise_exception=True)
        [error] = render_exception(refused.value)["errors"]
        limit = getattr(field, LIMITS[code])
        if error["code"] == code:
            provoked.add(code)
            value = list(limit) if code == "invalid_choice" else limit
            assert error["params"] == {LIMITS[code]: value}
        elif re.search(rf"\b{limit}\b", error["detail"]):
            assert limit in error["params"].values()
    assert provoked >= {"max_length", "min_length", "max_value", "min_value", "invalid_choice"}


def test_every_limit_of_a_field_is_in_its_schema():
    schema = AutoSchema()
    schema.registry, schema.method, schema.path = ComponentRegistry(), "POST", "/"
    schema.view = APIView(request=None)
    for field, code in limited_fields():
        described = schema._map_serializer_field(field, "request")
        schema._insert_field_validators(field, described)
        limit = getattr(field, LIMITS[code])
        if code == "invalid_choice":
            assert [each for each in described["enum"] if each] == list(limit)
        else:
            is_list = isinstance(field, serializers.ListField)
            assert (
                described[KEYWORDS[code].replace("Length", "Items" if is_list else "Length")]
                == limit
            )


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_every_number_in_the_sentence_of_an_error_is_in_its_params(cls):
    [error] = render_exception(cls(**cls.example))["errors"]
    assert "{" not in error["detail"]
    assert "params" in error or not re.search(r"\d", error["detail"])


@pytest.mark.parametrize(
    ("verb", "path", "body", "code", "params"),
    [
        ("get", "courses?page_size=101", None, "invalid", {"min_value": 1, "max_value": 100}),
        ("get", "courses?price_min=-1", None, "min_value", {"min_value": 0}),
        ("get", "courses?level=expert", None, "invalid_choice", {"choices": LEVELS}),
        ("get", "courses?rating_min=0.123", None, "max_decimal_places", {"decimal_places": 2}),
        ("patch", "users/me", {"headline": "x" * 121}, "max_length", {"max_length": 120}),
        ("post", "courses", {"tags": ["x"] * 11}, "max_length", {"max_length": 10}),
        ("post", "courses", {"tags": ["x", "x" * 31]}, "max_length", {"max_length": 30}),
        (
            "post",
            "courses",
            {"price": {"amount": -1, "currency": "usd"}},
            "min_value",
            {"min_value": 0},
        ),
        (
            "post",
            "courses",
            {"price": {"amount": 49, "currency": "usd"}},
            "not_chargeable",
            {"min": 50, "max": 99_999_999, "step": 1, "currency": "usd"},
        ),
        (
            "post",
            "payments/coupons",
            {"code": "SPRING", "amount": {"amount": 0, "currency": "kwd"}},
            "invalid",
            {"min": 10, "max": 99_999_990, "step": 10, "currency": "kwd"},
        ),
        (
            "post",
            "auth/password/change",
            {"current_password": "x", "new_password": "h7!kd"},
            "password_too_short",
            {"min_length": 10},
        ),
        (
            "post",
            "media/uploads",
            {"kind": "captions", "filename": "a.srt", "size_bytes": 1},
            "unsupported_media",
            {"formats": ["vtt"]},
        ),
        (
            "post",
            "media/uploads",
            {"kind": "captions", "filename": "a.vtt", "size_bytes": 2**31},
            "max_value",
            {"max_value": 1024 * 1024},
        ),
    ],
)
def test_an_answer_carries_params(client_of, instructor, verb, path, body, code, params):
    answer = getattr(client_of(instructor), verb)(f"/api/v1/{path}", body)
    assert answer.status_code == 400
    [error] = [each for each in answer.json()["errors"] if each["code"] == code]
    assert error["params"] == params


def test_an_error_without_numbers_has_no_params(visitor):
    [error] = visitor.get("/api/v1/courses?free=maybe").json()["errors"]
    assert set(error) == {"code", "detail", "attr"}


def test_a_password_that_is_like_the_name_is_named(visitor):
    person = {"name": "Wilhelmina", "email": "w@example.com", "password": "wilhelmina1"}
    [error] = visitor.post("/api/v1/auth/signup", person).json()["errors"]
    assert (error["code"], error["params"]) == ("password_too_similar", {"verbose_name": "name"})


def test_a_limit_on_requests_has_the_seconds_to_wait(visitor, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "anon": "1/h"}
    visitor.get("/api/v1/courses")
    answer = visitor.get("/api/v1/courses")
    [error] = answer.json()["errors"]
    assert error["params"] == {"wait": int(answer["Retry-After"])}
    assert f"{error['params']['wait']:,} seconds" in error["detail"]


def test_a_picture_that_is_too_large_has_the_limit(client_of, student, settings):
    settings.MAX_IMAGE_BYTES = 1024
    picture = SimpleUploadedFile("me.png", b"x" * 1025, "image/png")
    answer = client_of(student).put("/api/v1/users/me/avatar", {"avatar": picture}, "multipart")
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["params"]) == (413, {"max_bytes": 1024})
    assert "1.0 KB" in error["detail"]


def test_captions_name_the_line(client_of, instructor):
    captions = SimpleUploadedFile("a.vtt", b"WEBVTT\n\n00:02.000 --> 00:01.000\nHi")
    answer = client_of(instructor).post("/api/v1/media/captions", {"file": captions}, "multipart")
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["params"]) == (400, {"line": 3})


def test_params_survive_what_drf_copies():
    error = serializers.ValidationError({"outer": [invalid("At most {max}.", max=3).detail]})
    [rendered] = render_exception(error)["errors"]
    assert (rendered["detail"], rendered["params"]) == ("At most 3.", {"max": 3})


def test_a_code_with_params_is_equal_to_its_text():
    assert (ErrorCode("max_length", {"max_length": 3}), str(ErrorCode("x"))) == ("max_length", "x")


def test_a_sentence_without_params_may_hold_braces():
    assert fill("{}", {}) == "{}"


def test_an_entry_of_a_list_is_named_by_its_number(client_of, instructor):
    course = CourseFactory(instructor=instructor)
    answer = client_of(instructor).put(f"/api/v1/courses/{course.pk}/curriculum", [None, None])
    assert answer.status_code == 400
    places = [(error["attr"], error["code"]) for error in answer.json()["errors"]]
    assert places == [("0", "null"), ("1", "null")]
