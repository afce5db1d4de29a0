"""Send odd requests to every operation of a running demo, as four kinds of people: `make fuzz`.

Schemathesis makes the requests from the API's own OpenAPI document and compares every answer with it: no 5xx, and no
status, media type or field that the document does not name. The ids in the paths are those of the demo's own data.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from demo.content import INSTRUCTOR, PASSWORD, STAFF, STUDENT

PEOPLE = {"visitor": None, "student": STUDENT, "instructor": INSTRUCTOR, "staff": STAFF}
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
ENDS_THE_SESSION = "/auth/(signout|sessions)"
"""The paths that are left out: after them, every answer would be 401."""
MAX_COURSES = 20


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--examples", type=int, default=10, help="how many per operation")
    parser.add_argument("--seed", type=int, help="the seed of all requests (default: random)")
    parser.add_argument("--as", dest="people", nargs="+", choices=PEOPLE, default=list(PEOPLE))
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    seed = random.randrange(10**6) if options.seed is None else options.seed
    failed = [each for each in options.people if fuzz(options, each, seed)]
    verdict = f"failed as {', '.join(failed)}" if failed else "every answer is in the document"
    print(f"make fuzz: seed {seed}: {verdict}")
    return 1 if failed else 0


def fuzz(options: argparse.Namespace, person: str, seed: int) -> int:
    """Run Schemathesis as one kind of person and return its exit status."""
    print(f"\n=== as {person}", flush=True)
    client = sign_in(options.url, PEOPLE[person])
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "schemathesis.toml"
        config.write_text(render_config(find_ids(client)))
        schemathesis = Path(sys.executable).with_name("schemathesis")
        command = [str(schemathesis), "--config-file", str(config)]
        command += ["run", f"{options.url}/api/schema", f"--seed={seed}"]
        command += [f"--checks={','.join(CHECKS)}", f"--max-examples={options.examples}"]
        command += ["--phases=examples,coverage,fuzzing", "--continue-on-failure", "--warnings=off"]
        command += [f"--exclude-path-regex={ENDS_THE_SESSION}"]
        for header in ("Authorization", "Origin"):
            if header in client.headers:
                command.append(f"--header={header}: {client.headers[header]}")
        return subprocess.run(command, cwd=folder).returncode


def sign_in(url: str, email: str | None) -> httpx.Client:
    """Return a client with a person's bearer token, or a visitor's."""
    client = httpx.Client(base_url=f"{url}/api/v1", timeout=60)
    if email:
        answer = client.post("/auth/token", json={"email": email, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access']}"
    return client


def find_ids(client: httpx.Client) -> dict[str, list[str]]:
    """Return the ids to use for each first part of a path: those that the person may list."""

    def rows(path: str) -> list[dict[str, Any]]:
        answer = client.get(path)
        return answer.json()["results"] if answer.status_code == 200 else []

    courses = [*rows("/courses/mine"), *(each["course"] for each in rows("/enrollments"))]
    courses += rows("/courses")
    sections = [
        section
        for course in courses[:MAX_COURSES]
        for section in client.get(f"/courses/{course['id']}").json()["sections"]
    ]
    reviews = [review for each in courses for review in rows(f"/courses/{each['id']}/reviews")]
    found = {
        "courses": courses,
        "sections": sections,
        "lectures": [lecture for each in sections for lecture in each["lectures"]],
        "reviews": reviews,
        "instructors": [each["instructor"] for each in courses],
        "certificates": rows("/certificates"),
        "media/assets": rows("/media/assets"),
        "media/uploads": rows("/media/assets"),
        "payments/orders": rows("/payments/orders"),
        "payments/coupons": rows("/payments/coupons"),
    }
    return {
        path: list({each["code" if path == "certificates" else "id"]: None for each in things})
        for path, things in found.items()
    }


def render_config(ids: dict[str, list[str]]) -> str:
    """Write Schemathesis's configuration, which takes the parameters of a path from these ids."""
    names = {"courses": ("id", "key"), "certificates": ("code",)}
    lines = []
    for path, values in ids.items():
        if not values:
            continue
        lines += ["[[operations]]", f'include-path-regex = "^/api/v1/{path}/[{{]"']
        lines.append("[operations.parameters]")
        lines += [f'"path.{name}" = {values}' for name in names.get(path, ("id",))]
        if path == "courses" and ids["lectures"]:
            lines.append(f'"path.lecture" = {ids["lectures"]}')
    return "\n".join(lines).replace("'", '"') + "\n"


if __name__ == "__main__":
    sys.exit(main())
