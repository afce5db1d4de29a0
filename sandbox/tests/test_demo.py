from pathlib import Path

from sandbox.demo.__main__ import environment


def test_a_single_page_app_that_is_being_written_may_sign_in(monkeypatch):
    monkeypatch.delenv("TRUSTED_ORIGINS", raising=False)
    origins = environment(9000, Path("var"))["TRUSTED_ORIGINS"].split(",")
    assert origins == ["http://127.0.0.1:9000", "http://localhost:5173"]
    monkeypatch.setenv("TRUSTED_ORIGINS", "http://localhost:3000")
    assert environment(9000, Path("var"))["TRUSTED_ORIGINS"] == "http://localhost:3000"
