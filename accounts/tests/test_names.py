"""Names and headlines of people, which others and certificates show."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.tests.clients import codes_of
from accounts.tests.factories import PASSWORD
from accounts.tests.office import save_person

ME = "/api/v1/users/me"
UNREADABLE = [
    ("\u200b\u200b", "invisible"),
    ("\u3164\u115f", "invisible"),
    ("\u2066Sam\u2069", "direction_characters"),
    ("Sam\u200f", "direction_characters"),
    ("Sam\x07", "control_characters"),
]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("text", "code"), [*UNREADABLE, ("12", "invisible")])
def test_a_name_shows_a_letter(visitor, client_of, office, student, text, code):
    wanted = {"name": text, "email": "anna@example.test", "password": "plum tree in june"}
    assert codes_of(visitor.post("/api/v1/auth/signup", wanted)) == {"name": code}
    assert codes_of(client_of(student).patch(ME, {"name": text})) == {"name": code}
    assert save_person(office, student, name=text).status_code == 200
    assert student.name == "Sam Student"


@pytest.mark.parametrize(("text", "code"), UNREADABLE)
def test_a_headline_shows_something_or_is_empty(client_of, office, student, text, code):
    client = client_of(student)
    assert codes_of(client.patch(ME, {"headline": text})) == {"headline": code}
    assert save_person(office, student, headline=text).status_code == 200
    assert client.patch(ME, {"headline": ""}).status_code == 200
    assert client.patch(ME, {"headline": "25 \u20ac"}).status_code == 200


@pytest.mark.parametrize("name", ["\u0645\u06cc\u200c\u062e", "\u738b", "Zo\u00eb \u2764\ufe0f"])
def test_joiners_and_emoji_stay_in_a_name(client_of, student, name):
    assert client_of(student).patch(ME, {"name": name}).json()["name"] == name


def test_the_first_member_of_staff_has_a_name(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="at least one letter"):
        call_command("createsuperuser", email="boss@example.test", name="\u200b", interactive=False)
    assert not User.objects.exists()
