"""What an upload costs a real server, in short; `python -m bench.uploads` measures larger ones."""

import pytest

from bench import uploads
from bench.uploads import MEGABYTE


@pytest.fixture(scope="module")
def running():
    with (
        uploads.api(MAX_VIDEO_BYTES=str(70 * MEGABYTE)) as (url, worker),
        uploads.instructor(url) as client,
    ):
        yield client, worker


def test_a_large_video_costs_no_memory(running, tmp_path):
    client, worker = running
    small, large = tmp_path / "small.mp4", tmp_path / "large.mp4"
    uploads.write_video(small, MEGABYTE // 2)
    uploads.write_video(large, 64 * MEGABYTE)
    uploads.send(client, small).raise_for_status()
    assert uploads.measure_one(client, worker, large).cost < uploads.MAX_COST


def test_a_video_over_the_limit_is_refused_while_it_is_being_sent(running, tmp_path):
    client, worker = running
    video = tmp_path / "too-large.mp4"
    uploads.write_video(video, 120 * MEGABYTE)
    uploads.forget_peak(worker)
    idle = uploads.memory(worker, "VmRSS")
    answer = uploads.send(client, video)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "payload_too_large"
    assert uploads.memory(worker, "VmHWM") - idle < uploads.MAX_COST
