"""The staff's pages about access: who has it and why."""

from learning.admin import enrollments

__all__ = ["enrollments"]
