"""A killed API process loses no read. The tests of this file stand last, because nothing answers after them."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest


@pytest.fixture
def reads(client_from):
    def read(number):
        """Return the statuses of 60 reads, and how many answers were cut off."""
        client, statuses, cut = client_from(f"127.0.0.{20 + number}"), [], 0
        while len(statuses) < 60 and cut <= 1:
            try:
                statuses.append(client.get("/api/v1/courses").status_code)
            except httpx.RemoteProtocolError:
                cut += 1
        return statuses, cut

    return read


def test_a_killed_api_process_loses_no_read(reads, apis):
    """The proxy asks the other process, unless the head of an answer was sent already: the client sees that it is cut off."""
    with ThreadPoolExecutor(6) as threads:
        readers = [threads.submit(reads, number) for number in range(6)]
        apis[0].kill()
        found = [reader.result() for reader in readers]
    assert [statuses for statuses, _ in found] == [[200] * 60] * 6
    # A reader has one request under way when the process is killed.
    assert all(cut <= 1 for _, cut in found)


def test_an_api_that_is_gone_is_an_error_in_the_form_of_the_api(client, apis):
    apis[1].kill()
    answer = client.get("/api/v1/courses")
    assert answer.status_code == 502
    assert answer.json()["type"] == "server_error"
    assert answer.json()["errors"][0]["code"] == "service_unavailable"
    assert answer.headers["Retry-After"] == "5"
