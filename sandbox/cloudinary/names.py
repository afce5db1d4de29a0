"""The public ids and the context of resources."""

import re
import secrets
import string
from pathlib import Path

from sandbox.cloudinary.errors import BadRequest
from sandbox.cloudinary.forms import Form

LETTERS = string.ascii_lowercase + string.digits
MAX_LENGTH = 255
FORBIDDEN = re.compile(r"[?&#\\%<>+\x00-\x1f]|^[\s/]|[\s/]$|//")


def choose_public_id(kind: str, form: Form, filename: str) -> str:
    """Return the public id that an upload requests, or a random one."""
    public_id = form.text("public_id") or generate(kind, form, filename)
    for folder in (form.text("folder"), form.text("public_id_prefix")):
        public_id = f"{folder.strip('/')}/{public_id}" if folder.strip("/") else public_id
    return checked(public_id)


def generate(kind: str, form: Form, filename: str) -> str:
    """Return a public id for an upload without one; a raw file keeps its extension."""
    random = "".join(secrets.choice(LETTERS) for _ in range(20))
    name = random
    if form.flag("use_filename", default=False):
        stem = re.sub(r"[^\w.-]+", "_", Path(filename).stem)
        name = stem if not form.flag("unique_filename", default=True) else f"{stem}_{random[:6]}"
    return name + Path(filename).suffix if kind == "raw" else name


def checked(public_id: str) -> str:
    """Return a public id; raise BadRequest if Cloudinary would refuse it."""
    if not public_id or len(public_id) > MAX_LENGTH or FORBIDDEN.search(public_id):
        raise BadRequest(f"public_id ({public_id}) is invalid")
    return public_id


def read_context(text: str) -> dict[str, str]:
    """Return the pairs of ``alt=A house|caption=Home``; a backslash escapes ``=`` and ``|``."""
    context = {}
    for pair in re.split(r"(?<!\\)\|", text) if text else []:
        key, *value = re.split(r"(?<!\\)=", pair, maxsplit=1)
        context[unescape(key)] = unescape(value[0]) if value else ""
    return context


def unescape(text: str) -> str:
    """Return a part of a context without its backslashes."""
    return re.sub(r"\\([=|])", r"\1", text)
