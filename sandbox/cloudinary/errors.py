"""Refusals, with Cloudinary's messages and formats."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class CloudError(Exception):
    """A request that Cloudinary would refuse with this status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class BadRequest(CloudError):
    """An invalid request: 400."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message)


class Unauthorized(CloudError):
    """A request without a valid signature, token or secret: 401."""

    def __init__(self, message: str) -> None:
        super().__init__(401, message)


class NotFound(CloudError):
    """An unknown resource: 404."""

    def __init__(self, public_id: str) -> None:
        super().__init__(404, f"Resource not found - {public_id}")


def answer_as_json(request: Request, error: Exception) -> Response:
    """Answer as the API does: the message in a JSON body."""
    status, message = read(error)
    return JSONResponse({"error": {"message": message}}, status, {"X-Cld-Error": quoted(message)})


def answer_as_header(request: Request, error: Exception) -> Response:
    """Answer as the delivery servers do: no body, the message in a header."""
    status, message = read(error)
    return Response(status_code=status, headers={"X-Cld-Error": quoted(message)})


def read(error: Exception) -> tuple[int, str]:
    """Return the status and message of an error."""
    if isinstance(error, CloudError):
        return error.status, error.message
    assert isinstance(error, HTTPException)
    return error.status_code, error.detail


def quoted(message: str) -> str:
    """Return a message escaped for a header."""
    return quote(message, safe=" -_.,:;()'/&=").strip()
