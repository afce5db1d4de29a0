import pytest
from bson import json_util
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Erasure, InstructorRequest, LoginSession, SecondFactor, User
from accounts.personal_data import Keeper, keepers
from accounts.services.erasure import SETTLING, erase_account
from accounts.services.sessions import open_session
from accounts.tests.clients import bearer, code_of, codes_of, picture
from accounts.tests.factories import PASSWORD, UserFactory
from lms import audit
from lms.models import Event

ME = "/api/v1/users/me"
EXPORT = "/api/v1/users/me/export"
TRACES = [
    "zelda@private.test",
    "new-zelda@private.test",
    "Zelda Zimmermann",
    "Zither player",
    "Zagreb",
    "198.51.100.77",
    "Zebra Browser",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def zelda(sandbox):
    """A person with data in every place where this app stores some."""
    user = UserFactory(
        email="zelda@private.test",
        name="Zelda Zimmermann",
        headline="Zither player",
        bio="Lives in Zagreb.",
    )
    client = client_for(user)
    assert client.put(f"{ME}/avatar", {"avatar": picture()}, format="multipart").status_code == 200
    client.patch(ME, {"email": "new-zelda@private.test", "current_password": PASSWORD})
    client.post("/api/v1/auth/second-factor", {"current_password": PASSWORD})
    InstructorRequest.objects.create(user=user)
    user.groups.add(Group.objects.create(name="Helpers"))
    audit.record(user.pk, user, "change", before={"name": user.name}, reason="Misspelt.")
    LogEntry.objects.create(  # as by a version that had no audit log
        user=user,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=user.name,
        action_flag=CHANGE,
    )
    user.refresh_from_db()
    return user


def client_for(user):
    return bearer(open_session(user, user_agent="Zebra Browser", ip="198.51.100.77"))


def everything():
    """Return the documents of each collection as text."""
    connection.ensure_connection()
    return {
        name: json_util.dumps(list(connection.database[name].find()))
        for name in connection.database.list_collection_names()
    }


def traces(user):
    marks = [*TRACES, user.avatar.name.rpartition("/")[2]]
    return {(name, mark) for name, text in everything().items() for mark in marks if mark in text}


def test_the_search_for_traces_finds_them_before_the_erasure(zelda):
    found = traces(zelda)
    assert {mark for _, mark in found} >= set(TRACES)
    assert len({name for name, _ in found}) >= 4


def test_a_deleted_account_leaves_no_trace(zelda):
    avatar = zelda.avatar
    assert avatar.storage.exists(avatar.name)
    client = client_for(zelda)
    response = client.delete(ME, {"current_password": PASSWORD})
    assert response.status_code == 204
    assert not traces(zelda)
    assert not avatar.storage.exists(avatar.name)
    row = User.objects.get()
    assert row.email == f"deleted-{zelda.pk}@invalid"
    assert (row.name, row.headline, row.bio, row.avatar.name) == ("Deleted user", "", "", "")
    assert not row.is_active
    assert not row.has_usable_password()
    assert not row.groups.exists()
    assert Erasure.objects.get().user_id == zelda.pk  # finish_erasures looks again
    assert not SecondFactor.objects.exists()


def test_an_account_leaves_one_event_when_it_is_made_and_one_when_it_is_erased(visitor, sandbox):
    body = {"name": "Zelda", "email": "zelda@private.test", "password": "plum tree in june"}
    for status in (201, 400):
        assert visitor.post("/api/v1/auth/signup", body).status_code == status
    user = User.objects.get()
    assert [(each.type, each.object_id) for each in Event.objects.all()] == [
        ("user.created", user.pk)
    ]
    for _ in range(2):
        erase_account(user)
    assert Event.objects.filter(object_id=user.pk, type="user.erased", data={}).count() == 1
    assert "zelda" not in json_util.dumps(connection.get_collection("lms_event").find()).lower()


def test_a_deleted_account_is_signed_out_everywhere_immediately(browser_of, student):
    phone = client_for(student)
    browser = browser_of(student)
    assert browser.delete(ME, {"current_password": PASSWORD}).status_code == 204
    assert browser.cookies["access_token"].value == browser.cookies["refresh_token"].value == ""
    assert code_of(phone.get(ME)) == "session_revoked"
    signin = {"email": "sam@example.test", "password": PASSWORD}
    assert APIClient().post("/api/v1/auth/signin", signin).status_code == 401


def test_the_address_of_a_deleted_account_can_sign_up_again(client_of, student, visitor):
    client_of(student).delete(ME, {"current_password": PASSWORD})
    body = {"name": "Sam", "email": "sam@example.test", "password": "plum tree in june"}
    assert visitor.post("/api/v1/auth/signup", body).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"current_password": "wrong password"}, "invalid_password")],
)
def test_deleting_an_account_requires_the_password(client_of, student, body, code):
    response = client_of(student).delete(ME, body)
    assert response.status_code == 400
    assert codes_of(response) == {"current_password": code}
    assert User.objects.get().is_active


