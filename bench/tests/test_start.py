"""The start of the API, once; `python -m bench.start` takes the quickest of several."""

from bench import start


def test_a_start_is_measured_until_the_api_answers():
    seconds = start.measure(runs=1)
    assert 0 < seconds.live < seconds.api
    assert seconds.cpu > 0
