"""What a page asks of the API, and what it must not do: throw, write an error to the console, or get a refusal that the test
does not expect.
"""

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

LEFT = "net::ERR_ABORTED"
"""A request that was given up: the page was left, or the next letter of a search was typed."""
REFUSED = "Failed to load resource"
"""The console's copy of a refusal, which `responses` hold too, with more detail."""


class Watch:
    """The unexpected events of every page of a browser."""

    def __init__(self, context: BrowserContext) -> None:
        self._expected: list[tuple[int, str]] = []
        self._refusals: list[tuple[int, str]] = []
        self.problems: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._failure)
        context.on("response", self._response)

    def expect(self, status: int, path: str) -> None:
        """Allow refusals with a status whose URL holds `path`; 0 is no answer at all."""
        self._expected.append((status, path))

    def unexpected(self) -> list[str]:
        """List what went wrong unexpectedly."""
        refusals = [
            f"{status} {url}"
            for status, url in self._refusals
            if not any(status == each and path in url for each, path in self._expected)
        ]
        return self.problems + refusals

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and REFUSED not in message.text:
            self.problems.append(f"console: {message.text} at {message.location}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"page: {error.error.stack or error.error}")

    def _failure(self, request: Request) -> None:
        if request.failure != LEFT:
            self._refusals.append((0, f"{request.url} {request.failure}"))

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._refusals.append((response.status, f"{response.url} ({response.request.method})"))


class Calls:
    """The calls of the API that a page makes, such as "GET /courses": `made` grows."""

    def __init__(self, page: Page) -> None:
        self.made: list[str] = []
        page.on("request", self._request)

    def _request(self, request: Request) -> None:
        _, found, path = request.url.partition("/api/v1")
        if found:
            self.made.append(f"{request.method} {path.partition('?')[0]}")
