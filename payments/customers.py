"""Who a person is to Stripe: one customer each, made when they first buy."""

from typing import Any

from bson import ObjectId
from django.db import IntegrityError

from . import gateway
from .models import StripeCustomer


def customer_of(user: Any) -> str:
    """Give the id of the person's customer at Stripe, made if there is none."""
    known = StripeCustomer.objects.filter(user=user).first()
    return known.customer_id if known else _create(user, key=f"customer-{user.pk}")


def replace_customer(user: Any, gone: str) -> str:
    """Make another customer in the place of one that was deleted in Stripe's dashboard."""
    StripeCustomer.objects.filter(user=user, customer_id=gone).delete()
    known = StripeCustomer.objects.filter(user=user).first()
    return known.customer_id if known else _create(user, key=f"customer-{user.pk}-after-{gone}")


def forget_customer(user_id: ObjectId) -> None:
    """Have Stripe forget a person, and then forget who they were to Stripe. May be repeated."""
    for known in StripeCustomer.objects.filter(user_id=user_id):
        gateway.delete_customer(known.customer_id)
        known.delete()


def _create(user: Any, *, key: str) -> str:
    customer_id = gateway.create_customer(str(user.pk), email=user.email, name=user.name, key=key)
    try:
        StripeCustomer.objects.create(user=user, customer_id=customer_id)
    except IntegrityError:  # a second click was quicker
        return StripeCustomer.objects.get(user=user).customer_id
    return customer_id
