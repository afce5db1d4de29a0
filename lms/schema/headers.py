"""The headers of the OpenAPI document."""

from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id of this request in our logs: the one that you sent, or a new one. Name it when you ask for help.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Retry-After": {
        "description": "In how many seconds the same request may succeed.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "RateLimit": {
        "description": "The limit that is nearest to its end: how many requests are left, and in how many seconds they are "
        "counted anew. Not on answers that caches may share. "
        "[The draft](https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11).",
        "schema": {"type": "string", "example": '"user";r=997;t=42'},
    },
    "RateLimit-Policy": {
        "description": "How many requests that limit allows, in how many seconds.",
        "schema": {"type": "string", "example": '"user";q=1000;w=60'},
    },
    "ETag": {
        "description": "What this answer is, in short. Send it back as `If-None-Match`.",
        "schema": {"type": "string", "example": '"9f620878e06d28774406017480a59fd4"'},
    },
    "Cache-Control": {
        "description": "Keep the answer, and ask each time whether it has changed. What is the same for everybody may be kept "
        "by shared caches for a minute.",
        "schema": {"type": "string", "example": "private, no-cache"},
    },
    "Content-Disposition": {
        "description": "The name under which to save the file.",
        "schema": {"type": "string", "example": 'attachment; filename="students.csv"'},
    },
    "Set-Cookie": {
        "description": "`access_token` and `refresh_token`, both HttpOnly, and `csrftoken`.",
        "schema": {"type": "string"},
    },
}


SENT = {
    "Set-Cookie": {
        "signUp",
        "signIn",
        "finishSignIn",
        "getSession",
        "getCsrfToken",
        "refreshSession",
        "changePassword",
        "endSession",
        "resetPassword",
        "signOut",
        "signOutEverywhere",
        "deleteMe",
    },
    "Content-Disposition": {
        "downloadCertificate",
        "exportAttempts",
        "exportGradebook",
        "exportMe",
        "exportQuestions",
        "exportStudents",
    },
}
"""The headers of what succeeds, and the operations that send them."""


def refer(*names: str) -> dict[str, dict[str, str]]:
    """Return references to headers, for a response."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of the answer that you keep: 304 if it has not changed.",
    "schema": {"type": "string"},
}
LIMITS = refer("RateLimit", "RateLimit-Policy")
REVALIDATED = refer("ETag", "Cache-Control")
NOT_MODIFIED: dict[str, Any] = {
    "description": "What you keep has not changed.",
    "headers": REVALIDATED,
}
