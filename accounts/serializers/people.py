"""People, as they see themselves and as others see them."""

from typing import Any

from rest_framework import serializers

from accounts.exceptions import EmailTaken
from accounts.models import User
from accounts.serializers.fields import CurrentPasswordField, EmailField, LineField
from lms.drf import ModelSerializer
from lms.images import CleanImageField

AVATAR_SIDE = 512
"""How large a picture of a person is kept, in pixels."""


def avatar_url(user: User) -> str | None:
    return user.avatar.url if user.avatar else None


class PersonSerializer(ModelSerializer):
    """A person as others see them."""

    avatar = serializers.URLField(allow_null=True, read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "avatar"]
        read_only_fields = fields

    def to_representation(self, instance: User) -> dict[str, Any]:
        # By hand: building a ModelSerializer's fields costs more than all else that such an answer needs.
        return {"id": str(instance.pk), "name": instance.name, "avatar": avatar_url(instance)}


class UserSerializer(ModelSerializer):
    """A person as they see themselves."""

    avatar = serializers.URLField(allow_null=True, read_only=True)
    email_verified = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = [
            "id",
            "name",
            "email",
            "role",
            "headline",
            "bio",
            "avatar",
            "email_verified",
            "is_staff",
            "created_at",
        ]
        read_only_fields = fields

    def to_representation(self, instance: User) -> dict[str, Any]:
        return {
            "id": str(instance.pk),
            "name": instance.name,
            "email": instance.email,
            "role": instance.role,
            "headline": instance.headline,
            "bio": instance.bio,
            "avatar": avatar_url(instance),
            "email_verified": instance.email_verified,
            "is_staff": instance.is_staff,
            "created_at": instance.created_at,
        }


class AvatarSerializer(serializers.Serializer):
    avatar = CleanImageField(max_side=AVATAR_SIDE)


class ProfileSerializer(ModelSerializer):
    """What people may change about themselves. A new `email` needs `current_password`."""

    instance: User
    name = LineField(max_length=100, required=False)
    headline = LineField(max_length=120, required=False, allow_blank=True)
    email = EmailField(required=False)
    avatar = CleanImageField(max_side=AVATAR_SIDE, required=False)
    current_password = CurrentPasswordField(required=False)

    class Meta:
        model = User
        fields = ["name", "headline", "bio", "email", "avatar", "current_password"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        email = attrs.get("email", self.instance.email)
        if email != self.instance.email:
            if "current_password" not in attrs:
                message = "A new address needs your present password."
                raise serializers.ValidationError({"current_password": [message]}, code="required")
            if User.objects.filter(email=email).exists():
                raise EmailTaken
        return attrs
