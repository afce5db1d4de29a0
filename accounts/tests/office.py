"""What staff do in the admin."""

from django.test import Client

from accounts.tests.factories import PASSWORD

LOGIN = "/admin/login/"
PEOPLE = "/admin/accounts/user/"


def login(email, password=PASSWORD, **extra):
    """Return a new client and the response to its attempt to sign in to the admin."""
    client = Client()
    body = {"username": email, "password": password, **extra}
    return client, client.post(f"{LOGIN}?next=/admin/", body)


def act(client, url, action, *rows, **fields):
    """Run an action of a list on some of its rows, with the fields of its page, such as a reason."""
    body = {"action": action, "_selected_action": [str(row.pk) for row in rows], **fields}
    response = client.post(url, body, follow=True)
    assert response.status_code == 200
    return response


def erase(client, user):
    """Confirm the erasure of a person."""
    body = {"action": "erase", "_selected_action": [str(user.pk)], "reason": "They asked for it."}
    client.post(PEOPLE, body)


def save_person(client, user, **changes):
    """Send the form of a person with some changes."""
    body = {
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "is_active": "on",
        "headline": "",
        "bio": "",
    }
    response = client.post(f"{PEOPLE}{user.pk}/change/", body | changes)
    user.refresh_from_db()
    return response
