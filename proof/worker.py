"""One process of the proof, with its own database and Stripe: prints the tally of each batch as a line of JSON."""

import argparse
import json
import sys
import time

from proof.environment import set_up


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m proof.worker", description=__doc__)
    parser.add_argument("--of", choices=["purchases", "attempts"], required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--batches", type=int, required=True, help="the number after the last")
    parser.add_argument("--until", type=float, default=float("inf"), help="seconds since 1970")
    options = parser.parse_args()
    sandbox_url = set_up()

    from proof.attempts.batch import Batch as Attempts
    from proof.batch import Batch as Purchases
    from sandbox.client import SandboxClient

    sandbox = SandboxClient(sandbox_url)
    batch = {"purchases": Purchases, "attempts": Attempts}[options.of]
    for number in range(options.first, options.batches, options.step):
        if time.time() > options.until:
            break
        tally = batch(sandbox, options.seed, number).run()
        sys.stdout.write(json.dumps(tally.as_json()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
