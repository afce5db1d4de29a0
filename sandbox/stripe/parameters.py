"""Form bodies, read by the SDK's parameter types, which are generated from Stripe's API."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from types import SimpleNamespace, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import stripe
from typing_extensions import is_typeddict

from sandbox.stripe.errors import ParameterError

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
MAX_METADATA_KEYS, MAX_METADATA_KEY_LENGTH, MAX_METADATA_VALUE_LENGTH = 50, 40, 500


@dataclass(frozen=True)
class Upload:
    """A file in a body."""

    name: str
    content: bytes


def read(pairs: Iterable[tuple[str, str | Upload]], shape: Any) -> dict[str, Any]:
    """Decode `a[b][0]=c` and check it against a TypedDict of `stripe.params`.

    Raises ParameterError, like Stripe, for what is unknown, missing or of the wrong type.
    """
    return read_object(nest(pairs), shape, "")


def nest(pairs: Iterable[tuple[str, str | Upload]]) -> dict[str, Any]:
    """Return nested dictionaries for bracketed names; the keys of an array are its indices."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        match = NAME.fullmatch(name)
        if match is None:
            raise unknown(name)
        keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        place = root
        for key in keys[:-1]:
            place = place.setdefault(key or str(len(place)), {})
            if not isinstance(place, dict):
                raise ParameterError(f"Invalid object: {name}", param=name)
        place[keys[-1] or str(len(place))] = value
    return root


@cache
def fields(shape: type) -> dict[str, Any]:
    """Return the parameters of a TypedDict, without the options that are never sent."""
    options = stripe.RequestOptions.__annotations__
    own = {name: hint for name, hint in shape.__annotations__.items() if name not in options}
    module = vars(sys.modules[shape.__module__])
    return get_type_hints(SimpleNamespace(__annotations__=own), globalns=module)


def read_value(value: Any, hint: Any, path: str) -> Any:
    """Return a value in the type of its hint."""
    origin = get_origin(hint)
    if is_typeddict(hint):
        return read_object(value, hint, path)
    if origin in (Union, UnionType):
        return read_union(value, get_args(hint), path)
    if origin is Literal:
        return read_choice(value, get_args(hint), path)
    if origin is list:
        return read_array(value, get_args(hint)[0], path)
    if origin is dict:
        return read_metadata(value, path)
    return read_scalar(value, hint, path)


def read_object(value: Any, shape: Any, path: str) -> dict[str, Any]:
    """Return an object with known keys."""
    if not isinstance(value, dict):
        raise ParameterError(f"Invalid object: {value}", param=path)
    known = fields(shape)
    inside = {key: f"{path}[{key}]" if path else key for key in {*value, *known}}
    for key in value:
        if key not in known:
            raise unknown(inside[key])
    for key in shape.__required_keys__ & set(known):
        if key not in value:
            raise missing(inside[key])
    return {key: read_value(value[key], known[key], inside[key]) for key in value}


def read_array(value: Any, hint: Any, path: str) -> list[Any]:
    """Return an array, in the order of its indices."""
    if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
        raise ParameterError("Invalid array", param=path)
    return [read_value(value[key], hint, f"{path}[{key}]") for key in sorted(value, key=int)]


def read_union(value: Any, hints: tuple[Any, ...], path: str) -> Any:
    """Return the value in the type that fits; an open enum (a Literal or str) is closed for requests."""
    choices = tuple(arg for hint in hints if get_origin(hint) is Literal for arg in get_args(hint))
    if value in choices:
        return value
    others = [hint for hint in hints if get_origin(hint) is not Literal]
    if set(choices) - {""}:
        others = [hint for hint in others if hint is not str]
    structured = [hint for hint in others if is_typeddict(hint) or get_origin(hint)]
    fitting = [hint for hint in others if (hint in structured) == isinstance(value, dict)]
    if not fitting:
        return read_choice(value, choices, path)
    return read_value(value, fitting[0], path)


def read_choice(value: Any, choices: tuple[Any, ...], path: str) -> Any:
    """Return one of the choices."""
    if value in choices:
        return value
    if not choices or choices == ("",):
        raise ParameterError(f"Invalid value: {value}", param=path)
    raise ParameterError(f"Invalid {path}: must be one of {', '.join(choices)}", param=path)


def read_metadata(value: Any, path: str) -> dict[str, str]:
    """Return a dictionary of strings within Stripe's limits (docs.stripe.com/api/metadata)."""
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ParameterError("Invalid hash", param=path)
    if len(value) > MAX_METADATA_KEYS:
        raise ParameterError("You can specify up to 50 keys in metadata.", param=path)
    for key, item in value.items():
        if len(key) > MAX_METADATA_KEY_LENGTH:
            raise ParameterError("Metadata keys can have up to 40 characters.", param=path)
        if len(item) > MAX_METADATA_VALUE_LENGTH:
            raise ParameterError(
                f"Metadata values can have up to 500 characters, but you passed in a value that is"
                f" {len(item)} characters. Invalid value: {item}",
                param=f"{path}[{key}]",
            )
    return value


def read_scalar(value: Any, hint: Any, path: str) -> Any:
    """Return a string, number, boolean or file."""
    if isinstance(value, Upload) and hint is Any:
        return value
    if not isinstance(value, str):
        raise ParameterError(f"Invalid {kind_name(hint)}: {value}", param=path)
    if value == "":
        raise ParameterError(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to"
            f" unset a parameter; however '{path}' cannot be unset. You should remove '{path}'"
            " from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=path,
        )
    if hint is str:
        return value
    if hint is bool and value in ("true", "false"):
        return value == "true"
    if hint is int and re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        return int(value)
    if hint in (float, Decimal):
        try:
            return hint(value)
        except (ValueError, InvalidOperation):
            pass
    code = "parameter_invalid_integer" if hint is int else None
    raise ParameterError(f"Invalid {kind_name(hint)}: {value}", code=code, param=path)


def kind_name(hint: Any) -> str:
    """Return the name of a type in Stripe's messages."""
    names = {int: "integer", bool: "boolean", str: "string", float: "number", Decimal: "decimal"}
    return names.get(hint, "value")


def unknown(path: str) -> ParameterError:
    """Return the error for an unknown parameter."""
    return ParameterError(
        f"Received unknown parameter: {path}", code="parameter_unknown", param=path
    )


def missing(path: str) -> ParameterError:
    """Return the error for a missing parameter."""
    return ParameterError(f"Missing required param: {path}.", code="parameter_missing", param=path)
