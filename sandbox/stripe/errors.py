"""Stripe's error bodies (docs.stripe.com/api/errors)."""

from typing import Any

DOCS = "https://docs.stripe.com/error-codes/"


class StripeError(Exception):
    """An answer other than 200, in Stripe's shape."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.code = code
        self.param = param

    def body(self) -> dict[str, Any]:
        """Return the JSON body, without the fields that do not apply."""
        error: dict[str, Any] = {"message": str(self), "type": self.type}
        if self.code:
            error |= {"code": self.code, "doc_url": DOCS + self.code.replace("_", "-")}
        if self.param:
            error["param"] = self.param
        return {"error": error}


class ParameterError(StripeError):
    """An invalid parameter: refused before anything runs, so the idempotency key keeps no result."""


def no_such(kind: str, id: str, param: str = "id", status: int = 400) -> StripeError:
    """Return the error for an unknown object: 404 if the path names it, 400 if a parameter does."""
    name = kind.rpartition(".")[2]
    return StripeError(
        f"No such {kind}: '{id}'" if kind == "checkout.session" else f"No such {name}: '{id}'",
        status=status,
        code="resource_missing",
        param=param,
    )
