"""Nested projections: for `{"$project": {"a": {"b": 1}}}` MongoDB returns the field `b` of `a`, mongoeco the number 1."""

from collections.abc import Callable
from typing import Any

from mongoeco.core.aggregation import runtime_state, transform_stages

NAME = "_require_projection_for_dialect"
_checked: Callable[..., Any] = getattr(transform_stages, NAME)


def flat(spec: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a projection with dotted paths instead of nested fields; expressions stay as they are.

    https://www.mongodb.com/docs/manual/reference/operator/aggregation/project/#include-fields-from-embedded-documents
    """
    paths: dict[str, Any] = {}
    for name, value in spec.items():
        if names_fields(value):
            paths |= flat(value, f"{prefix}{name}.")
        else:
            paths[prefix + name] = value
    return paths


def names_fields(value: object) -> bool:
    """Return whether a value is a document that only includes or excludes fields, at any depth."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(each, int | float) or names_fields(each) for each in value.values())
        and not any(key.startswith("$") for key in value)
    )


def checked(spec: object, **options: Any) -> Any:
    """Check a projection as mongoeco does, with dotted paths."""
    return _checked(flat(spec) if isinstance(spec, dict) else spec, **options)


def install() -> None:
    """Make mongoeco read projections in this way."""
    for module in (transform_stages, runtime_state):
        setattr(module, NAME, checked)
