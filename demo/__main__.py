"""Run the whole system with sample data: `python -m demo --port 8000 --data var`."""

import argparse
import signal
import sys
import time
from pathlib import Path

from demo.content import LOGINS, PASSWORD
from demo.processes import Failed
from demo.system import System


class Stopped(BaseException):
    """SIGINT or SIGTERM arrived."""


def stop(*_: object) -> None:
    """Raise `Stopped`, once: a second Ctrl-C must not interrupt the orderly end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=Path("var"))
    return parser.parse_args(arguments)


def show(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def announce(system: System) -> None:
    """Print what a person needs now; programs wait for the last line."""
    for email in LOGINS:
        show(f"{email}  {PASSWORD}")
    show(f"shop {system.shop_url}")
    show(f"ready {system.url}")


def main(arguments: list[str] | None = None) -> int:
    """Start the system, print the sample logins, and run until a signal or until a part ends."""
    options = parse(arguments)
    options.data.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    system = System(options.port, options.data.resolve(), report=show)
    try:
        system.start()
        announce(system)
        while not (ended := system.ended_parts()):
            time.sleep(0.5)
        raise Failed(" and ".join(f"{part.name} ended; see {part.log}" for part in ended))
    except Failed as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1
    except Stopped:
        return 0
    finally:
        system.stop()


if __name__ == "__main__":
    sys.exit(main())
