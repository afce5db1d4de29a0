"""Customers: one per person at Stripe, created at the first purchase."""

from contextlib import suppress
from hashlib import sha256

from bson import ObjectId
from django.db import IntegrityError

from accounts.exceptions import SessionRevoked
from accounts.models import User
from accounts.services.erasure import refer_to_person
from lms.mongodb.transaction import atomic
from payments.exceptions import EmailRejected
from payments.gateway import client
from payments.models import StripeCustomer


def get_customer_id(user: User) -> str:
    """Return the id of a person's customer at Stripe, created or updated to their present e-mail address.

    A customer whose address Stripe refuses is created without one: then Stripe's page asks the buyer. A later address
    that Stripe refuses leaves the one that Stripe has.
    """
    customer = StripeCustomer.objects.filter(user=user).first()
    if customer is None:
        return _create_customer(user)
    if customer.email != user.email:
        with suppress(EmailRejected):
            client.update_customer(customer.customer_id, email=user.email, name=user.name)
        StripeCustomer.objects.filter(pk=customer.pk).update(email=user.email)
    return customer.customer_id


def replace_customer(user: User, *, deleted_id: str) -> None:
    """Create another customer for a person whose customer was deleted in Stripe's dashboard."""
    if StripeCustomer.objects.filter(user=user, customer_id=deleted_id).delete()[0]:
        _create_customer(user, deleted_id)


def forget_customer(user_id: ObjectId) -> None:
    """Close a person's open pages at Stripe and delete their customers, then our row. May be repeated.

    Stripe is searched too: a request that was killed has left a customer whose id was never stored. What was created
    less than a minute ago may not be found yet. https://docs.stripe.com/search#data-freshness
    """
    rows = StripeCustomer.objects.filter(user_id=user_id)
    stored = list(rows.values_list("customer_id", flat=True))
    for customer_id in {*stored, *client.search_customers(str(user_id))}:
        for session_id in client.list_open_sessions(customer_id):
            client.expire_session(session_id)
        client.delete_customer(customer_id)
    rows.filter(customer_id__in=stored).delete()


def _create_customer(user: User, deleted_id: str = "") -> str:
    try:
        customer_id = _request_customer(user, user.email, deleted_id)
    except EmailRejected:
        customer_id = _request_customer(user, "", deleted_id)
    try:
        _store(user, customer_id)
    except IntegrityError:  # another request was first
        return StripeCustomer.objects.get(user=user).customer_id
    except SessionRevoked:
        client.delete_customer(customer_id)
        raise
    return customer_id


@atomic
def _store(user: User, customer_id: str) -> None:
    """Store a customer; raise `SessionRevoked` (401) if the account was closed since the request was authenticated."""
    refer_to_person(user.pk)
    StripeCustomer.objects.create(user=user, customer_id=customer_id, email=user.email)


def _request_customer(user: User, email: str, deleted_id: str) -> str:
    """Request a customer. A repeated request has the same idempotency key; other content has another key."""
    digest = sha256(f"{email}\n{user.name}\n{deleted_id}".encode()).hexdigest()[:16]
    key = f"customer-{user.pk}-{digest}"
    return client.create_customer(str(user.pk), email=email, name=user.name, key=key)
