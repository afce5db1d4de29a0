"""The order of paths, and the names of parameters in them."""

import re

type Endpoint = tuple[str, str, str, object]
"""The path, the path as Django writes it, the method, and the view."""


def sort(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Sort the paths as they are written, not as `lms.routing` nests them: sign up, sign in, sign out."""
    from lms.urls import API  # which imports the views, which import this package

    routes = ["api/v1", *(f"api/v1/{each.pattern}" for each in API)]
    places = {route: place for place, route in enumerate(routes)}
    return sorted(endpoints, key=lambda each: places.get(each[1], len(routes)))


def name_keys(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Name each key in a path by what it is the key of: `courses/<course:key>` becomes `courses/{course}`."""
    return [
        (_rename(path, route), re.sub(r"<(\w+):key>", r"<\1:\1>", route), method, view)
        for path, route, method, view in endpoints
    ]


def _rename(path: str, route: str) -> str:
    found = re.search(r"<(\w+):key>", route)
    return path.replace("{key}", f"{{{found[1]}}}") if found else path
