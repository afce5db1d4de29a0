"""What is installed is what was chosen: named with a reason, pinned with all that it brings along."""

import re
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
OURS = ("requirements.txt", "requirements-observability.txt", "requirements-dev.txt")
REQUIREMENTS = (*OURS, "examples/e2e/requirements.txt")


def lines(name: str) -> list[str]:
    text = (ROOT / name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]


def pins() -> dict[str, str]:
    """Read the constraints: the version of each package that this platform needs."""
    needed = [Requirement(line) for line in lines("constraints.txt")]
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each in needed
        if each.marker is None or each.marker.evaluate()
    }


def closure(name: str, extras: frozenset[str], seen: set[str]) -> set[str]:
    """Collect a package and all that it requires here."""
    if name in seen:
        return seen
    seen.add(name)
    for line in requires(name) or ():
        needed = Requirement(line)
        contexts = [{"extra": extra} for extra in (*extras, "")]
        if needed.marker is None or any(needed.marker.evaluate(each) for each in contexts):
            closure(canonicalize_name(needed.name), frozenset(needed.extras), seen)
    return seen


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_dependency_is_pinned_and_has_its_reason(name):
    assert [line for line in lines(name) if not re.fullmatch(r"\S+==\S+ +# \S.*", line)] == []


def test_everything_that_is_installed_for_us_is_pinned():
    pinned, needed = pins(), set()
    for name in OURS:
        for line in lines(name):
            wanted = Requirement(line.partition(" #")[0])
            closure(canonicalize_name(wanted.name), frozenset(wanted.extras), needed)
    assert needed - pinned.keys() == set()
    assert {name: version(name) for name in needed} == {name: pinned[name] for name in needed}


@pytest.mark.parametrize("name", [*REQUIREMENTS, "constraints.txt"])
def test_the_pins_name_no_address_and_no_hash(name):
    assert not re.search(r"https?://|--hash|--index", (ROOT / name).read_text())


def test_the_image_holds_every_app():
    copied = set(re.findall(r"^COPY (\w+) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    ours = {app.partition(".")[0] for app in settings.INSTALLED_APPS}
    assert {app for app in ours if (ROOT / app).is_dir()} == copied
