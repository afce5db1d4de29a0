"""The paths of all apps as one tree, so that a request is compared with the few that begin like it instead of with all.

Django tries one path after the other: with more than a hundred of them that takes as long as half a command to the database.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path


def list_patterns(*apps: str) -> list[URLPattern]:
    """Return the paths of these apps, in the order in which they are written."""
    return [each for app in apps for each in import_module(f"{app}.urls").urlpatterns]


def nest(patterns: Iterable[URLPattern]) -> list[URLPattern | URLResolver]:
    """Return the same paths, those that begin with the same parts under one another."""
    return list(_nest((str(each.pattern), each) for each in patterns))


def _nest(routes: Iterable[tuple[str, URLPattern]]) -> Iterator[URLPattern | URLResolver]:
    """Yield the paths, whose routes are given without what their parents have of them."""
    groups: dict[str, list[tuple[str, URLPattern]]] = {}
    for route, pattern in routes:
        part, slash, rest = route.partition("/")
        groups.setdefault(part + slash, []).append((rest, pattern))
    for part, members in groups.items():
        if len(members) > 1:
            yield path(part, include(list(_nest(members))))
        else:
            [(rest, pattern)] = members
            yield path(part + rest, pattern.callback, pattern.default_args, name=pattern.name)
