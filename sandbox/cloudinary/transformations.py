"""The transformation in a delivery URL.

Sizes, crops, quality, formats and the offset of a poster are applied. Other parameters that
Cloudinary knows are accepted and ignored: the sandbox finds no faces and changes no colours.
"""

import re
from dataclasses import dataclass

from sandbox.cloudinary.errors import BadRequest

CROPS = {"scale", "fit", "mfit", "limit", "fill", "lfill", "pad", "lpad", "mpad", "thumb", "crop"}
SIZE_WORDS = {"auto", "iw", "ih"}
IGNORED = {"a", "ac", "af", "b", "bl", "bo", "br", "co", "cs", "d", "dl", "dn", "du", "e", "eo"}
IGNORED |= {"fl", "fn", "fps", "g", "if", "ki", "l", "o", "p", "r", "t", "u", "vc", "vs"}
IGNORED |= {"x", "y", "z"}


@dataclass(frozen=True)
class Step:
    """One component of a chain. Sizes are in pixels; below 1.0 they are shares of the size before."""

    width: float | None = None
    height: float | None = None
    ratio: float | None = None
    crop: str = "scale"
    pixel_ratio: float = 1.0


@dataclass(frozen=True)
class Transformation:
    """A chain of steps, and how to write the result.

    ``format`` is None if not given and "auto" if the client decides, ``quality`` is a percentage,
    ``offset`` a place in a video as written, ``page`` the number of a segment of a stream.
    """

    steps: tuple[Step, ...] = ()
    format: str | None = None
    quality: int = 80
    offset: str = "auto"
    page: int | None = None
    streaming: bool = False


def parse(text: str) -> Transformation:
    """Return the transformation of a text like ``c_fill,w_320/f_auto``; raise BadRequest if it is invalid."""
    components = [read_component(component) for component in text.split("/") if component]
    values = {name: value for component in components for name, value in component.items()}
    return Transformation(
        steps=tuple(read_step(component) for component in components),
        # "f_auto:video" restricts what the client may decide.
        format=values["f"].partition(":")[0] if "f" in values else None,
        quality=read_quality(values.get("q", "auto")),
        offset=values.get("so", "auto"),
        page=int(read_number("pg", values["pg"])) if "pg" in values else None,
        streaming="sp" in values,
    )


def read_component(component: str) -> dict[str, str]:
    """Return the parameters of ``c_fill,w_320``."""
    parameters = {}
    for parameter in component.split(","):
        name, _, value = parameter.partition("_")
        known = name in IGNORED or name in APPLIED or name.startswith("$")
        if not known or not value:
            raise BadRequest(f"Invalid transformation component - {parameter}")
        parameters[name] = value
    return parameters


APPLIED = {"w", "h", "ar", "c", "dpr", "f", "q", "so", "pg", "sp"}


def read_step(parameters: dict[str, str]) -> Step:
    """Return how a component changes the size."""
    crop = parameters.get("c", "scale")
    if crop not in CROPS:
        raise BadRequest(f"Invalid value {crop} for parameter crop")
    dpr = parameters.get("dpr", "1")
    return Step(
        width=read_size("w", parameters.get("w")),
        height=read_size("h", parameters.get("h")),
        ratio=read_ratio(parameters.get("ar")),
        crop=crop,
        pixel_ratio=1.0 if dpr == "auto" else read_number("dpr", dpr),
    )


def read_size(name: str, value: str | None) -> float | None:
    """Return a width or height; None if it is missing or a word, which limits nothing."""
    if value is None or value.partition(":")[0] in SIZE_WORDS:
        return None
    return read_number(name, value)


def read_ratio(value: str | None) -> float | None:
    """Return an aspect ratio: ``16:9`` or ``1.78``."""
    if value is None:
        return None
    width, _, height = value.partition(":")
    return read_number("ar", width) / read_number("ar", height or "1")


def read_quality(value: str) -> int:
    """Return a percentage; every form of ``auto`` means 80."""
    if value.startswith("auto"):
        return 80
    return min(max(int(read_number("q", value.partition(":")[0])), 1), 100)


def read_number(name: str, value: str) -> float:
    """Return a number above zero."""
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5})?", value) or float(value) == 0:
        raise BadRequest(f"Invalid value {value} for parameter {name}")
    return float(value)
