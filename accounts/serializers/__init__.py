"""The shapes of what goes in and out."""

from accounts.serializers.people import PersonSerializer, ProfileSerializer, UserSerializer

__all__ = ["PersonSerializer", "ProfileSerializer", "UserSerializer"]
