import os
import sys

import pytest

from demo.processes import Failed, Part, free_port


def test_a_part_that_ends_says_what_it_wrote(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('the port is taken')"]
    part = Part("the part", command, os.environ, tmp_path / "part.log")
    with pytest.raises(Failed, match=r"the part did not start; see .*part\.log, .*: the port is"):
        part.wait_until_ready("http://127.0.0.1:1/")


def test_a_free_port_is_none_that_systems_take_for_outgoing_connections():
    assert all(20000 <= free_port() < 32768 for _ in range(20))
