import pytest

from accounts.tests.clients import Browser


@pytest.fixture
def browser():
    """A browser that nobody has signed in with."""
    return Browser()


@pytest.fixture
def browser_of():
    """Give a browser that the user is signed in with."""
    return lambda user: Browser().sign_in(user)
