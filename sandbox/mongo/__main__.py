"""Run the embedded MongoDB until SIGTERM or SIGINT: `python -m sandbox.mongo --data DIR --port N`."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

from sandbox.mongo import copies
from sandbox.mongo.folder import DATA_IN_USE, GRACE_SECONDS, DataFolder, DataInUse

# Looking for garbage took a tenth of the time: every command makes many small objects.
gc.set_threshold(50_000, 20, 100)
# Copying values that never change took almost as much.
copies.install()


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.mongo", description=__doc__)
    storage = parser.add_mutually_exclusive_group(required=True)
    storage.add_argument("--data", type=Path, help="keep the data in this folder")
    storage.add_argument("--memory", action="store_true", help="keep the data in memory")
    parser.add_argument("--port", type=int, default=0, help="0 means any free port")
    parser.add_argument("--while-used", action="store_true", help="end after the last user")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin ends")
    parser.add_argument("--grace-seconds", type=float, default=GRACE_SECONDS)
    parser.add_argument("--transaction-seconds", type=float, default=10)
    parser.add_argument("--ttl-seconds", type=float, default=60)
    options = parser.parse_args(arguments)
    if options.while_used and options.memory:
        parser.error("--while-used requires --data")
    return options


async def serve(options: argparse.Namespace, folder: DataFolder | None) -> None:
    """Serve until a signal, or until nobody uses the folder."""
    # Imported here because it takes a second: another server on the same data is refused before.
    from sandbox.mongo.server import Server

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.with_parent:

        def stop_at_the_end_of_input() -> None:
            if not os.read(sys.stdin.fileno(), 4096):
                stop.set()

        loop.add_reader(sys.stdin, stop_at_the_end_of_input)
    server = Server(
        folder.database if folder else None,
        port=options.port,
        transaction_seconds=options.transaction_seconds,
        ttl_seconds=options.ttl_seconds,
    )
    async with server:
        uri = server.address.uri
        if folder:
            folder.announce(uri)
        print(f"ready {uri}", flush=True)
        if options.while_used and folder:
            await asyncio.wait(
                [
                    asyncio.create_task(stop.wait()),
                    asyncio.create_task(folder.until_unused(options.grace_seconds)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        else:
            await stop.wait()


def main() -> None:
    """Run the server in the foreground."""
    options = parse()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if options.memory:
        asyncio.run(serve(options, None))
        return
    try:
        with DataFolder(options.data) as folder:
            asyncio.run(serve(options, folder))
    except DataInUse as error:
        print(error, file=sys.stderr)
        sys.exit(DATA_IN_USE)


main()
