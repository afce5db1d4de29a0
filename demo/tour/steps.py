"""The steps of the tour, in order."""

import time
from collections.abc import Callable

from demo.tour import authoring, buying, learning, people
from demo.tour.journey import Journey

STEPS: tuple[Callable[[Journey], str], ...] = (
    people.sign_up_instructor,
    authoring.create_course,
    authoring.upload_through_the_api,
    authoring.upload_directly,
    authoring.wait_for_videos,
    authoring.write_lectures,
    authoring.publish,
    people.sign_up_student,
    buying.browse,
    buying.check_out,
    buying.pay,
    buying.be_enrolled,
    learning.watch,
    learning.progress,
    learning.review,
    learning.certificate,
    people.sign_out,
)


def take(journey: Journey, report: Callable[[str], object] = print) -> None:
    """Take every step and report a line for each; raise `Failed` at the first wrong answer."""
    begun = time.monotonic()
    for step in STEPS:
        start = time.monotonic()
        result = step(journey)
        name = step.__name__.replace("_", " ")
        report(f"{name:<22} {(time.monotonic() - start) * 1000:>7.0f} ms  {result}")
    report(f"{len(STEPS)} steps in {time.monotonic() - begun:.1f} s")
