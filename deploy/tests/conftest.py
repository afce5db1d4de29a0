"""MongoDB, the sandbox, two API processes and nginx, once for all tests; and clients of the proxy."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.processes import ROOT
from deploy.tests.running import HOST, NGINX, Api, Nginx
from sandbox import server
from sandbox.mongo import lease

PASSWORD = "correct horse battery"
LIMITS = ("SIGNIN", "SIGNIN_EMAIL", "SIGNUP", "UPLOADS", "USER", "ANON")


@pytest.fixture(scope="session")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the environment of the API behind a proxy, with a migrated database."""
    sandbox = server.start_in_thread()
    values = os.environ | {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": lease.temporary(),
        "DATA": str(tmp_path_factory.mktemp("data")),
        "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
        "SITE_URL": f"https://{HOST}",
        "CLOUDINARY_API_BASE": sandbox.url,
        "STRIPE_API_BASE": sandbox.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sandbox.smtp_port),
        "LOG_LEVEL": "WARNING",
        "BEHIND_PROXY": "1",
        "NUM_PROXIES": "1",
        "SECURE_SSL_REDIRECT": "1",
        **{f"THROTTLE_{name}": "1000000/min" for name in LIMITS},
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=values, cwd=ROOT, check=True, capture_output=True)
    yield values
    sandbox.stop()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that nginx's worker, which is another user, may read."""
    path = tmp_path_factory.mktemp("proxy")
    for each in (path, *path.parents[:-2]):
        each.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def apis(env: dict[str, str], folder: Path) -> Iterator[list[Api]]:
    started = [Api(env, folder), Api(env, folder)]
    for api in started:
        api.wait()
    yield started
    for api in started:
        api.part.stop()


@pytest.fixture(scope="session")
def proxy(apis: list[Api], folder: Path) -> Iterator[Nginx]:
    if not NGINX:
        raise pytest.UsageError("nginx is missing. Debian: apt-get install nginx")
    nginx = Nginx(folder / "nginx", [api.port for api in apis])
    yield nginx
    nginx.part.stop()


@pytest.fixture(scope="session")
def client_from(proxy: Nginx) -> Iterator[Callable[..., httpx.Client]]:
    """Return a function that makes a client of the proxy at an address of loopback."""
    clients = []

    def make(address: str = "127.0.0.1", **options: Any) -> httpx.Client:
        transport = httpx.HTTPTransport(verify=False, local_address=address)
        headers = {"Host": HOST} | options.pop("headers", {})
        client = httpx.Client(
            base_url=proxy.url, transport=transport, headers=headers, timeout=20, **options
        )
        # The name in the handshake, without which the proxy refuses it.
        client.event_hooks = {"request": [lambda sent: sent.extensions.update(sni_hostname=HOST)]}
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="session")
def client(client_from: Callable[..., httpx.Client]) -> httpx.Client:
    return client_from()


@pytest.fixture(scope="session")
def instructor(client_from: Callable[..., httpx.Client], client: httpx.Client) -> httpx.Client:
    """Return a client of somebody who may upload."""
    person = {"name": "Ina", "email": "ina@example.test", "password": PASSWORD}
    client.post("/api/v1/auth/signup", json=person).raise_for_status()
    client.cookies.clear()
    tokens = client.post("/api/v1/auth/token", json=person).raise_for_status().json()
    signed_in = client_from(headers={"Authorization": f"Bearer {tokens['access']}"})
    signed_in.post("/api/v1/users/me/instructor").raise_for_status()
    return signed_in
