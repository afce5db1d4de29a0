import factory

from accounts.tests.factories import UserFactory
from courses.tests.factories import CourseFactory
from payments.models import Coupon, Order


class CouponFactory(factory.django.DjangoModelFactory):
    """Half off everything that its owner teaches."""

    class Meta:
        model = Coupon

    owner = factory.SubFactory(UserFactory, role="instructor")
    code = factory.Sequence(lambda n: f"CODE{n}")
    percent = 50


class OrderFactory(factory.django.DjangoModelFactory):
    """An order just made, before Stripe has heard of it; no session, no money."""

    class Meta:
        model = Order

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory, published=True)
    list_amount = 4999
    total_amount = factory.SelfAttribute("list_amount")
    currency = "usd"
