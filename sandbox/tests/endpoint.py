"""An HTTP server that receives webhooks and notifications."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import stripe


class Received(NamedTuple):
    """One received message."""

    path: str
    headers: dict[str, str]
    body: bytes


class Endpoint:
    """Receives webhooks and answers them with the status that ``answer`` returns."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[bytes], int] = lambda body: 200
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = endpoint.answer(body)
                endpoint.received.append(Received(self.path, dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *values: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def events(self) -> list[stripe.Event]:
        """Return the received events, with their signatures checked."""
        return [
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_sandbox")
            for _, headers, body in list(self.received)
        ]

    def types(self) -> list[str]:
        """Return the types of the received events, sorted: the order of arrival is not defined."""
        return sorted(event.type for event in self.events())

    def close(self) -> None:
        """Stop receiving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
