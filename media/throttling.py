"""How often files may be uploaded."""

from lms.throttling import UserThrottle


class UploadThrottle(UserThrottle):
    scope = "uploads"
