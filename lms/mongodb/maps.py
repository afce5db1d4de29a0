"""MongoDB's backend without maps.

At its import the backend looks three times for GDAL, a library for maps, under thirteen names. Each search starts processes
(https://docs.python.org/3/library/ctypes.html#finding-shared-libraries), and together they took 0.28 s of CPU. Nothing here has a map.
"""

import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_maps() -> Iterator[None]:
    """Let searches for libraries find none, so that the backend leaves out what needs GDAL."""
    search = ctypes.util.find_library
    ctypes.util.find_library = _find_none
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _find_none(name: str) -> None:
    """Stand in for `find_library`, which returns None for a library that is not installed."""
