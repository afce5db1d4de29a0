"""Serve the example shop, and pass on what arrives at the API's port of `[::1]`: `python -m demo.shop --port 8004 --api 8000`.

The API's server listens on one address only, and a browser may take `localhost` to mean the other one.
"""

import argparse
import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from demo.processes import ROOT
from sandbox.loopback import listen_on_ipv6, listen_on_localhost

PAGES = ROOT / "examples" / "spa"


class Shop(StaticFiles):
    """The files of a single-page app; every other path is a page of its router, which `index.html` starts."""

    def lookup_path(self, path: str) -> tuple[str, Any]:
        found, status = super().lookup_path(path)
        return (found, status) if Path(found).is_file() else super().lookup_path("index.html")

    def file_response(self, *args: Any, **options: Any) -> Response:
        """Let browsers keep a file, but ask each time whether it has changed."""
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write what is read until it ends, and then end the other side too."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):  # closed already
        writer.write_eof()


async def relay(listening: socket.socket, port: int) -> asyncio.Server:
    """Pass on every connection to the port of 127.0.0.1."""

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionRefusedError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(inner_writer):
                await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))

    return await asyncio.start_server(connect, sock=listening)


async def serve(port: int, api_port: int, pages: Path) -> None:
    """Serve until SIGTERM."""
    for listening in listen_on_ipv6(api_port):
        await relay(listening, api_port)
    app = Starlette(routes=[Mount("/", Shop(directory=pages))])
    config = uvicorn.Config(app, ws="none", log_level="warning")
    await uvicorn.Server(config).serve(sockets=listen_on_localhost(port))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8004)
    parser.add_argument("--api", type=int, default=8000, help="the API's port")
    parser.add_argument("--pages", type=Path, default=PAGES, help="the folder that is served")
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.api, options.pages))


if __name__ == "__main__":
    main()
