"""The values that stand in examples for those of one run: ids, times, addresses, and everything secret."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from demo.tour.journey import Journey

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
"""When every run begins, in the examples."""
ROUNDED = 5 * 60
"""In seconds: how far apart two times are in the examples, at least; no run takes half as long."""
MAX_OBJECTS, MAX_VALUES = 2, 5
"""How much is kept of a list."""

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzYW1wbGUifQ.c2lnbmF0dXJl"
HEX = "0123456789abcdef" * 4
SECRETS = (
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", TOKEN),
    (r"\b[0-9A-Z]{5}(-[0-9A-Z]{5}){4}\b", "7QK2M-4XW9P-B3T6R-H8N5C-J1V0D"),  # certificate
    (r"\b[2-7A-Z]{4}(-[2-7A-Z]{4}){3}\b", "MZXW-6YTB-OI7V-GQ2T"),  # recovery code
    (r"\b[2-7A-Z]{32}\b", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),  # secret of the second factor
    (
        r"^data:image/svg\+xml.*",
        "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E",
    ),
    (r"^[0-9A-Za-z]{64}$", "kX2v" * 16),  # CSRF token
    (r"^[\w-]{43}$", "q7Zt3xGk0mWc" * 3 + "q7Zt3xG"),  # token of a mail
    (r"^\d{6}$", "492039"),  # code of the second factor
    (r"\bs--([\w-]{8}|[\w-]{32})--", "s--SIGNATURE--"),
    (r"\b(acct|ch|cs_test|cus|evt|in|pi|pm|re|txn)_\w{10,}", r"\1_sample"),
)
TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(\.\d+)?")
TIMESTAMP = re.compile(r"(?<!\d)1[789]\d{8}(?!\d)")
MONTH = re.compile(r"^20\d\d-\d\d$")
ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
LONG_HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{32,64}(?![0-9a-f])")


class Samples:
    """The samples of one run; the same id has the same sample everywhere."""

    def __init__(self, journey: Journey) -> None:
        self._begun = journey.begun
        self._ids: dict[str, str] = {}
        self._places: Counter[str] = Counter()
        sandbox = re.escape(str(journey.sandbox.base_url).rstrip("/"))
        self._words = [
            (re.compile(pattern, re.IGNORECASE), sample)
            for pattern, sample in (
                (rf"[ -]?{journey.run}", ""),
                (r"(@|%40)tour\.test", r"\1example.com"),
                (re.escape(journey.api), "https://api.example.com"),
                (r"http://localhost:\d+", "https://shop.example.com"),
                (rf"{sandbox}/c/pay", "https://checkout.stripe.com/c/pay"),
                (rf"{sandbox}/v1_1/sandbox", "https://api.cloudinary.com/v1_1/example"),
                (rf"{sandbox}/sandbox", "https://res.cloudinary.com/example"),
                (sandbox, "https://pay.stripe.com"),
                (r"\b127\.0\.0\.1\b", "203.0.113.7"),
            )
        ]
        self._secrets = [(re.compile(pattern), sample) for pattern, sample in SECRETS]

    def of(self, value: Any, place: str) -> Any:
        """Return the sample of a JSON value. `place` is where it stands: a new id gets its sample by it."""
        match value:
            case dict():
                return {key: self.of(each, f"{place} {key}") for key, each in value.items()}
            case list():
                return self._of_list(value, place)
            case str():
                return self._of_text(value, place)
            case int() if TIMESTAMP.fullmatch(str(value)):
                return self._timestamp(value)
        return value

    def _of_list(self, values: list[Any], place: str) -> list[Any]:
        if all(isinstance(each, str) for each in values):
            # Different secrets have the same sample: it is kept once.
            samples = dict.fromkeys(self._of_text(each, place) for each in values)
            return list(samples)[:MAX_VALUES]
        has_objects = any(isinstance(each, dict | list) for each in values)
        short = values[: MAX_OBJECTS if has_objects else MAX_VALUES]
        return [self.of(each, place) for each in short]

    def _of_text(self, text: str, place: str) -> str:
        for pattern, sample in (*self._words, *self._secrets):
            text = pattern.sub(sample, text)
        text = TIME.sub(self._time, text)
        text = MONTH.sub(f"{NOW:%Y-%m}", text)
        text = TIMESTAMP.sub(lambda found: str(self._timestamp(int(found[0]))), text)
        text = ID.sub(lambda found: self._id(found[0], place), text)
        return LONG_HEX.sub(lambda found: HEX[: len(found[0])], text)

    def _id(self, id: str, place: str) -> str:
        if id not in self._ids:
            self._places[place] += 1
            named = f"{place} {self._places[place]}".encode()
            self._ids[id] = sha256(named).hexdigest()[:24]
        return self._ids[id]

    def _time(self, found: re.Match[str]) -> str:
        time = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        sample = f"{self._sample(time):%Y-%m-%dT%H:%M:%S}"
        return sample + re.sub(r"\d", "0", found[2] or "")

    def _timestamp(self, seconds: int) -> int:
        return int(self._sample(datetime.fromtimestamp(seconds, UTC)).timestamp())

    def _sample(self, time: datetime) -> datetime:
        """Return a time as far from the start of the samples as it is from that of the run, rounded."""
        steps = round((time - self._begun).total_seconds() / ROUNDED)
        return NOW + timedelta(seconds=steps * ROUNDED)
