"""Drawn pictures: a gradient with shapes and text; the same text always gives the same picture."""

import colorsys
import random
from io import BytesIO
from textwrap import wrap

from PIL import Image, ImageChops, ImageDraw, ImageFont

SIZE = (1280, 720)

type Colour = tuple[int, int, int]


def colours(seed: str) -> tuple[Colour, Colour]:
    """Return two neighbouring colours, dark enough for white text."""
    hue = random.Random(seed).random()
    return _rgb(hue, 0.65, 0.55), _rgb((hue + 0.12) % 1, 0.75, 0.25)


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def gradient(size: tuple[int, int], start: Colour, end: Colour) -> Image.Image:
    """Return an image that changes from one colour to the other, from corner to corner."""
    down = Image.linear_gradient("L")
    ramp = ImageChops.add(down, down.rotate(90), scale=2).resize(size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", size, end), Image.new("RGB", size, start), ramp)


def thumbnail(title: str) -> bytes:
    """Return a course's thumbnail as a JPEG of 1280 x 720."""
    dice = random.Random(title)
    image = gradient(SIZE, *colours(title))
    shapes = Image.new("RGBA", SIZE)
    pen = ImageDraw.Draw(shapes)
    for _ in range(6):
        x, y = dice.randrange(500, 1400), dice.randrange(-100, 800)
        radius = dice.randrange(60, 260)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 255, 255, 22))
    image.paste(shapes, mask=shapes)
    write(image, title, size=84, width=17)
    file = BytesIO()
    image.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()


def portrait(name: str) -> bytes:
    """Return a person's initials as a PNG of 512 x 512."""
    image = gradient((512, 512), *colours(name))
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    pen = ImageDraw.Draw(image)
    pen.text((256, 256), initials, font=ImageFont.load_default(200), fill="white", anchor="mm")
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def write(image: Image.Image, text: str, *, size: int, width: int) -> None:
    """Draw text at the left, in lines of `width` letters of `size` pixels, centred vertically."""
    lines = "\n".join(wrap(text, width))
    pen = ImageDraw.Draw(image)
    pen.multiline_text(
        (size, image.height / 2),
        lines,
        font=ImageFont.load_default(size),
        fill="white",
        anchor="lm",
        spacing=size / 4,
    )
