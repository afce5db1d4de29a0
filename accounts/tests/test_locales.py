"""The language of a person: the one they chose, or that of their sign-up. Mails are written in it."""

import pytest
from django.utils import translation

from accounts.models import User
from accounts.personal_data import export
from accounts.services import passwords
from accounts.tests.clients import codes_of

ME = "/api/v1/users/me"
SIGNUP = "/api/v1/auth/signup"
ANNA = {"name": "Anna Abel", "email": "anna@example.test", "password": "plum tree in june"}
SUBJECTS = {
    "en": "Your password was changed",
    "de": "Ihr Passwort wurde geändert",
    "es": "Su contraseña se ha cambiado",
    "fr": "Votre mot de passe a été modifié",
}

pytestmark = pytest.mark.django_db


def test_mails_follow_the_language_of_the_sign_up_until_the_person_chooses_one(visitor, mailoutbox):
    response = visitor.post(SIGNUP, ANNA | {"locale": ""}, headers={"Accept-Language": "de-AT"})
    assert (response.status_code, response.json()["locale"]) == (201, None)
    anna = User.objects.get()
    assert export(anna)["signup_locale"] == "de"
    assert mailoutbox[-1].subject == "Bestätigen Sie Ihre E-Mail-Adresse | Lectern"
    assert "läuft nach 3 Tagen ab" in mailoutbox[-1].body
    [html] = mailoutbox[-1].alternatives
    assert '<html lang="de">' in html.content
    assert "Adresse bestätigen" in html.content
    changed = visitor.patch(ME, {"locale": "fr"}, headers={"Accept-Language": "es"})
    assert changed.json()["locale"] == "fr"
    anna.refresh_from_db()
    assert export(anna)["locale"] == "fr"
    with translation.override("es"):  # of the request
        passwords.change_password(anna, new="another plum tree")
    assert mailoutbox[-1].subject == f"{SUBJECTS['fr']} | Lectern"
    assert "Mot de passe oublié" in mailoutbox[-1].body


@pytest.mark.parametrize("locale", SUBJECTS)
def test_a_note_is_in_the_language_of_its_reader(student, mailoutbox, locale):
    student.locale = locale
    passwords.change_password(student, new="another plum tree")
    assert mailoutbox[-1].subject == f"{SUBJECTS[locale]} | Lectern"


@pytest.mark.parametrize("locale", ["xx", "de-AT", "DE", "de\x00", ["de"], {"de": 1}, 7, True])
def test_a_language_that_is_none_of_ours_is_400(visitor, client_of, student, locale):
    for response in (
        visitor.post(SIGNUP, ANNA | {"locale": locale}),
        client_of(student).patch(ME, {"locale": locale}),
    ):
        assert response.status_code == 400
        assert codes_of(response) == {"locale": "invalid_choice"}
        assert response.json()["errors"][0]["params"] == {"choices": ["en", "de", "es", "fr"]}


def test_a_choice_can_be_taken_back(client_of, student):
    client = client_of(student)
    assert client.patch(ME, {"locale": "es"}).json()["locale"] == "es"
    assert client.patch(ME, {"name": "Sam"}).json()["locale"] == "es"
    assert client.patch(ME, {"locale": None}).json()["locale"] is None
