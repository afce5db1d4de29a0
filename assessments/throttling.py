"""How often students may start attempts, and save responses."""

from lms.throttling import UserThrottle


class AttemptThrottle(UserThrottle):
    scope = "attempts"


class ResponseThrottle(UserThrottle):
    scope = "responses"
