"""The adapter for the pages of a MERN LMS, run by Node against the whole system."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import PASSWORD
from courses.tests.factories import CategoryFactory
from media.tests.videos import video

CHECK = Path(__file__).resolve().parents[2] / "examples" / "mern-adapter" / "check.mjs"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_every_endpoint_of_the_four_files(
    system: tuple[str, str],
    instructor: User,
    tmp_path: Path,
) -> None:
    CategoryFactory(slug="baking", name="Baking")
    (tmp_path / "dough.mp4").write_bytes(video())
    person = (instructor.email, PASSWORD)
    command: tuple[Any, ...] = (
        CHECK,
        f"{system[0]}/api/v1",
        *person,
        tmp_path / "dough.mp4",
        "Baking",
    )
    done = subprocess.run(("node", *command), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
