"""One server in memory and one on a file for all tests, because each takes a second to start."""

from collections.abc import Iterator

import pymongo
import pytest
from pymongo.database import Database

from sandbox.mongo.tests.process import server

# So long that a test which waits for the end of a transaction shows another reason than its age.
PATIENT = ("--transaction-seconds", "600")


@pytest.fixture(scope="session")
def uri_of_memory() -> Iterator[str]:
    with server("--memory", *PATIENT) as (uri, _):
        yield uri


@pytest.fixture(scope="session")
def uri_of_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server("--data", str(tmp_path_factory.mktemp("data")), *PATIENT) as (uri, _):
        yield uri


@pytest.fixture(params=["memory", "file"])
def uri(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"uri_of_{request.param}")


@pytest.fixture
def client(uri: str) -> Iterator[pymongo.MongoClient]:
    with pymongo.MongoClient(uri) as connected:
        yield connected


@pytest.fixture
def database(client: pymongo.MongoClient) -> Database:
    client.drop_database("test")
    return client.test
