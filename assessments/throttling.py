"""How often students may start attempts."""

from lms.throttling import UserThrottle


class AttemptThrottle(UserThrottle):
    scope = "attempts"
