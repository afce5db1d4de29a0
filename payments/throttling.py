"""The limit on attempts to buy."""

from lms.throttling import UserThrottle


class CheckoutThrottle(UserThrottle):
    scope = "checkout"
