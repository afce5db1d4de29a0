"""`{"$project": {"a": {"b": 1}}}` as MongoDB means it: the field `b` of `a`, where mongoeco answers the number."""

from collections.abc import Callable
from typing import Any

from mongoeco.core.aggregation import runtime_state, transform_stages

NAME = "_require_projection_for_dialect"
_checked: Callable[..., Any] = getattr(transform_stages, NAME)


def flat(spec: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Write the fields that are named within a field as dotted paths, and leave expressions as they are.

    https://www.mongodb.com/docs/manual/reference/operator/aggregation/project/#include-fields-from-embedded-documents
    """
    found: dict[str, Any] = {}
    for name, value in spec.items():
        if names_fields(value):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def names_fields(value: object) -> bool:
    """Is it a document of nothing but yes and no, at any depth?"""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(each, int | float) or names_fields(each) for each in value.values())
        and not any(key.startswith("$") for key in value)
    )


def checked(spec: object, **options: Any) -> Any:
    return _checked(flat(spec) if isinstance(spec, dict) else spec, **options)


def install() -> None:
    """Have mongoeco read projections so."""
    for module in (transform_stages, runtime_state):
        setattr(module, NAME, checked)
