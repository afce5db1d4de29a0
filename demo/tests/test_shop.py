"""The example shop's server: files, the pages of its router, and the API's second address."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from demo.processes import ROOT, Part, free_port
from sandbox.loopback import listen_on_ipv6

HAS_IPV6 = [each.close() for each in listen_on_ipv6(0)] != []


class Api(BaseHTTPRequestHandler):
    """An API that answers with the length of what it is sent."""

    def do_POST(self) -> None:
        length = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(length).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def api_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def shop_port(api_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "secret.txt").write_text("secret")
    pages = folder / "pages"
    (pages / "components").mkdir(parents=True)
    (pages / "index.html").write_text("<h1>Shop</h1>")
    (pages / "components" / "card.js").write_text("export const card = 1;")
    (pages / "style.css").write_text("body { margin: 0 }")
    port = free_port()
    command = [sys.executable, "-m", "demo.shop", "--port", str(port), "--api", str(api_port)]
    part = Part("the shop", [*command, "--pages", str(pages)], {}, folder / "shop.log")
    part.wait_until_ready(f"http://127.0.0.1:{port}/")
    yield port
    part.stop()


def answer(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """Return the status and the text of a path, sent exactly as it is written."""
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        text = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    return int(text.split()[1]), text.partition("\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/components/card.js", "javascript"), ("/style.css", "text/css"), ("/", "text/html")],
)
def test_files_have_the_type_that_browsers_ask_for_and_are_never_stale(
    shop_port: int, path: str, kind: str
) -> None:
    headers = httpx.get(f"http://127.0.0.1:{shop_port}{path}").headers
    assert kind in headers["Content-Type"]
    assert headers["Cache-Control"] == "no-cache"


def test_a_browser_that_has_a_file_is_not_sent_it_again(shop_port: int) -> None:
    url = f"http://127.0.0.1:{shop_port}/style.css"
    again = httpx.get(url, headers={"If-None-Match": httpx.get(url).headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/", "/courses/python", "/verify-email?token=a.b", "/components"])
def test_a_path_of_the_router_gets_the_page(shop_port: int, path: str) -> None:
    assert answer(shop_port, path) == (200, "<h1>Shop</h1>")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/components/../../secret.txt",
        "//../secret.txt",
        "/%00",
    ],
)
def test_nothing_outside_of_the_folder_is_served(shop_port: int, path: str) -> None:
    assert "secret" not in answer(shop_port, path)[1]


def test_what_is_no_file_is_refused(shop_port: int) -> None:
    assert answer(shop_port, "/%00")[0] == 404
    assert httpx.post(f"http://127.0.0.1:{shop_port}/").status_code == 405


@pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6")
def test_shop_and_api_answer_at_the_ipv6_address_of_localhost(
    shop_port: int, api_port: int
) -> None:
    assert answer(shop_port, "/", "::1") == (200, "<h1>Shop</h1>")
    body = b"x" * 3_000_000
    assert httpx.post(f"http://[::1]:{api_port}/", content=body).text == "3000000"


def test_the_server_ends_at_a_taken_port(shop_port: int) -> None:
    command = [sys.executable, "-m", "demo.shop", "--port", str(shop_port), "--api", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Address already in use" in done.stderr
    assert done.returncode
