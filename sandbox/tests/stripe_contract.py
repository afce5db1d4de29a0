"""Checks of the stand-in against the SDK's own types of parameters and of objects."""

import ast
import importlib
import inspect
import types
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import stripe
from pydantic import ConfigDict, TypeAdapter
from stripe._stripe_context import StripeContext
from stripe._stripe_object import UntypedStripeObject

# Names in annotations that the SDK imports for type checkers alone.
NAMES = {"Mapping": Mapping, "StripeContext": StripeContext}
# Fields of lists and search results that their classes leave out.
UNDECLARED = {"object", "url"}


@cache
def strict(shape: type) -> TypeAdapter[Any]:
    """Return a validator of a parameter type that allows no extra keys, at any depth."""
    own = types.new_class("Strict", (shape,))
    own.__module__ = shape.__module__
    own.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    adapter = TypeAdapter(own)
    adapter.rebuild(_types_namespace=NAMES)
    return adapter


def params[T](shape: type[T], values: dict[str, Any]) -> T:
    """Return parameters that the SDK's types allow; raise ValidationError for others."""
    strict(shape).validate_python(values, strict=True)
    return values


def whole[T](thing: T) -> T:
    """Return an object after checking that every field, at any depth, exists and has its annotated type."""
    check_object(thing, type(thing).__name__)
    return thing


def check_object(thing: stripe.StripeObject, path: str) -> None:
    """Compare an object's fields with its class's annotations."""
    if type(thing) in (stripe.StripeObject, UntypedStripeObject):
        return
    hints = annotations(type(thing))
    names = set(thing.to_dict())
    required = {name for name, hint in hints.items() if type(None) not in get_args(hint)}
    assert required - names == set(), f"{path} lacks {required - names}"
    invented = names - hints.keys() - UNDECLARED
    assert invented == set(), f"{path} invents {invented}"
    for name in names & hints.keys():
        check_value(getattr(thing, name), hints[name], f"{path}.{name}")


def check_value(value: Any, hint: Any, path: str) -> None:
    """Compare a value with an annotation, then look into it."""
    assert fits(value, hint), f"{path} is no {hint}: {value!r:.200}"
    for index, item in enumerate(value if isinstance(value, list) else []):
        check_value(item, Any, f"{path}[{index}]")
    if isinstance(value, stripe.StripeObject):
        check_object(value, path)


def fits(value: Any, hint: Any) -> bool:
    """Say whether a value is of an annotated kind, not looking inside of objects."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return True
    if origin in (Union, types.UnionType):
        # An enum left open by the SDK is held to the words that it lists.
        words = [one for one in arguments if get_origin(one) is Literal]
        others = [one for one in arguments if one is not str] if words else arguments
        return any(fits(value, one) for one in others)
    if origin is Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(fits(item, arguments[0]) for item in value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint in (float, Decimal):
        return isinstance(value, int | float | Decimal | str) and not isinstance(value, bool)
    if origin is UntypedStripeObject:
        return isinstance(value, stripe.StripeObject)
    return isinstance(value, origin or hint)


@cache
def annotations(shape: type[stripe.StripeObject]) -> dict[str, Any]:
    """Return the annotated fields of an SDK class with those of its bases."""
    hints: dict[str, Any] = {}
    for base in reversed(shape.__mro__):
        if base in stripe.StripeObject.__mro__ or not base.__module__.startswith("stripe."):
            continue
        own = {
            name: hint
            for name, hint in vars(base).get("__annotations__", {}).items()
            if not name.startswith("_") and "ClassVar" not in str(hint)
        }
        holder = types.SimpleNamespace(__annotations__=own)
        hints |= get_type_hints(holder, globalns=names_of(base.__module__))
    return hints


@cache
def names_of(module_name: str) -> dict[str, Any]:
    """Return a module's names, with those that it imports for type checkers alone."""
    module = importlib.import_module(module_name)
    names = {**vars(module), **NAMES}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for line in node.body:
                if isinstance(line, ast.ImportFrom) and line.module:
                    source = importlib.import_module(line.module)
                    names |= {
                        one.asname or one.name: getattr(source, one.name) for one in line.names
                    }
    return names
