"""People, and what makes their accounts theirs."""

from .session import LoginSession
from .user import User, UserManager, images

__all__ = ["LoginSession", "User", "UserManager", "images"]
