import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from rest_framework.test import APIClient

from accounts.models import InstructorRequest, User
from accounts.queries import render_user
from accounts.serializers import PersonSerializer, UserSerializer
from accounts.services.instructors import decide_request
from accounts.services.sessions import open_session
from accounts.tests.clients import code_of, codes_of, picture
from lms.drf import ModelSerializer

ME = "/api/v1/users/me"
AVATAR = "/api/v1/users/me/avatar"
INSTRUCTOR = "/api/v1/users/me/instructor"

pytestmark = pytest.mark.django_db


def test_a_person_sees_themselves(client_of, student):
    response = client_of(student).get(ME)
    assert response.status_code == 200
    assert tuple(response.json()) == UserSerializer.Meta.fields
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("serializer", "render"),
    [(UserSerializer, render_user), (PersonSerializer, lambda user: PersonSerializer(user).data)],
)
def test_a_rendered_person_has_the_declared_shape(student, serializer, render):
    rendered = render(student)
    declared = ModelSerializer.to_representation(serializer(student), student)
    assert list(rendered) == list(declared)
    for name, value in rendered.items():
        if name not in {
            "avatar",
            "created_at",
            "locale",
        }:  # DRF returns other types, and "" for null
            assert value == declared[name]


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_visitor_is_refused(visitor, method):
    assert getattr(visitor, method)(ME).status_code == 401


def test_name_headline_and_bio_can_be_changed(client_of, student):
    body = {"name": "  Samuel \t Student ", "headline": "Gardener", "bio": "First line.\nSecond."}
    response = client_of(student).patch(ME, body)
    assert response.status_code == 200
    assert response.json()["name"] == "Samuel Student"
    assert response.json()["bio"] == "First line.\nSecond."
    before = student.updated_at
    student.refresh_from_db()
    assert (student.name, student.headline) == ("Samuel Student", "Gardener")
    assert student.updated_at > before


def test_other_fields_cannot_be_changed(client_of, student):
    wishes = {
        "role": "instructor",
        "is_staff": True,
        "is_superuser": True,
        "is_active": False,
        "email_verified": False,
        "email_verified_at": None,
        "password": "another one entirely",
        "created_at": "2020-01-01T00:00:00Z",
        "id": "0" * 24,
    }
    client = client_of(student)
    before = client.get(ME).json()
    assert client.patch(ME, wishes).json() == before
    row = User.objects.get()
    assert (row.is_superuser, row.is_active, row.password) == (False, True, student.password)


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": None},
        {"name": "x" * 101},
        {"name": ["a"]},
        {"headline": "x" * 121},
        {"headline": None},
        {"bio": "x" * 5001},
        {"bio": "\x00"},
        {"email": "x"},
        {"email": "x" * 10_000 + "@example.test"},
        {"avatar": "not a file"},
        {"avatar": None},
    ],
)
def test_invalid_input_is_refused_with_400(client_of, student, body):
    response = client_of(student).patch(ME, body)
    assert response.status_code == 400
    assert set(codes_of(response)) == set(body)


def test_changing_the_profile_takes_two_database_commands(client_of, student, commands):
    client = client_of(student)
    with commands() as sent:
        client.patch(ME, {"name": "Samuel", "bio": "Hello."})
    assert len(sent) == 2


def test_a_picture_can_be_set_and_removed(client_of, student, sandbox):
    client = client_of(student)
    response = client.put(AVATAR, {"avatar": picture()}, format="multipart")
    assert response.status_code == 200
    url = response.json()["avatar"]
    assert url.startswith("http")
    assert client.get(ME).json()["avatar"] == url
    assert PersonSerializer(User.objects.get()).data["avatar"] == url
    gone = client.delete(AVATAR)
    assert gone.status_code == 200
    assert gone.json()["avatar"] is None
    assert client.delete(AVATAR).json()["avatar"] is None


def test_a_change_of_the_profile_may_include_the_picture(client_of, student, sandbox):
    body = {"avatar": picture("JPEG", name="me.jpg"), "headline": "Gardener"}
    response = client_of(student).patch(ME, body, format="multipart")
    assert response.status_code == 200
    assert response.json()["avatar"]
    assert response.json()["headline"] == "Gardener"


