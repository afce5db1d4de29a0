"""Addresses that were stored in another form, and the command that finds them."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import MailToken, User
from accounts.services.erasure import erase_account
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def stored(email):
    """Create an account with an address exactly as it is given."""
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(email=email)
    return user


def run(*options):
    output = io.StringIO()
    call_command("canonical_addresses", *options, stdout=output)
    return output.getvalue().splitlines()


def email_of(user):
    return User.objects.get(pk=user.pk).email


def test_the_command_lists_old_addresses_and_changes_none_by_default(student):
    old = stored("x@b\u00fccher.example")
    assert run() == [
        f"{old.pk} 'x@b\\xfccher.example' -> x@xn--bcher-kva.example",
        "1 to rewrite, 0 left for people to decide.",
    ]
    assert email_of(old) == "x@b\u00fccher.example"


def test_the_command_rewrites_what_is_free_and_may_be_repeated(student):
    old = stored("x@b\u00fccher.example")
    assert run("--write")[-1] == "1 rewritten, 0 left for people to decide."
    assert email_of(old) == "x@xn--bcher-kva.example"
    assert User.objects.get(pk=old.pk).email_verified
    assert run("--write") == ["0 rewritten, 0 left for people to decide."]


def test_accounts_that_collide_are_shown_and_left(student):
    old, new = stored("x@b\u00fccher.example"), UserFactory(email="x@xn--bcher-kva.example")
    one, two = stored("y@b\u00fccher.example"), stored("y@b\u00fc\u00adcher.example")
    lines = run("--write")
    assert (
        f"{old.pk} 'x@b\\xfccher.example': x@xn--bcher-kva.example also belongs to {new.pk}"
        in lines
    )
    assert lines[-1] == "0 rewritten, 3 left for people to decide."
    assert email_of(old) == "x@b\u00fccher.example"
    assert email_of(one) != email_of(two) != "y@xn--bcher-kva.example"


def test_an_address_that_no_mail_can_be_sent_to_is_shown(student):
    old = stored("x@example.test\u202c")
    assert run("--write")[0] == f"{old.pk} 'x@example.test\\u202c': no mail can be sent to it"
    assert email_of(old) == "x@example.test\u202c"


def test_an_address_whose_mail_went_to_another_domain_is_unverified(student):
    old = stored("x@stra\u00dfe.example")
    run("--write")
    assert email_of(old) == "x@xn--strae-oqa.example"
    assert not User.objects.get(pk=old.pk).email_verified


def test_links_to_old_addresses_stop_working(student, other_student):
    later = timezone.now() + timedelta(hours=1)
    for user, email in ((student, "x@b\u00fccher.example"), (other_student, "x@example.test")):
        MailToken.objects.create(
            user=user, purpose="verify", email=email, digest=email, expires_at=later
        )
    run()
    assert MailToken.objects.count() == 2
    run("--write")
    assert [token.user_id for token in MailToken.objects.all()] == [other_student.pk]


def test_erased_accounts_are_not_listed(student):
    erase_account(student)
    assert run() == ["0 to rewrite, 0 left for people to decide."]
