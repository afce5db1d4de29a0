"""Kill and freeze parts of a site while people use it, and check that nothing is lost: `python -m proof.chaos`.

Two API processes behind nginx, two workers, the clock and Redis run as in production, on an embedded MongoDB and beside
the sandbox. After the trouble every part must run again by itself, the repairing commands run once, and then: who has paid is
enrolled and nobody else, the books agree with Stripe's, every accepted file is ready, every mail arrived, at most twice.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from demo.processes import Failed
from proof.environment import set_up

SERVERS = {"nginx": "nginx", "redis-server": "redis-server"}
"""What must be installed: the command, and Debian's package."""

BEGUN = time.monotonic()


def say(line: str) -> None:
    """Print a line at once, with the seconds since the start."""
    print(f"{time.monotonic() - BEGUN:4.0f} s  {line}", flush=True)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proof.chaos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=230, help="how long the trouble lasts")
    parser.add_argument("--people", type=int, default=8, help="how many act at the same time")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--keep", type=Path, help="a new folder for the logs; else none is kept")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    if missing := [package for command, package in SERVERS.items() if not shutil.which(command)]:
        print(f"Something is missing: apt-get install {' '.join(missing)}")
        return 1
    say(f"seed {options.seed}")
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # nginx's worker is another user
    try:
        summary, wrong = trouble(folder, options)
    except Failed as error:
        summary, wrong = "stopped", [str(error)]
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    say(summary)
    for each in wrong:
        print(f"WRONG: {each}")
    return 1 if wrong else 0


def trouble(folder: Path, options: argparse.Namespace) -> tuple[str, list[str]]:
    """Let people use the site amid trouble; return a summary for people, and a sentence for each violation."""
    sandbox_url = set_up(SINGLE_PROCESS="0", TMPDIR=str(folder))
    # Models can be imported only now.
    from proof.chaos.after import settle, violations
    from proof.chaos.people import People
    from proof.chaos.site import Site
    from proof.chaos.trouble import Trouble
    from proof.world import World
    from sandbox.client import SandboxClient

    sandbox, site = SandboxClient(sandbox_url), Site(folder)
    try:
        sandbox.control(
            "webhook_endpoint", url=f"{site.api_urls[0]}/api/v1/payments/webhooks/stripe"
        )
        people = People(World(sandbox), site.url)
        say(f"the site runs; {options.seconds} seconds of trouble begin")
        making = Trouble(site.parts, sandbox, random.Random(options.seed))
        with people.living(seconds=options.seconds, at_once=options.people):
            making.go_on(options.seconds)
        say("everybody is served; the parts recover")
        site.wait_until_well()
        say("every part works; the repairs begin")
        wrong = [*making.errors, *settle(site)]
    finally:
        site.stop()
    wrong += violations(people.done, sandbox)
    if not making.made:
        wrong.append("no trouble was made: this proves nothing")
    return f"{people.done}; amid {making}", wrong


if __name__ == "__main__":
    sys.exit(main())
