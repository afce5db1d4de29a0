"""Who studies what: enrollments with their grants, the audit trail of access, wishlists and notes."""

from learning.models.enrollment import AccessChange, Enrollment, Grant, Source
from learning.models.note import Note
from learning.models.wishlist import WishlistItem

__all__ = ["AccessChange", "Enrollment", "Grant", "Note", "Source", "WishlistItem"]
