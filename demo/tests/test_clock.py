"""The sandbox's clock: what it names exists, and what it moves comes to its end."""

from datetime import timedelta

import httpx
import pytest
from django.apps import apps
from django.db import connection, models
from django_mongodb_backend.fields import EmbeddedModelArrayField

from accounts.models import LoginSession, MailToken
from accounts.tests.factories import UserFactory
from courses.models import Section
from courses.models.outline import Opening
from courses.tests.factories import CourseFactory, SectionFactory
from learning.models import Enrollment
from learning.tests.factories import EnrollmentFactory
from payments.checkout import start_checkout
from payments.models import Order
from sandbox import clock
from sandbox.server import Sandbox

MODELS = {model._meta.db_table: model for model in apps.get_models()}
DAY = 24 * 3600


def field_of(model: type[models.Model], path: str) -> models.Field:
    """Return the field at the end of a path through embedded documents."""
    head, _, rest = path.partition(".")
    field = model._meta.get_field(head)
    assert isinstance(field, EmbeddedModelArrayField) is (head in clock.LISTS), path
    return field_of(field.embedded_model, rest) if rest else field


def test_every_time_that_the_clock_moves_is_a_field_of_a_model() -> None:
    assert [
        (table, path)
        for table, paths in clock.MOVED.items()
        for path in paths
        if not isinstance(field_of(MODELS[table], path), models.DateTimeField)
    ] == []


@pytest.mark.django_db(transaction=True)
def test_hours_and_days_pass_at_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_NAME", str(connection.settings_dict["NAME"]))
    student, course = UserFactory(), CourseFactory(published=True)
    before = EnrollmentFactory(user=student, course=CourseFactory())
    session = LoginSession.objects.create(user=student, expires_at=before.enrolled_at)
    token = MailToken.objects.issue(student, MailToken.Purpose.RESET, student.email)
    order = start_checkout(student, course).order
    at = before.enrolled_at + timedelta(days=3)
    section = SectionFactory(opens=Opening(at=at))

    answer = httpx.post(f"{sandbox.url}/_control/clock", json={"advance_seconds": DAY})
    assert answer.json()["moved"] == {
        **dict.fromkeys(clock.MOVED, 0),
        "accounts_mailtoken": 1,
        "courses_section": 1,
        "learning_enrollment": 1,
        "payments_order": 1,
    }
    after = Enrollment.objects.get(pk=before.pk)
    assert after.enrolled_at == before.enrolled_at - timedelta(days=1)
    assert after.grants[0].since == before.grants[0].since - timedelta(days=1)
    assert after.completed_at is None
    opens = Section.objects.get(pk=section.pk).opens
    assert opens.at == at - timedelta(days=1)
    assert not MailToken.objects.find(MailToken.Purpose.RESET, token)
    ended = Order.objects.get(pk=order.pk)
    assert order.expires_at
    assert ended.expires_at == order.expires_at - timedelta(days=1)
    page = httpx.get(f"{sandbox.url}/c/pay/{order.checkout_session_id}")
    assert "expired" in page.text
    assert LoginSession.objects.get(pk=session.pk).expires_at == session.expires_at


@pytest.mark.parametrize("fields", [{}, {"advance_seconds": 0}, {"advance_seconds": "soon"}])
def test_time_only_passes_forward(sandbox: Sandbox, fields: dict[str, object]) -> None:
    assert httpx.post(f"{sandbox.url}/_control/clock", json=fields).status_code == 400
