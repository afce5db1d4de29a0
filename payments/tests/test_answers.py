"""Staff answer a dispute from what is known of the purchase; the bank gets one answer."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import LoginSession
from accounts.tests.factories import UserFactory
from courses.tests.factories import LectureFactory, SectionFactory
from learning.queries.enrollments import is_enrolled
from lms.models import AuditEntry
from media.services import playback
from media.tests.factories import AssetFactory
from payments.disputes import answer_dispute
from payments.exceptions import DisputeChanged, PaymentProviderUnavailable
from payments.models import Dispute, Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(shop, bought):
    """An open dispute of the student's order."""
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    assert set(shop.deliver_all()) == {200}
    return Dispute.objects.get()


def page(dispute, name="answer"):
    return f"/admin/payments/dispute/{dispute.pk}/{name}/"


def at_stripe(shop, dispute):
    return shop.retrieve(f"disputes/{dispute.stripe_dispute_id}")


def texts(answer):
    """Return the fields of the form as a browser would send them."""
    form = answer.context["form"]
    values = {each.name: each.value() for each in form if each.name != "confirmed"}
    return {name: "" if value is None else value for name, value in values.items()}


def messages_of(answer):
    return " ".join(str(each) for each in answer.context["messages"])


def test_an_answer_is_made_from_what_we_hold_saved_and_sent_once(
    office, shop, client_of, bought, dispute, student, course
):
    client_of(student)
    LoginSession.objects.update(ip="203.0.113.9", created_at=bought.created_at)
    lecture = LectureFactory(section=SectionFactory(course=course), title="The first knot")
    session = LoginSession.objects.latest("created_at")
    playback.start(AssetFactory(), user=student, lecture_id=lecture.pk, device=str(session.pk))
    [due] = Dispute.objects.open()
    details = at_stripe(shop, dispute)["evidence_details"]
    assert due.evidence_due_at.timestamp() == details["due_by"]

    body = texts(office.get(page(dispute)))
    assert body["customer_email_address"] == student.email
    assert body["customer_purchase_ip"] == "203.0.113.9"
    for name, words in {
        "access_activity_log": ("The first knot", "203.0.113.9", "Lectures completed: 0"),
        "uncategorized_text": (str(bought.pk), "49.99 USD"),
        "product_description": (course.title, course.instructor.name),
    }.items():
        assert all(word in body[name] for word in words), body[name]

    body["product_description"] = "A course about knots."
    answer = office.post(page(dispute), {**body, "save": ""}, follow=True)
    assert "not sent" in messages_of(answer)
    saved = at_stripe(shop, dispute)
    assert saved["evidence"]["product_description"] == "A course about knots."
    receipt = shop.retrieve(f"files/{saved['evidence']['receipt']}")
    assert (receipt["type"], receipt["purpose"]) == ("pdf", "dispute_evidence")
    assert office.get(page(dispute, "receipt")).content.startswith(b"%PDF-")
    dispute.refresh_from_db()
    assert (dispute.status, dispute.has_evidence, dispute.submission_count) == (
        "needs_response",
        True,
        0,
    )
    # A page made before that answer sends nothing, and nothing is sent without the confirmation.
    stale = office.post(page(dispute), {**body, "send": "", "confirmed": "on"})
    assert "changed in the meantime" in messages_of(stale)
    body = texts(office.get(page(dispute)))
    assert body["product_description"] == "A course about knots."
    assert "Confirm this" in office.post(page(dispute), {**body, "send": ""}).content.decode()
    emptied = office.post(page(dispute), {**body, "customer_name": "", "save": ""})
    assert "cannot empty it" in emptied.content.decode()
    assert at_stripe(shop, dispute)["status"] == "needs_response"

    sent = office.post(page(dispute), {**body, "send": "", "confirmed": "on"}, follow=True)
    assert "Sent to the bank" in messages_of(sent)
    dispute.refresh_from_db()
    assert (dispute.status, dispute.submission_count) == ("under_review", 1)
    assert not Dispute.objects.open().exists()
    again = office.post(page(dispute), {**body, "send": "", "confirmed": "on"}, follow=True)
    assert "takes no answer" in messages_of(again)
    assert at_stripe(shop, dispute)["evidence_details"]["submission_count"] == 1
    entries = AuditEntry.objects.filter(object_id=str(dispute.pk)).order_by("pk")
    assert [entry.action for entry in entries] == ["save_answer", "answer"]
    assert entries[1].after["status"] == "under_review"
    # All of Stripe's events, again and in their order, end at the same state; then the bank decides.
    assert set(shop.deliver_all()) == {200}
    assert Dispute.objects.get().status == "under_review"
    shop.control("disputes", payment_intent=bought.payment_intent_id, close="won")
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "paid"
    assert is_enrolled(student.pk, course.pk)


def test_an_answer_that_stripe_did_not_confirm_reaches_it_once(shop, dispute):
    def send():
        return answer_dispute(dispute, {"customer_name": "Sam"}, seen=0, submit=True)

    shop.fault("lose", count=3)
    with pytest.raises(PaymentProviderUnavailable):
        send()
    shop.fault()
    assert send().status == "under_review"
    path = f"/v1/disputes/{dispute.stripe_dispute_id}"
    assert len({each["headers"]["idempotency-key"] for each in shop.list_requests(path)}) == 1
    assert at_stripe(shop, dispute)["evidence_details"]["submission_count"] == 1
    with pytest.raises(DisputeChanged):
        send()


def test_what_stripe_refuses_is_said_on_the_page(office, shop, dispute):
    body = texts(office.get(page(dispute)))
    long = office.post(page(dispute), {**body, "product_description": "x" * 20_001, "save": ""})
    assert long.status_code == 200
    assert "20000" in long.content.decode()
    assert shop.list_requests(f"/v1/disputes/{dispute.stripe_dispute_id}") == []
    # Decided at Stripe, and no event has told us.
    shop.control("disputes", payment_intent=dispute.order.payment_intent_id, close="lost")
    answer = office.post(page(dispute), {**body, "save": ""})
    assert "decided" in messages_of(answer)
    assert Dispute.objects.get().status == "lost"


def test_staff_accept_a_dispute_with_a_reason(office, shop, dispute, student, course):
    form = office.get(page(dispute, "accept")).context["form"]
    body = {"seen": form["seen"].value()}
    assert "reason" in office.post(page(dispute, "accept"), body).context["form"].errors
    office.post(page(dispute, "accept"), {**body, "reason": "The card was stolen."})
    assert at_stripe(shop, dispute)["status"] == "lost"
    assert Order.objects.get().status == "charged_back"
    assert not is_enrolled(student.pk, course.pk)
    entry = AuditEntry.objects.get(object_id=str(dispute.pk))
    assert (entry.action, entry.reason) == ("accept", "The card was stolen.")


def test_staff_without_the_permission_answer_no_dispute(dispute):
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_dispute"))
    client = Client()
    client.force_login(clerk)
    assert "/answer/" not in client.get(page(dispute, "change")).content.decode()
    for name in ("answer", "accept"):
        assert client.get(page(dispute, name)).status_code == 403
        assert client.post(page(dispute, name), {"seen": 0, "reason": "x"}).status_code == 403