def test_erasing_one_person_changes_nobody_else(zelda, other_student):
    session = open_session(other_student).session
    erase_account(zelda)
    other_student.refresh_from_db()
    assert (other_student.name, other_student.is_active) == ("Olga Other", True)
    assert LoginSession.objects.filter(pk=session.pk).exists()


@pytest.fixture
def troubled():
    """An app whose eraser fails `failures` times."""

    class App:
        failures = 1
        erased = 0

        def erase(self, user):
            if self.failures:
                self.failures -= 1
                raise RuntimeError("out of order")
            self.erased += 1

    app = App()
    keepers.register(Keeper("troubled", export=lambda user: {}, erase=app.erase))
    yield app
    keepers._entries.pop()


def test_a_failed_erasure_is_completed_by_the_command(client_of, student, troubled, caplog):
    client = client_of(student)
    assert client.delete(ME, {"current_password": PASSWORD}).status_code == 204
    assert code_of(client.get(ME)) == "session_revoked"
    assert "not finished" in caplog.text
    assert User.objects.get().email == "sam@example.test"
    Erasure.objects.update(requested_at=timezone.now() - SETTLING)
    call_command("finish_erasures")
    assert User.objects.get().email == f"deleted-{student.pk}@invalid"
    assert troubled.erased == 1
    assert not Erasure.objects.exists()
    call_command("finish_erasures")
    assert troubled.erased == 1


def test_the_command_fails_if_an_erasure_fails_again(student, troubled):
    troubled.failures = 2
    erase_account(student)
    with pytest.raises(CommandError, match="1 could not be erased"):
        call_command("finish_erasures")
    assert Erasure.objects.exists()


def test_erasing_twice_changes_nothing(student):
    erase_account(student)
    before = everything()
    erase_account(student)
    after = everything()
    assert before.pop("accounts_user") is not None
    after.pop("accounts_user")  # an unusable password is random
    assert before == after


def test_the_export_contains_everything_except_secrets(zelda):
    response = client_for(zelda).get(EXPORT)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    text = response.content.decode()
    for mark in TRACES:
        assert mark in text
    account = response.json()["account"]
    assert account["email"] == "zelda@private.test"
    assert account["avatar"].startswith("http")
    assert len(account["sessions"]) == 2
    assert account["mailed_links"][0]["email"] == "new-zelda@private.test"
    assert account["instructor_request"]["status"] == "pending"
    for secret in ("password", "argon2", "jti", "digest", "secret", "recovery_codes"):
        assert secret not in text.replace("reset_password", "")


def test_the_export_contains_a_part_from_every_registered_app(client_of, student):
    assert set(client_of(student).get(EXPORT).json()) == {keeper.app for keeper in keepers}


def test_the_export_contains_only_the_persons_own_data(client_of, student, other_student, visitor):
    text = client_of(other_student).get(EXPORT).content.decode()
    assert student.email not in text
    assert visitor.get(EXPORT).status_code == 401
