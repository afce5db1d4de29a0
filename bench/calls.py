"""Requests to the API: to its WSGI application in this process, or over HTTP."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection
from io import BytesIO
from threading import local
from typing import Any, Self
from wsgiref.util import setup_testing_defaults

import httpx

from demo.content import INSTRUCTOR, PASSWORD, STUDENT

type Application = Callable[..., Any]


class Refused(Exception):
    """The API answered an error; the message names the request and the error."""


@dataclass
class Client:
    """A person who calls the API; without a token, a visitor."""

    token: str = field(default="", kw_only=True)
    refresh: str = field(default="", kw_only=True)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of the answer; raise `Refused` if it is an error."""
        status, content = self.send(method, f"/api/v1/{path}", body)
        if status >= 400:
            raise Refused(f"{method} {path}: {status} {content[:500]!r}")
        return json.loads(content) if content else None

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        raise NotImplementedError

    def renew(self) -> None:
        """Exchange the refresh token for a new pair, as a client does when the access token has expired."""
        visitor = replace(self, token="", refresh="")
        tokens = visitor("POST", "auth/refresh", {"refresh": self.refresh})
        self.token, self.refresh = tokens["access"], tokens["refresh"]

    def sign_in(self, email: str) -> Self:
        """Return a client that is signed in as one of the sample people."""
        tokens = self("POST", "auth/token", {"email": email, "password": PASSWORD})
        return replace(self, token=tokens["access"], refresh=tokens["refresh"])


@dataclass
class HTTPClient(Client):
    """A client over HTTP. Each thread has a connection of its own, which stays open until `close`."""

    host: str
    port: int
    own: local = field(default_factory=local)
    opened: list[HTTPConnection] = field(default_factory=list)

    def close(self) -> None:
        """Close the connections of all threads, those of people who signed in with this client too."""
        for connection in self.opened:
            connection.close()

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        if not hasattr(self.own, "connection"):
            self.own.connection = HTTPConnection(self.host, self.port, timeout=60)
            self.opened.append(self.own.connection)
        connection: HTTPConnection = self.own.connection
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        content = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
        except ConnectionError:  # the server has closed what was not used for a while
            connection.close()
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
        return answer.status, answer.read()


@dataclass
class WSGIClient(Client):
    """A client of the application in this process."""

    application: Application

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        statuses: list[str] = []
        answer = self.application(
            self.environ(method, path, body), lambda status, headers, *_: statuses.append(status)
        )
        content = b"".join(answer)
        answer.close()
        return int(statuses[0].split()[0]), content

    def environ(self, method: str, path: str, body: Any) -> dict[str, Any]:
        """Return the WSGI environment of a request."""
        path, _, query = path.partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": BytesIO(content),
        }
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        setup_testing_defaults(environ)
        return environ


def find_video(student: Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a course that a person studies, and a video of it that is open to them."""
    for enrollment in student("GET", "enrollments")["results"]:
        course = enrollment["course"]
        for section in student("GET", f"courses/{course['id']}/lectures")["sections"]:
            for lecture in section["lectures"]:
                if lecture["kind"] == "video" and not lecture["locked"]:
                    return course, lecture
    raise Refused("The sample student studies no course with a video.")


def repeatable(visitor: Client) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the requests that cost the same each time: a name, and a function that sends one."""
    student, teacher = visitor.sign_in(STUDENT), visitor.sign_in(INSTRUCTOR)
    course, lecture = find_video(student)
    category, instructor = course["category"]["slug"], course["instructor"]["id"]
    for person, path, name in [
        (visitor, "courses", "courses"),
        (visitor, f"courses?category={category}&ordering=-rating", "courses?category&ordering"),
        (visitor, "courses?search=first", "courses?search"),
        (visitor, "courses/facets", "courses/facets"),
        (visitor, "courses/facets?search=first", "courses/facets?search"),
        (visitor, "courses/suggestions?q=first", "courses/suggestions?q"),
        (visitor, f"courses/{course['slug']}", "courses/{slug}"),
        (visitor, f"courses/{course['id']}/related", "courses/{id}/related"),
        (visitor, f"courses/{course['id']}/reviews", "courses/{id}/reviews"),
        (visitor, "categories", "categories"),
        (visitor, f"instructors/{instructor}", "instructors/{id}"),
        (student, "users/me", "users/me"),
        (student, "enrollments", "enrollments"),
        (student, f"courses/{course['slug']}", "courses/{slug}, signed in"),
        (student, f"courses/{course['id']}/access", "courses/{id}/access"),
        (student, f"courses/{course['id']}/lectures", "courses/{id}/lectures"),
        (student, f"lectures/{lecture['id']}", "lectures/{id}"),
        (student, f"courses/{course['id']}/progress", "courses/{id}/progress"),
        (student, f"courses/{course['id']}/purchase", "courses/{id}/purchase"),
        (student, "certificates", "certificates"),
        (student, "payments/orders", "payments/orders"),
        (student, "auth/sessions", "auth/sessions"),
        (teacher, "courses/mine", "courses/mine"),
        (teacher, "media/assets", "media/assets"),
    ]:
        yield f"GET {name}", partial(person, "GET", path)
    yield "POST auth/refresh", student.renew
    playback = f"lectures/{lecture['id']}/playback"
    yield "POST lectures/{id}/playback", lambda: student("POST", playback)
    progress = f"courses/{course['id']}/progress/lectures/{lecture['id']}"
    seconds = iter(range(10**9))
    yield (
        "PATCH courses/{id}/progress/lectures/{id}",
        lambda: student("PATCH", progress, {"position_seconds": next(seconds) % 600}),
    )


def journey(visitor: Client, sent: list[str]) -> Iterator[tuple[str, Counter[str]]]:
    """Do what a person does once: sign up, enroll, buy, complete; yield the commands of each step.

    `sent` is the list to which every command is appended.
    """

    def post(name: str, client: Client, path: str, body: Any = None) -> Any:
        sent.clear()
        answer = client("POST", path, body)
        costs.append((f"POST {name}", Counter(sent)))
        return answer

    costs: list[tuple[str, Counter[str]]] = []
    person = {"name": "Nora New", "email": "nora@demo.test", "password": PASSWORD}
    post("auth/signup", visitor, "auth/signup", person)
    tokens = post("auth/token", visitor, "auth/token", person)
    student = replace(visitor, token=tokens["access"])
    cards = visitor("GET", "courses?ordering=price")["results"]
    free, course = cards[0]["id"], cards[-1]["id"]
    post("courses/{id}/enroll, free", student, f"courses/{free}/enroll")
    bought = post("payments/checkout", student, "payments/checkout", {"course": course})
    httpx.post(bought["checkout_url"], data={"action": "pay"}, timeout=30)
    sync = f"payments/orders/{bought['order']['id']}/sync"
    post("payments/orders/{id}/sync, just paid", student, sync)
    post("payments/orders/{id}/sync, once more", student, sync)
    post("courses/{id}/progress/complete", student, f"courses/{course}/progress/complete")
    yield from costs
