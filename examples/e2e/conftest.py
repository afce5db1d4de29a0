"""The demo, the browser at two widths, and the people in front of it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from demo.content import INSTRUCTORS, STAFF
from examples.e2e import demo
from examples.e2e.desk import WIDE, sign_in_to_admin
from examples.e2e.people import sign_in_quickly, sign_up_quickly
from examples.e2e.watch import Watch

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # root may not use it, and only our own pages are opened
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1400, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
PICTURES = Path(__file__).parent / "pictures"
expect.set_options(timeout=15_000)  # milliseconds; two cores may be busy


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", action="store_true", help=f"write a picture of each page to {PICTURES}"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the demo unless $E2E_PORT names one: the processes of pytest-xdist use that of their parent."""
    if "E2E_PORT" in os.environ or config.option.collectonly or config.option.help:
        return
    if not CHROMIUM:
        raise pytest.UsageError("Chromium is missing. Debian: apt-get install chromium")
    folder = tempfile.TemporaryDirectory(prefix="e2e-")
    system = demo.start(Path(folder.name))

    def stop() -> None:
        system.stop()
        folder.cleanup()

    config.add_cleanup(stop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Keep a picture of the page on which a test failed."""
    report = yield
    page: Any = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page and not page.is_closed():
        page.screenshot(path=PICTURES / "failures" / f"{item.name}.png")
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """The name of the width that the test runs at; each test runs at both."""
    return str(request.param)


@pytest.fixture
def context(browser: Browser, size: str) -> Iterator[BrowserContext]:
    """The browser of one person, which forgets everything after the test."""
    context = browser.new_context(
        base_url=demo.url(4), locale="en-GB", reduced_motion="reduce", **SIZES[size]
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture(autouse=True)
def watch(context: BrowserContext) -> Iterator[Watch]:
    """What the pages do unexpectedly; anything that is left at the end fails the test."""
    watch = Watch(context)
    yield watch
    found = watch.unexpected()
    assert not found, "\n".join(found)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the shop in front of a visitor."""
    return context.new_page()


@pytest.fixture
def student(context: BrowserContext) -> str:
    """The e-mail address of a new student, who is signed in."""
    return sign_up_quickly(context, "Tess Tester")


@pytest.fixture
def instructor(context: BrowserContext) -> str:
    """The e-mail address of an instructor of the sample data, who is signed in."""
    return sign_in_quickly(context, [*INSTRUCTORS][-1])


@pytest.fixture(scope="session")
def cookies(browser: Browser) -> Callable[[str], Any]:
    """Sign somebody in, once in all: a person may do so five times a minute."""

    @cache
    def cookies_of(email: str) -> Any:
        context = browser.new_context()
        sign_in_quickly(context, email)
        found = context.cookies()
        context.close()
        return found

    return cookies_of


@pytest.fixture(scope="session")
def staff_cookies(browser: Browser) -> Any:
    """The session of a member of staff who may do everything, signed in to the admin once in all."""
    context = browser.new_context()
    sign_in_to_admin(context.new_page(), STAFF)
    found = context.cookies()
    context.close()
    return found


@pytest.fixture
def staff(context: BrowserContext, staff_cookies: Any) -> str:
    """The e-mail address of a member of staff who may do everything and is signed in to the admin."""
    context.add_init_script(WIDE)
    context.add_cookies(staff_cookies)
    return STAFF
