"""People, as they see themselves and as others see them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.exceptions import EmailTaken
from accounts.models import User
from accounts.serializers.fields import (
    LOCALES,
    CurrentPasswordField,
    EmailField,
    LineField,
    LocaleField,
)
from lms.drf import ModelSerializer
from lms.exceptions import invalid
from lms.images import CleanImageField, image_url
from lms.validators import validate_line, validate_name

CONFIRM = _("Enter your current password to change your e-mail address.")
MAX_AVATAR_SIDE = 512
"""In pixels: larger pictures are scaled down."""


class PersonSerializer(ModelSerializer):
    """A person as others see them."""

    avatar = serializers.URLField(
        allow_null=True, read_only=True, help_text="The URL of a picture, or null."
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ("id", "name", "avatar")
        read_only_fields = fields

    def to_representation(self, instance: User) -> dict[str, Any]:
        # Building the fields of a ModelSerializer would take longer than everything else in such a response.
        avatar = image_url(instance.avatar_name) if instance.avatar_name else None
        return {"id": str(instance.pk), "name": instance.name, "avatar": avatar}


class UserSerializer(ModelSerializer):
    """A person as they see themselves."""

    avatar = serializers.URLField(
        allow_null=True, read_only=True, help_text="The URL of your picture; null without one."
    )
    email_verified = serializers.BooleanField(
        read_only=True, help_text="Whether you opened the link that was sent to `email`."
    )
    locale = serializers.ChoiceField(
        choices=LOCALES,
        allow_null=True,
        read_only=True,
        help_text="The language that you chose for e-mails; null if you chose none.",
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = (
            "id",
            "name",
            "email",
            "role",
            "headline",
            "bio",
            "avatar",
            "email_verified",
            "is_staff",
            "locale",
            "created_at",
        )
        read_only_fields = fields
        help_texts = {
            "email": "In lower case. It signs you in.",
            "role": "What you may do: an instructor may also write courses.",
            "headline": "One line about you; shown with your courses.",
            "bio": "A few paragraphs about you, as plain text.",
            "is_staff": "Whether you may use the admin.",
        }


class AvatarSerializer(serializers.Serializer):
    """A form with a picture."""

    avatar = CleanImageField(max_side=MAX_AVATAR_SIDE)


class ProfileSerializer(ModelSerializer):
    """What people may change about themselves. A new `email` requires `current_password`."""

    instance: User
    name = LineField(
        max_length=100, required=False, validators=[validate_name], help_text="How others see you."
    )
    headline = LineField(
        max_length=120,
        required=False,
        allow_blank=True,
        validators=[validate_line],
        help_text="One line about you; shown with your courses.",
    )
    locale = LocaleField(help_text="The language of e-mails to you; null for that of your sign-up.")
    email = EmailField(
        required=False, help_text="Becomes yours when you open the link that is sent to it."
    )
    avatar = CleanImageField(max_side=MAX_AVATAR_SIDE, required=False)
    current_password = CurrentPasswordField(required=False, help_text="Needed to change `email`.")

    class Meta:
        model = User
        fields = ("name", "headline", "bio", "locale", "email", "avatar", "current_password")
        help_texts = {
            "bio": "A few paragraphs about you, as plain text.",
        }

    raises = (invalid(CONFIRM, "required", attr="current_password"), EmailTaken())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the changes, without the password that confirms a new address. Raises `EmailTaken`."""
        confirmed = attrs.pop("current_password", None) is not None
        email = attrs.get("email", self.instance.email)
        if email != self.instance.email:
            if not confirmed:
                raise invalid(CONFIRM, "required", attr="current_password")
            if User.objects.filter(email=email).exists():
                raise EmailTaken
        return attrs
