"""A killed API process loses no read. The tests of this file stand last, because nothing answers after them."""

from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def reads(client_from):
    def read(number):
        client = client_from(f"127.0.0.{20 + number}")
        return [client.get("/api/v1/courses").status_code for _ in range(60)]

    return read


def test_a_killed_api_process_loses_no_read(reads, apis):
    with ThreadPoolExecutor(6) as threads:
        readers = [threads.submit(reads, number) for number in range(6)]
        apis[0].kill()
        statuses = [status for reader in readers for status in reader.result()]
    assert statuses == [200] * 360


def test_an_api_that_is_gone_is_an_error_in_the_form_of_the_api(client, apis):
    apis[1].kill()
    answer = client.get("/api/v1/courses")
    assert answer.status_code == 502
    assert answer.json()["type"] == "server_error"
    assert answer.json()["errors"][0]["code"] == "service_unavailable"
    assert answer.headers["Retry-After"] == "5"
