"""No answer holds what it must not: storage ids, tokens, hashes, Stripe's ids, other people's addresses."""

import pytest

from accounts.models import LoginSession, User
from lms.tests.test_permissions import PEOPLE, ROWS, request
from lms.tests.world import rebuild
from media.models import Asset
from payments.models import Order

READS = [path for method, path, _, _ in ROWS if method == "GET"]
MAY_SEE_ADDRESSES = {
    # An instructor writes to the students of the course.
    ("/courses/{course}/students", "instructor"),
    ("/courses/{course}/students/csv", "instructor"),
    ("/courses/{course}/students", "staff"),
    ("/courses/{course}/students/csv", "staff"),
}


def secrets() -> dict[str, str]:
    """Name what is kept of files, sign-ins and payments, by what it is."""
    found = {}
    for asset in Asset.objects.all():
        found[asset.public_id] = found[asset.public_id.rsplit("/")[-1]] = "a storage id"
    for session in LoginSession.objects.all():
        found[session.jti] = "a token's id"
    for user in User.objects.all():
        found[user.password] = "a password's hash"
    for order in Order.objects.exclude(payment_intent_id=None):
        found[str(order.payment_intent_id)] = "a payment's id"
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_no_read_gives_a_secret_away(db, sandbox, who):
    world, given = rebuild(), []
    hidden = secrets()
    others = {user.email for name, user in world.people.items() if user and name != who}
    for path in READS:
        answer = request(world, who, "GET", path, None)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode(errors="replace")
        given += [f"{path} gives {what}" for secret, what in hidden.items() if secret in text]
        if (path, who) not in MAY_SEE_ADDRESSES:
            given += [f"{path} gives {email}" for email in others if email in text]
    assert not given
