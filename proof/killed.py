"""Kill the server while many people pay, reconcile, and check who is enrolled: `python -m proof.killed`.

The API runs as in production, on a MongoDB in memory, with Stripe's stand-in beside it. Everybody buys at the same time.
When half of them have paid, the server is killed (SIGKILL), and every later webhook is lost. The server starts again,
nobody returns, `manage.py reconcile` runs once: then exactly those who have paid must be enrolled.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from proof.environment import set_up


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m proof.killed", description=__doc__)
    parser.add_argument("--purchases", type=int, default=200)
    size = parser.parse_args(arguments).purchases
    begun, sandbox_url = time.monotonic(), set_up()
    with tempfile.TemporaryDirectory() as folder:
        summary, violations = kill_and_repair(sandbox_url, size, Path(folder) / "api.log")
    sys.stdout.write(f"{summary}; in {time.monotonic() - begun:.0f} s\n")
    for violation in violations:
        sys.stdout.write(f"WRONG: {violation}\n")
    return 1 if violations else 0


def kill_and_repair(sandbox_url: str, size: int, log: Path) -> tuple[str, list[str]]:
    """Let `size` people buy; return a summary for people, and a sentence for each violation."""
    # Models can be imported only after `set_up`.
    from proof.crowd import Crowd, Server, enrolled, paid_purchases
    from proof.invariants import inconsistencies
    from proof.world import World
    from sandbox.client import SandboxClient

    sandbox = SandboxClient(sandbox_url)
    server = Server(log)
    crowd = Crowd(World(sandbox), server.url, size)

    def kill_at_half(count: int) -> None:
        if count == size // 2:
            server.kill()
            sandbox.control("faults", target="webhooks", mode="lose")

    sandbox.control("webhook_endpoint", url=f"{server.url}/api/v1/payments/webhooks/stripe")
    server.start()
    try:
        crowd.buy(kill_at_half)
        paid = paid_purchases(sandbox)
        lost = paid - enrolled()
        server.start()
        done = server.reconcile()
    finally:
        server.kill()
    violations = list(inconsistencies())
    violations += [f"paid, but not enrolled: {each}" for each in paid - enrolled()]
    violations += [f"enrolled, but not paid: {each}" for each in enrolled() - paid]
    if done.returncode:
        violations.append(f"reconcile exits with {done.returncode}: {done.stdout}{done.stderr}")
    if not lost:
        violations.append("nothing was lost: the server was killed too late to prove anything")
    summary = (
        f"{size} purchases at once, {len(paid)} paid; killed, {len(lost)} of those not enrolled; "
        f"reconciled, {len(paid - enrolled())} not"
    )
    return summary, violations


if __name__ == "__main__":
    sys.exit(main())
