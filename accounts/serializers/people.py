"""People, as they see themselves and as others see them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from lms.drf import ModelSerializer


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
