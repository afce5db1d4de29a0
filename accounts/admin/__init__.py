"""The staff's pages about accounts. They never show a password's hash or a token."""

from accounts.admin import groups, people

__all__ = ["groups", "people"]
