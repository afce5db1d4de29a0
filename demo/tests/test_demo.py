"""What `make demo` refuses before it starts anything."""

import fcntl
import os
import socket

import pytest

from demo.__main__ import start
from demo.processes import Failed
from sandbox.mongo.folder import lock


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def test_a_taken_port_is_named(tmp_path, port):
    with pytest.raises(Failed, match=f"port {port} cannot be had"):
        start(port, tmp_path, [])


def test_a_port_beyond_all_ports_is_named(tmp_path):
    with pytest.raises(Failed, match="port 70000 cannot be had"):
        start(70000, tmp_path, [])


def test_two_demos_never_share_their_data(tmp_path):
    held = lock(tmp_path / "demo.lock", fcntl.LOCK_EX)
    parts = []
    with pytest.raises(Failed, match="another demo runs on"):
        start(8000, tmp_path, parts)
    assert not parts
    os.close(held)
