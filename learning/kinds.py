"""The kinds of lectures that a student completes by passing alone."""

from lms.registry import Registry

passed_kinds: Registry[str] = Registry()
"""Values of `Lecture.Kind`; `assessments` adds the quiz and the assignment."""


def is_passed(kind: str) -> bool:
    """Return whether lectures of a kind are completed by passing alone."""
    return kind in passed_kinds
