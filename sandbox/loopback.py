"""Sockets of this machine alone, at each of the addresses that `localhost` may mean, unless another address is named."""

import errno
import socket

ADDRESSES = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""How a machine without IPv6 refuses to bind `::1`."""


def listen(
    port: int, family: socket.AddressFamily = socket.AF_INET, *, host: str = ""
) -> socket.socket:
    """Return a socket that listens on loopback, or on the address `host`; raise OSError if the port is taken.

    Its connections inherit TCP_NODELAY, which asyncio sets only on sockets that it has created: without it, every
    answer of two packets waits 40 ms for the client's delayed acknowledgement.
    """
    listening = socket.create_server((host or ADDRESSES[family], port), family=family)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def listen_on_ipv6(port: int) -> list[socket.socket]:
    """Return a socket that listens on `::1`, or nothing on a machine without IPv6."""
    try:
        return [listen(port, socket.AF_INET6)]
    except OSError as error:
        if error.errno not in NO_SUCH_ADDRESS:
            raise
        return []


def listen_on_localhost(port: int) -> list[socket.socket]:
    """Return sockets that listen on every address of `localhost`: browsers try `::1` first, many tools 127.0.0.1."""
    first = listen(port)
    try:
        return [first, *listen_on_ipv6(first.getsockname()[1])]
    except OSError:
        first.close()
        raise
