"""The shapes of what goes in and out."""

from .people import PersonSerializer, ProfileSerializer, UserSerializer

__all__ = ["PersonSerializer", "ProfileSerializer", "UserSerializer"]
