"""Transformations of images. Every crop is around the centre."""

from pathlib import Path

from PIL import Image, ImageOps

from sandbox.cloudinary.errors import BadRequest
from sandbox.cloudinary.inspection import check_pixels
from sandbox.cloudinary.transformations import Step, Transformation

# All encoders can write this.
MAX_SIDE = 16_383
ENCODERS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
ENCODERS |= {"avif": "AVIF", "bmp": "BMP", "tif": "TIFF", "ico": "ICO"}
WITHOUT_ALPHA = {"JPEG", "BMP"}


def render(
    source: Path | Image.Image, transformation: Transformation, format: str, to: Path
) -> None:
    """Transform an image and write it; raise BadRequest if that is impossible."""
    if format not in ENCODERS:
        raise BadRequest(f"Invalid extension in transformation: {format}")
    image = source if isinstance(source, Image.Image) else open_image(source)
    for step in transformation.steps:
        image = apply(step, image)
    encoder = ENCODERS[format]
    if encoder in WITHOUT_ALPHA and image.mode != "RGB":
        image = without_alpha(image)
    image.save(to, encoder, quality=transformation.quality)


def open_image(path: Path) -> Image.Image:
    """Return an image, upright and in a mode that can be resized well."""
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            return upright if upright.mode == "RGB" else upright.convert("RGBA")
    except OSError as error:
        raise BadRequest("Invalid image file") from error


def apply(step: Step, image: Image.Image) -> Image.Image:
    """Return an image after one step."""
    if step.width is step.height is step.ratio is None:
        return image
    size = target_size(step, image)
    check_pixels(*size)
    if max(size) > MAX_SIDE:
        raise BadRequest(f"Maximum image width and height are {MAX_SIDE}")
    if step.crop in ("limit", "fit", "mfit"):
        fitting = ImageOps.contain(image, size)
        too_small = fitting.width > image.width
        return image if step.crop == "limit" and too_small else fitting
    if step.crop in ("pad", "lpad", "mpad"):
        return ImageOps.pad(image, size, color="white")
    if step.crop == "crop":
        return crop(image, size)
    if step.crop in ("fill", "thumb"):
        return ImageOps.fit(image, size)
    if step.crop == "lfill":
        return ImageOps.fit(image, (min(size[0], image.width), min(size[1], image.height)))
    return image.resize(size)


def target_size(step: Step, image: Image.Image) -> tuple[int, int]:
    """Return the width and height of a step; one that is missing follows from the other."""
    ratio = step.ratio or image.width / image.height
    width = pixels(step.width, image.width)
    height = pixels(step.height, image.height)
    if width is None and height is None:
        width = min(image.width, image.height * ratio)
    if width is None:
        width = (height or 0) * ratio
    if height is None:
        height = width / ratio
    return max(round(width * step.pixel_ratio), 1), max(round(height * step.pixel_ratio), 1)


def pixels(size: float | None, before: int) -> float | None:
    """Return a size in pixels; below 1.0 it is a share of the size before."""
    return size * before if size is not None and size < 1 else size


def crop(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the centre of an image."""
    width, height = min(size[0], image.width), min(size[1], image.height)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def without_alpha(image: Image.Image) -> Image.Image:
    """Return an image on a white background."""
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")
