"""The part of a delivery URL that says what to make of a file.

Sizes, crops, quality, formats and the offset of a poster are carried out. Other parameters that
Cloudinary knows are taken and left undone: the sandbox sees no faces and turns no colours.
"""

import re
from dataclasses import dataclass

from sandbox.cloudinary.errors import BadRequest

CROPS = {"scale", "fit", "mfit", "limit", "fill", "lfill", "pad", "lpad", "mpad", "thumb", "crop"}
SIZE_WORDS = {"auto", "iw", "ih"}
LEFT_UNDONE = {"a", "ac", "af", "b", "bl", "bo", "br", "co", "cs", "d", "dl", "dn", "du", "e", "eo"}
LEFT_UNDONE |= {"fl", "fn", "fps", "g", "if", "ki", "l", "o", "p", "r", "t", "u", "vc", "vs"}
LEFT_UNDONE |= {"x", "y", "z"}


@dataclass(frozen=True)
class Step:
    """One component of a chain. Sizes are in pixels, below 1.0 a share of the size before."""

    width: float | None = None
    height: float | None = None
    ratio: float | None = None
    crop: str = "scale"
    pixel_ratio: float = 1.0


@dataclass(frozen=True)
class Transformation:
    """A chain of steps, and how to write the result.

    ``format`` is None when unsaid and "auto" when the client decides, ``quality`` a percentage,
    ``offset`` where in a video to look, as written, ``page`` a piece of a stream.
    """

    steps: tuple[Step, ...] = ()
    format: str | None = None
    quality: int = 80
    offset: str = "auto"
    page: int | None = None
    streaming: bool = False


def parse(text: str) -> Transformation:
    """Read a chain like ``c_fill,w_320/f_auto``; raise BadRequest for what is none."""
    components = [read_component(component) for component in text.split("/") if component]
    said = {name: value for component in components for name, value in component.items()}
    return Transformation(
        steps=tuple(read_step(component) for component in components),
        # "f_auto:video" narrows what the client may decide.
        format=said["f"].partition(":")[0] if "f" in said else None,
        quality=read_quality(said.get("q", "auto")),
        offset=said.get("so", "auto"),
        page=int(read_number("pg", said["pg"])) if "pg" in said else None,
        streaming="sp" in said,
    )


def read_component(component: str) -> dict[str, str]:
    """Split ``c_fill,w_320`` into its parameters."""
    parameters = {}
    for parameter in component.split(","):
        name, _, value = parameter.partition("_")
        known = name in LEFT_UNDONE or name in READ or name.startswith("$")
        if not known or not value:
            raise BadRequest(f"Invalid transformation component - {parameter}")
        parameters[name] = value
    return parameters


READ = {"w", "h", "ar", "c", "dpr", "f", "q", "so", "pg", "sp"}


def read_step(parameters: dict[str, str]) -> Step:
    """Read what a component does to the size."""
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
    """Read a width or height; words stand for what nobody has limited."""
    if value is None or value.partition(":")[0] in SIZE_WORDS:
        return None
    return read_number(name, value)


def read_ratio(value: str | None) -> float | None:
    """Read an aspect ratio: ``16:9`` or ``1.78``."""
    if value is None:
        return None
    width, _, height = value.partition(":")
    return read_number("ar", width) / read_number("ar", height or "1")


def read_quality(value: str) -> int:
    """Read a percentage; ``auto`` and its shades mean 80."""
    if value.startswith("auto"):
        return 80
    return min(max(int(read_number("q", value.partition(":")[0])), 1), 100)


def read_number(name: str, value: str) -> float:
    """Read a number above zero."""
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5})?", value) or float(value) == 0:
        raise BadRequest(f"Invalid value {value} for parameter {name}")
    return float(value)
