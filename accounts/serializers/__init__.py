"""The shape and validity of input, and the declared shape of output."""

from accounts.serializers.people import PersonSerializer, ProfileSerializer, UserSerializer

__all__ = ["PersonSerializer", "ProfileSerializer", "UserSerializer"]
