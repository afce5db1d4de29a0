"""The staff's pages about accounts. They never show a password's hash or a token."""

from accounts.admin import groups, people, records

__all__ = ["groups", "people", "records"]