def test_a_replaced_picture_is_deleted_at_cloudinary(client_of, student, sandbox):
    client = client_of(student)
    names = []
    for _ in range(3):
        client.put(AVATAR, {"avatar": picture()}, format="multipart")
        names.append(User.objects.get().avatar.name)
    storage = User._meta.get_field("avatar").storage
    assert [storage.exists(name) for name in names] == [False, False, True]
    client.delete(AVATAR)
    assert not storage.exists(names[2])


def test_a_file_that_is_not_a_picture_is_refused(client_of, student):
    client = client_of(student)
    fake = io.BytesIO(b"<svg onload=alert(1)>")
    fake.name = "me.png"
    response = client.put(AVATAR, {"avatar": fake}, format="multipart")
    assert response.status_code == 400
    assert codes_of(response) == {"avatar": "invalid_image"}
    gif = client.put(AVATAR, {"avatar": picture("GIF", name="me.gif")}, format="multipart")
    assert codes_of(gif) == {"avatar": "invalid_image"}
    assert codes_of(client.put(AVATAR, {}, format="multipart")) == {"avatar": "required"}


def test_a_picture_that_is_too_large_is_refused_with_413(client_of, student, settings):
    settings.MAX_IMAGE_BYTES = 1000
    response = client_of(student).put(
        AVATAR, {"avatar": picture(size=(900, 900))}, format="multipart"
    )
    assert response.status_code == 413
    assert code_of(response) == "payload_too_large"


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_visitor_cannot_set_or_remove_a_picture(visitor, method):
    assert getattr(visitor, method)(AVATAR).status_code == 401


def test_a_student_becomes_an_instructor_immediately(client_of, student):
    client = client_of(student)
    for _ in range(2):
        response = client.post(INSTRUCTOR)
        assert response.status_code == 200
        assert response.json()["role"] == "instructor"
    assert User.objects.get().is_instructor


def test_a_student_becomes_an_instructor_when_staff_approve(
    client_of, student, staff, settings, mailoutbox
):
    settings.INSTRUCTOR_APPROVAL = True
    client = client_of(student)
    for _ in range(2):
        response = client.post(INSTRUCTOR)
        assert response.status_code == 202
        assert response.json()["role"] == "student"
    request = InstructorRequest.objects.get()
    assert decide_request(request, staff, approve=True)
    assert client.get(ME).json()["role"] == "instructor"
    assert client.post(INSTRUCTOR).status_code == 200
    assert mailoutbox[-1].to == [student.email]
    assert not decide_request(request, staff, approve=False)
    assert len(mailoutbox) == 1


def test_a_declined_request_stays_declined(client_of, student, staff, settings, mailoutbox):
    settings.INSTRUCTOR_APPROVAL = True
    client = client_of(student)
    client.post(INSTRUCTOR)
    assert decide_request(InstructorRequest.objects.get(), staff, approve=False)
    response = client.post(INSTRUCTOR)
    assert response.status_code == 409
    assert code_of(response) == "request_declined"
    assert client.get(ME).json()["role"] == "student"


def test_a_visitor_cannot_become_an_instructor(visitor):
    assert visitor.post(INSTRUCTOR).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_simultaneous_uploads_leave_one_picture_at_cloudinary(student, sandbox):
    access = open_session(student).access
    names = []
    storage = User._meta.get_field("avatar").storage
    save = storage.save

    def noted(*args, **kwargs):
        names.append(save(*args, **kwargs))
        return names[-1]

    def put(_):
        headers = {"Authorization": f"Bearer {access}"}
        body = {"avatar": picture()}
        return APIClient().put(AVATAR, body, format="multipart", headers=headers).status_code

    storage.save = noted
    try:
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(put, range(4))) == {200}
    finally:
        del storage.save
    kept = User.objects.get().avatar.name
    assert [name for name in names if storage.exists(name)] == [kept]
