"""The names of parameters in paths."""

import re

type Endpoint = tuple[str, str, str, object]
"""The path, the path as Django writes it, the method, and the view."""


def name_keys(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Name each key in a path by what it is the key of: `courses/<course:key>` becomes `courses/{course}`."""
    return [
        (_rename(path, route), re.sub(r"<(\w+):key>", r"<\1:\1>", route), method, view)
        for path, route, method, view in endpoints
    ]


def _rename(path: str, route: str) -> str:
    found = re.search(r"<(\w+):key>", route)
    return path.replace("{key}", f"{{{found[1]}}}") if found else path
