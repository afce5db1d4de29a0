"""Clients that send too little, too slowly."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from deploy.tests.running import HOST

POST = "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE


@contextmanager
def slow(
    port: int, count: int, sent: str, *, address: str = "127.0.0.1"
) -> Iterator[list[socket.socket]]:
    """Hold so many connections to the proxy, each of which sent this and waits."""
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            plain = socket.create_connection(("127.0.0.1", port), 20, (address, 0))
            encrypted = stack.enter_context(CONTEXT.wrap_socket(plain, server_hostname=HOST))
            encrypted.sendall(sent.encode())
            opened.append(encrypted)
        yield opened


def slow_body(path: str) -> str:
    """Return a POST whose body stops after its first byte."""
    return POST.format(path=path, host=HOST)


def ended(connection: socket.socket) -> bytes:
    """Return what arrives until the proxy closes the connection."""
    received = b""
    try:
        while part := connection.recv(4096):
            received += part
    except ConnectionError:
        pass
    return received
