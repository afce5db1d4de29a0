"""The steps of the tour, in order."""

import time
from collections.abc import Callable

from demo.tour import (
    assignments,
    authoring,
    buying,
    learning,
    people,
    quizzes,
    security,
    selling,
    uploads,
    webhooks,
)
from demo.tour.journey import Journey

STEPS: tuple[Callable[[Journey], str], ...] = (
    people.sign_up_instructor,
    authoring.drop_a_draft,
    authoring.create_course,
    authoring.edit_course,
    uploads.upload_through_the_api,
    uploads.upload_directly,
    uploads.upload_papers,
    uploads.wait_for_videos,
    authoring.write_lectures,
    authoring.arrange_outline,
    authoring.publish,
    authoring.publish_a_free_course,
    selling.create_coupon,
    people.sign_up_student,
    people.edit_profile,
    buying.browse,
    buying.wish,
    buying.check_out,
    buying.pay,
    buying.be_enrolled,
    learning.watch,
    learning.progress,
    learning.take_notes,
    learning.review,
    learning.certificate,
    learning.take_a_free_course,
    quizzes.write_questions,
    quizzes.publish_an_exam,
    quizzes.take_a_quiz,
    quizzes.grade_attempts,
    assignments.hand_in_work,
    assignments.grade_work,
    assignments.read_the_gradebook,
    quizzes.lift_the_gates,
    buying.get_a_refund,
    webhooks.repeat_webhooks,
    selling.look_at_students,
    selling.count_earnings,
    security.use_two_devices,
    security.renew_tokens,
    security.protect_account,
    security.change_passwords,
    authoring.withdraw_the_free_course,
    people.export_and_erase,
    people.sign_out,
)


def take(journey: Journey, report: Callable[[str], object] = print) -> None:
    """Take every step and report a line for each; raise `Failed` at the first wrong answer."""
    begun = time.monotonic()
    for step in STEPS:
        start = time.monotonic()
        result = step(journey)
        name = step.__name__.replace("_", " ")
        report(f"{name:<24} {(time.monotonic() - start) * 1000:>7.0f} ms  {result}")
    report(f"{len(STEPS)} steps in {time.monotonic() - begun:.1f} s")
