import factory
from django.utils import timezone

from accounts.models import User
from lms.addresses import canonical_address

PASSWORD = "correct horse battery staple"


class UserFactory(factory.django.DjangoModelFactory):
    """A person whose password is `PASSWORD` and whose address is verified."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.test")
    email_verified_at = factory.LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class, *args, password=PASSWORD, **kwargs):
        user = model_class(*args, **kwargs | {"email": canonical_address(kwargs["email"])})
        user.set_password(password)
        user.save(force_insert=True)  # without an event, which would cost three commands
        return user
