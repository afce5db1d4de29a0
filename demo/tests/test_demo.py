"""What `make demo` refuses before it starts anything."""

import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from demo.__main__ import announce
from demo.content import LOGINS, STAFF
from demo.processes import Failed
from demo.system import System, environment, has_sample_data
from sandbox.loopback import listen_on_ipv6
from sandbox.mongo.folder import lock


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(Failed, match=f"port {taken_port} is not available"):
        System(taken_port, tmp_path).start()


def test_a_port_that_is_taken_at_the_ipv6_address_alone_is_named(tmp_path: Path) -> None:
    for server in listen_on_ipv6(0):
        with server, pytest.raises(Failed, match=f"port {server.getsockname()[1]} is not"):
            System(server.getsockname()[1], tmp_path).start()


def test_a_port_beyond_all_ports_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="port 70000 is not available"):
        System(70000, tmp_path).start()


def test_two_demos_never_share_their_data(tmp_path: Path) -> None:
    held = lock(tmp_path / "demo.lock", fcntl.LOCK_EX)
    assert held is not None
    system = System(8000, tmp_path)
    with pytest.raises(Failed, match="another demo runs on"):
        system.start()
    assert not system.parts
    os.close(held)


def test_logins_come_first_and_ready_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(System(9000, tmp_path))
    *logins, shop, ready = capsys.readouterr().out.splitlines()
    assert [each.split()[0] for each in logins] == [*LOGINS]
    assert (shop, ready) == ("shop http://localhost:9004", "ready http://localhost:9000")


def test_the_api_and_the_shop_are_named_localhost(tmp_path: Path) -> None:
    env = environment(9000, tmp_path)
    shown = (env["SITE_URL"], env["FRONTEND_URL"])
    assert shown == ("http://localhost:9000", "http://localhost:9004")


@pytest.mark.django_db(transaction=True)
def test_the_sample_data_is_complete_as_soon_as_the_staff_are_there(settings: Any) -> None:
    database = settings.DATABASES["default"]
    env = {"MONGODB_URI": database["HOST"], "MONGODB_NAME": connection.settings_dict["NAME"]}
    assert not has_sample_data(env)
    UserFactory(email=STAFF)
    assert has_sample_data(env)
