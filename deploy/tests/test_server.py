"""The server outlives its workers, and can be asked and stopped at any time."""

import os
import signal
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from deploy.tests.running import Api


@pytest.fixture(scope="module")
def api(env, folder):
    server = Api(env | {"SECURE_SSL_REDIRECT": "0"}, folder, threads=2)
    server.wait()
    yield server
    server.part.stop()


def wait_for(condition):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("this did not happen within 30 seconds")


@pytest.mark.parametrize("loaded", ["", "_granian", "_cbson"])
def test_a_signal_to_stop_is_obeyed_while_the_worker_starts(env, folder, loaded):
    server = Api(env, folder)
    wait_for(lambda: "Spawning worker" in server.part.log.read_text())
    wait_for(lambda: loaded in Path(f"/proc/{server.worker()}/maps").read_text())
    server.part.process.send_signal(signal.SIGTERM)
    server.part.process.wait(timeout=5)


def test_liveness_answers_though_every_thread_waits_for_a_body(api):
    head = b"POST /api/v1/auth/signin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"
    with ExitStack() as held:
        for _ in range(4):
            connection = socket.create_connection(("127.0.0.1", api.port))
            held.enter_context(connection).sendall(head)
        wait_for(lambda: not answers(f"{api.url}/health/live"))
        assert answers(f"http://127.0.0.1:{api.live_port}/")
    wait_for(lambda: answers(f"{api.url}/health/live"))


def test_a_killed_worker_is_replaced(api):
    killed = api.worker()
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: api.worker() != killed and answers(f"{api.url}/health/live"))
    assert answers(f"http://127.0.0.1:{api.live_port}/")
    assert not api.part.has_ended


def test_a_start_that_is_refused_ends_with_the_sentence(env, folder):
    server = Api(env | {"CLOUDINARY_TIMEOUT": "soon"}, folder)
    assert server.part.process.wait(timeout=30) == 1
    assert "CLOUDINARY_TIMEOUT must be a whole number" in server.part.log.read_text()


def answers(url):
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.TransportError:
        return False
