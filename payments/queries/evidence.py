"""Evidence for a disputed payment, from what we hold: the purchase, the sign-ins, and what was watched.

Banks read it, so it is in English whatever the reader's language. https://docs.stripe.com/disputes/evidence
"""

from datetime import datetime

from django.conf import settings

from accounts.models import LoginSession
from certificates.models import Certificate
from courses.models import Course, Lecture
from learning.models import Enrollment
from learning.queries.enrollments import consumed_percentage
from lms import currencies
from media.models import PlaybackGrant
from payments.fulfilment.references import find_gone
from payments.models import Dispute, Order

MAX_TEXT = 20_000
"""Characters of one text. https://docs.stripe.com/api/disputes/object"""

MAX_EVIDENCE = 150_000
"""Characters of all texts together."""

MAX_SIGN_INS, MAX_PLAYBACKS = 50, 300
UNKNOWN = "unknown"


def prepare_evidence(dispute: Dispute) -> dict[str, str]:
    """Return texts by Stripe's names of evidence, without those of which nothing is known."""
    order: Order = dispute.order
    if find_gone(order):  # the person was erased, or the course is gone: the sale alone is known
        return {"uncategorized_text": _describe_purchase(order)}
    sign_ins = _list_sign_ins(order)
    enrollment = Enrollment.objects.filter(user=order.user_id, course=order.course_id).first()
    texts = {
        "customer_name": order.user.name,
        "customer_email_address": order.user.email,
        "customer_purchase_ip": _find_ip(order, sign_ins),
        "product_description": _describe_product(order.course),
        "service_date": _format(enrollment.enrolled_at) if enrollment else "",
        "access_activity_log": _describe_access(order, enrollment, sign_ins),
        "refund_policy_disclosure": _describe_policy(),
        "refund_refusal_explanation": _describe_use(order),
        "uncategorized_text": _describe_purchase(order),
    }
    return {name: text[:MAX_TEXT] for name, text in texts.items() if text}


def describe_receipt(order: Order) -> list[str]:
    """Return the lines of the receipt; an erased person, or a course that is gone, is not named."""
    named = [] if find_gone(order) else [f"Course: {order.course.title}", f"Customer: {order.user}"]
    return [settings.SITE_NAME, *named, *_describe_purchase(order).splitlines()]


def _describe_purchase(order: Order) -> str:
    """Return the receipt as text."""
    lines = [
        f"Receipt of order {order.pk}",
        f"Ordered: {_format(order.created_at)}",
        f"Paid: {_format(order.paid_at) if order.paid_at else UNKNOWN}",
        f"List price: {currencies.display(order.list_amount, order.currency)}",
        f"Discount: {currencies.display(order.discount_amount, order.currency)}",
        f"Tax: {currencies.display(order.tax_amount, order.currency)}",
        f"Total: {currencies.display(order.total_amount, order.currency)}",
        f"Refunded: {currencies.display(order.refunded_amount, order.currency)}",
        f"Stripe's receipt: {order.receipt_url}" if order.receipt_url else "",
        "A receipt was sent to the customer by e-mail when the payment arrived.",
    ]
    return "\n".join(filter(None, lines))


def _describe_product(course: Course) -> str:
    lines = [
        f"“{course.title}”, an online course by {course.instructor.name} on {settings.SITE_NAME}.",
        course.subtitle,
        f"{course.lecture_count} lectures, {course.duration_seconds // 60} minutes of video.",
        "It is delivered at once and online: the customer has access from the moment of the payment.",
    ]
    return "\n".join(filter(None, lines))


def _describe_policy() -> str:
    return (
        f"Customers have a full refund on request within {settings.REFUND_DAYS} days of the payment, as long as they have used "
        f"less than {settings.REFUND_PROGRESS_PERCENT} % of the course and have no certificate of it. They ask for it on the "
        "page of their order."
    )


def _describe_use(order: Order) -> str:
    used = consumed_percentage(order.user_id, order.course_id)
    asked = "" if order.refunded_amount else " The order was not refunded before the dispute."
    return f"The customer has used {used} % of the course.{asked}"


def _describe_access(
    order: Order, enrollment: Enrollment | None, sign_ins: list[LoginSession]
) -> str:
    """Return what the person did, the newest lines first; the oldest are cut where it is too long for Stripe."""
    devices = {str(each.pk): each for each in sign_ins}
    lines = [
        *_describe_progress(enrollment),
        *_describe_certificate(order),
        "",
        "Videos played (UTC):",
        *(_describe_playback(each, title, devices) for each, title in _list_playbacks(order)),
        "",
        "Signed in (UTC):",
        *(
            f"{_format(each.created_at)}, last used {_format(each.last_used_at)}, IP {each.ip or UNKNOWN}, {each.user_agent}"
            for each in sign_ins
        ),
    ]
    kept, length = [], 0
    for line in lines:
        length += len(line) + 1
        if length > MAX_TEXT:
            break
        kept.append(line)
    return "\n".join(kept)


def _describe_progress(enrollment: Enrollment | None) -> list[str]:
    if enrollment is None:
        return []
    return [
        f"Access since: {_format(enrollment.enrolled_at)}",
        f"Lectures completed: {len(enrollment.completed_lectures)}",
        f"Lectures opened or completed at any time: {len(enrollment.consumed_lectures)}",
        f"Last activity: {_format(enrollment.last_activity_at)}",
        *(
            [f"Course completed: {_format(enrollment.completed_at)}"]
            if enrollment.completed_at
            else []
        ),
    ]


def _describe_certificate(order: Order) -> list[str]:
    certificate = Certificate.objects.filter(user=order.user_id, course=order.course_id).first()
    if certificate is None:
        return []
    return [f"Certificate issued: {_format(certificate.issued_at)}, code {certificate.code}"]


def _describe_playback(
    playback: PlaybackGrant, title: str, devices: dict[str, LoginSession]
) -> str:
    device = devices.get(playback.device)
    ip = f", IP {device.ip}" if device and device.ip else ""
    return f"{_format(playback.created_at)} to {_format(playback.held_until)}: {title}{ip}"


def _list_playbacks(order: Order) -> list[tuple[PlaybackGrant, str]]:
    """Return the person's logged playbacks of the course's lectures with their titles, newest first."""
    titles = dict(Lecture.objects.filter(course=order.course_id).values_list("pk", "title"))
    newest = PlaybackGrant.objects.filter(user=order.user_id).order_by("-held_until")
    return [
        (each, titles[each.lecture]) for each in newest[:MAX_PLAYBACKS] if each.lecture in titles
    ]


def _list_sign_ins(order: Order) -> list[LoginSession]:
    sessions = LoginSession.objects.filter(user=order.user_id)
    return list(sessions.order_by("-created_at", "-pk")[:MAX_SIGN_INS])


def _find_ip(order: Order, sign_ins: list[LoginSession]) -> str:
    """Return the address of the last sign-in before the purchase, empty if it is not known any more."""
    before = (each.ip for each in sign_ins if each.created_at <= order.created_at)
    return next(before, None) or ""


def _format(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
