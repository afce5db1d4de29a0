"""An operator's Sentry and OpenTelemetry get ids and routes, and nothing that is personal."""

import gzip
import os
import subprocess
import sys
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured

from lms import tracing

ROOT = Path(__file__).resolve().parents[2]
# Reports show lines of the source, so what is secret must not stand in it.
REQUESTS = """
import os
PERSON, SECRET = os.environ["PERSON"], os.environ["SECRET"]
import django; django.setup()
from django.test import Client
from django.urls import path
from types import SimpleNamespace
from lms import urls

def broken(request, id):
    secret = SECRET
    raise ValueError("no such person: " + PERSON)

urls.urlpatterns.insert(0, path("broken/<id>", broken))
client = Client(raise_request_exception=False)
headers = {"X-Request-ID": "traced-1", "Cookie": "access=" + SECRET, "Authorization": SECRET}
assert client.get("/nothing?email=" + PERSON, headers=headers).status_code == 404
broke = client.post("/broken/7?q=" + PERSON, {"card": SECRET}, headers=headers)
assert broke.status_code == 500
assert client.get("/health/live", HTTP_HOST="odd host").status_code == 200
import sentry_sdk
from opentelemetry import trace
sentry_sdk.flush()
trace.get_tracer_provider().force_flush()
"""


@pytest.fixture
def collector():
    """Keep what is posted to a server of this process: `.received` maps each path to its bodies."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unzip = {"gzip": gzip.decompress, "deflate": zlib.decompress}
            body = unzip.get(self.headers.get("Content-Encoding", ""), lambda data: data)(body)
            received.setdefault(self.path.rstrip("/"), []).append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    received: dict[str, list[bytes]] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received = received
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_reports_and_traces_hold_ids_and_nothing_personal(collector):
    at = f"127.0.0.1:{collector.server_address[1]}"
    env = os.environ | {
        "SENTRY_DSN": f"http://key@{at}/1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{at}",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": "mongodb://127.0.0.1:1",
        "PERSON": "kim@shop.example",
        "SECRET": "hunter22",
    }
    command = [sys.executable, "-W", "ignore", "-c", REQUESTS]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    reports = b"".join(collector.received["/api/1/envelope"]).decode(errors="replace")
    traces = b"".join(collector.received["/v1/traces"]).decode(errors="replace")
    assert "ValueError" in reports
    assert '"request_id":"traced-1"' in reports.replace(" ", "")
    assert "no such person: [address]" in reports
    assert "POST broken/<id>" in traces
    assert "traced-1" in traces
    for secret in ("shop.example", "hunter22"):
        assert secret not in reports + traces


def test_a_variable_without_its_package_is_refused_in_a_sentence(settings, monkeypatch):
    settings.SENTRY_DSN = "https://key@sentry.example/1"
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN is set, but sentry_sdk is not"):
        tracing.start()
