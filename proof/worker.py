"""One process of the proof, with a database and a Stripe of its own: prints a JSON line for each batch."""

import argparse
import json
import os
import sys
import time

from sandbox import server
from sandbox.mongo import lease


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--batches", type=int, required=True)
    parser.add_argument("--until", type=float, default=float("inf"))
    options = parser.parse_args()
    stripe_url = prepare()

    from proof.batch import Batch
    from proof.town import Stripe

    stripe = Stripe(stripe_url)
    for number in range(options.first, options.batches, options.step):
        if time.time() > options.until:
            break
        begun = time.monotonic()
        tally = Batch(stripe, options.seed, number).run()
        fields = vars(tally) | {"points": sorted(tally.points)}
        fields |= {"number": number, "seconds": time.monotonic() - begun}
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()


def prepare() -> str:
    """Set Django up on a database and a sandbox that end with this process; returns the sandbox's URL."""
    sandbox = server.start_in_thread()
    os.environ |= {
        "DEBUG": "1",
        "MONGODB_URI": lease.temporary(),
        "STRIPE_API_BASE": sandbox.url,
        "CLOUDINARY_API_BASE": sandbox.url,
        "DJANGO_SETTINGS_MODULE": "proof.settings",
    }
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    call_command("migrate", verbosity=0)
    return sandbox.url


if __name__ == "__main__":
    main()
