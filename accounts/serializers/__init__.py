"""The shapes of what goes in and out."""

from .people import PersonSerializer, UserSerializer

__all__ = ["PersonSerializer", "UserSerializer"]
