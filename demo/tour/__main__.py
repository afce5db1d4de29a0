"""`make tour`: take the whole journey against a running demo, telling each step and its time."""

import argparse
import sys
from urllib.parse import urlsplit

import httpx

from demo.tour.browser import Failed
from demo.tour.journey import Tour


def main() -> int:
    parser = argparse.ArgumentParser(prog="make tour", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--sandbox", help="the sandbox's URL (the API's port plus one)")
    options = parser.parse_args()
    parts = urlsplit(options.url)
    sandbox = options.sandbox or f"{parts.scheme}://{parts.hostname}:{(parts.port or 80) + 1}"
    try:
        with Tour(options.url, sandbox) as tour:
            tour.walk()
    except (Failed, httpx.TransportError) as error:
        print(f"make tour: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
