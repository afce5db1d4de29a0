"""Rules that hold for every serializer."""

from datetime import UTC, datetime

import pytest
from rest_framework import serializers

import lms.urls  # noqa: F401 (imports the serializers of every view)
from lms.drf import DateTimeField
from lms.tests.answers import document


def list_serializers(base=serializers.BaseSerializer):
    """Return the classes of our own serializers that have fields."""
    below = [each for cls in base.__subclasses__() for each in (cls, *list_serializers(cls))]
    ours = [each for each in below if not each.__module__.startswith(("rest_framework", "drf_"))]
    return [each for each in ours if issubclass(each, serializers.Serializer)]


def list_fields(cls):
    """Return the fields of a serializer, with the fields of their elements."""
    if issubclass(cls, serializers.ModelSerializer) and not hasattr(cls, "Meta"):
        return []  # a base class
    fields = cls().fields.values()
    return [*fields, *(field.child for field in fields if hasattr(field, "child"))]


def list_patched():
    """Return the serializers that read the body of a PATCH, by the OpenAPI document's names."""
    schemas = document()["components"]["schemas"]
    nouns = [
        name.removesuffix("UpdateRequest") for name in schemas if name.endswith("UpdateRequest")
    ]
    classes = {cls.__name__: cls for cls in list_serializers()}
    return [classes.get(f"{noun}WriteSerializer") or classes[f"{noun}Serializer"] for noun in nouns]


def test_every_time_is_read_by_our_own_field():
    fields = [field for cls in set(list_serializers()) for field in list_fields(cls)]
    times = [field for field in fields if isinstance(field, serializers.DateTimeField)]
    assert len(times) > 10
    assert [field for field in times if not isinstance(field, DateTimeField)] == []
    days = (serializers.DateField, serializers.TimeField)
    assert [field for field in fields if isinstance(field, days)] == []


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-12-31T23:59:59Z", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-12-31T23:59:59.25+01:00", datetime(2026, 12, 31, 22, 59, 59, 250_000, tzinfo=UTC)),
        ("2026-12-31t23:59z", datetime(2026, 12, 31, 23, 59, tzinfo=UTC)),
        ("2026-12-31 23:59:59-00:30", datetime(2027, 1, 1, 0, 29, 59, tzinfo=UTC)),
    ],
)
def test_a_time_has_a_date_a_time_and_a_zone(text, time):
    assert DateTimeField().run_validation(text) == time


@pytest.mark.parametrize(
    "odd",
    [
        "2026-12-31",
        "2026-12-31T23:59:59",
        "2026-12-31T23Z",
        "20261231T235959Z",
        "2026-W53-4T23:59:59Z",
        "2026-02-30T00:00:00Z",
        "2026-12-31T24:00:01Z",
        "2026-12-31T23:59:59+24:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٦-12-31T23:59:59Z",
        "2026-12-31T23:59:59Z\n",
        "",
        1767225599,
        True,
        {},
    ],
)
def test_any_other_time_is_refused_with_a_sentence(odd):
    with pytest.raises(serializers.ValidationError) as refused:
        DateTimeField().run_validation(odd)
    [error] = refused.value.detail
    assert (error.code, "2026-12-31T23:59:59Z" in error) == ("invalid", True)


@pytest.mark.parametrize("cls", list_patched(), ids=lambda cls: cls.__name__)
def test_an_object_in_a_patch_is_whole_or_absent(cls):
    for field in cls(partial=True).fields.values():
        if field.read_only or not isinstance(field, serializers.Serializer):
            continue
        required = [name for name, part in field.fields.items() if part.required]
        for left_out in required:
            others = {name: _value(field.fields[name]) for name in required if name != left_out}
            with pytest.raises(serializers.ValidationError) as refused:
                field.run_validation(others)
            assert [error.code for error in refused.value.detail[left_out]] == ["required"]


def test_the_serializers_with_objects_in_a_patch_are_found():
    nested = [
        cls.__name__
        for cls in list_patched()
        if any(isinstance(field, serializers.Serializer) for field in cls().fields.values())
    ]
    assert nested == ["CouponSerializer", "CourseWriteSerializer", "SectionWriteSerializer"]


def _value(field):
    """Return a valid value of a field."""
    return next(iter(field.choices)) if isinstance(field, serializers.ChoiceField) else 100
