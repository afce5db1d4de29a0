"""Who a person is to Stripe: one customer each, made when they first buy."""

from hashlib import sha256
from typing import Any

from bson import ObjectId
from django.db import IntegrityError

from payments.gateway import client
from payments.models import StripeCustomer


def customer_of(user: Any) -> str:
    """Give the id of the person's customer at Stripe, with their address of now; made if there is none."""
    known = StripeCustomer.objects.filter(user=user).first()
    if known is None:
        return _create(user)
    if known.email != user.email:
        client.update_customer(known.customer_id, email=user.email, name=user.name)
        StripeCustomer.objects.filter(pk=known.pk).update(email=user.email)
    return known.customer_id


def replace_customer(user: Any, gone: str) -> None:
    """Make another customer in the place of one that was deleted in Stripe's dashboard."""
    if StripeCustomer.objects.filter(user=user, customer_id=gone).delete()[0]:
        _create(user, gone)


def forget_customer(user_id: ObjectId) -> None:
    """Have Stripe forget a person, and then forget who they were to Stripe. May be repeated."""
    for known in StripeCustomer.objects.filter(user_id=user_id):
        client.delete_customer(known.customer_id)
        known.delete()


def _create(user: Any, gone: str = "") -> str:
    """Make the customer; the same try, made again, has the same key, and a changed name or address another."""
    said = sha256(f"{user.email}\n{user.name}\n{gone}".encode()).hexdigest()[:16]
    customer_id = client.create_customer(
        str(user.pk), email=user.email, name=user.name, key=f"customer-{user.pk}-{said}"
    )
    try:
        StripeCustomer.objects.create(user=user, customer_id=customer_id, email=user.email)
    except IntegrityError:  # a second click was quicker
        return StripeCustomer.objects.get(user=user).customer_id
    return customer_id
