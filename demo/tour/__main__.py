"""Take the whole journey against a running demo and print each step with its time: `make tour`."""

import argparse
import sys
from urllib.parse import urlsplit

import httpx

from demo.tour.browser import Failed
from demo.tour.journey import Journey
from demo.tour.steps import take


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make tour", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--sandbox", help="the sandbox's URL (default: the API's port plus one)")
    options = parser.parse_args(arguments)
    parts = urlsplit(options.url)
    sandbox = options.sandbox or f"{parts.scheme}://{parts.hostname}:{(parts.port or 80) + 1}"
    try:
        with Journey(options.url, sandbox) as journey:
            take(journey)
    except (Failed, httpx.TransportError) as error:
        print(f"make tour: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
