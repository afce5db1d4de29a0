"""StripeCustomer: who a person is to Stripe."""

from django.conf import settings
from django.db import models

from lms.models import TimeStamped


class StripeCustomer(TimeStamped):
    """A person's customer id at Stripe, and the e-mail address that Stripe has."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stripe_customer"
    )
    customer_id = models.CharField(max_length=100, unique=True)
    email = models.EmailField()

    def __str__(self) -> str:
        return self.customer_id
