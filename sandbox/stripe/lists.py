"""Stripe's lists: newest first, paged by cursor (docs.stripe.com/api/pagination)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.stripe.account import Thing
from sandbox.stripe.errors import StripeError, no_such

DEFAULT_LIMIT, MAX_LIMIT = 10, 100


def page(
    url: str,
    things: Sequence[Thing],
    params: Mapping[str, Any],
    *,
    everything: Sequence[Thing] = (),
) -> Thing:
    """Return the page of a list that `limit`, `starting_after` and `ending_before` select.

    A cursor may name an object that has left a filtered list since the page before: `everything` is that list without
    the filter, in the same order.
    """
    limit = params.get("limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MAX_LIMIT:
        raise StripeError(
            f"Invalid integer: limit must be between 1 and {MAX_LIMIT}",
            code="parameter_invalid_integer",
            param="limit",
        )
    if "starting_after" in params and "ending_before" in params:
        raise StripeError(
            "You may only specify one of these parameters: starting_after, ending_before."
        )
    places = {thing["id"]: place for place, thing in enumerate(everything or things)}
    if "starting_after" in params:
        cursor = find(places, params, "starting_after")
        rest = [thing for thing in things if places[thing["id"]] > cursor]
        part = rest[:limit]
    elif "ending_before" in params:
        cursor = find(places, params, "ending_before")
        rest = [thing for thing in things if places[thing["id"]] < cursor]
        part = rest[-limit:]
    else:
        rest = list(things)
        part = rest[:limit]
    return {"object": "list", "data": list(part), "has_more": len(rest) > limit, "url": url}


def find(places: Mapping[str, int], params: Mapping[str, Any], param: str) -> int:
    """Return the place of the object that a cursor names."""
    if params[param] not in places:
        raise no_such("object", params[param], param)
    return places[params[param]]


def matching(things: Sequence[Thing], params: Mapping[str, Any], *names: str) -> list[Thing]:
    """Return the objects that match `created` and those of the named parameters that are given."""
    wanted = {name: params[name] for name in names if name in params}
    return [
        thing
        for thing in things
        if all(thing[name] == value for name, value in wanted.items())
        and is_created_within(thing, params.get("created"))
    ]


def is_created_within(thing: Thing, created: int | Mapping[str, int] | None) -> bool:
    """Return whether an object was created at a time or between bounds, in whole seconds."""
    if created is None:
        return True
    if isinstance(created, int):
        return bool(thing["created"] == created)
    at: int = thing["created"]
    return created.get("gt", at - 1) < at < created.get("lt", at + 1) and created.get(
        "gte", at
    ) <= at <= created.get("lte", at)
