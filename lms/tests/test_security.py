"""The page about security names only files and tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
APPS = (
    "deploy",
    "lms",
    "accounts",
    "media",
    "courses",
    "certificates",
    "learning",
    "assessments",
    "payments",
)


def test_every_threat_has_an_answer_and_a_test_that_exist():
    rows = [line.split("|")[1:4] for line in PAGE.splitlines() if line.startswith("| ")]
    threats = [row for row in rows if row[0].strip() != "threat"]
    tests = {
        name
        for app in APPS
        for path in (ROOT / app).glob("tests/test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(threats) > 30
    for threat, answer, held in threats:
        files = [name for name in re.findall(r"`([\w./]+)`", answer) if "/" in name or "." in name]
        assert [name for name in files if not (ROOT / name).exists()] == [], threat
        assert [name for name in re.findall(r"`(test_\w+)`", held) if name not in tests] == [], (
            threat
        )
        assert files, threat
        assert "`test_" in held, threat
