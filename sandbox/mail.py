"""An SMTP server that stores every mail and delivers none."""

import asyncio
import socket
import uuid
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.store import Store

KIND = "mails"


class Mailbox:
    """The received mails, newest first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store a mail; aiosmtpd calls this by its name."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, policy=default)
        self._store.put(KIND, uuid.uuid4().hex, describe(message, envelope.rcpt_tos))
        return "250 OK"

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """Return all mails, or those to one address, ignoring case."""
        mails = self._store.all(KIND)
        if to is None:
            return mails
        return [mail for mail in mails if to.lower() in map(str.lower, mail["to"])]

    async def serve(self, sock: socket.socket) -> asyncio.Server:
        """Receive mails at a socket until the returned server is closed."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: SMTP(self, hostname="sandbox", loop=loop), sock=sock
        )


def describe(message: EmailMessage, recipients: list[str]) -> dict[str, Any]:
    """Return the parts of a mail that tests read."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "to": recipients,
        "from": str(message["From"] or ""),
        "subject": str(message["Subject"] or ""),
        "message_id": str(message["Message-ID"] or ""),
        "text": content_of(text),
        "html": content_of(html),
        "sent_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def content_of(part: MIMEPart | None) -> str:
    """Return the text of a part; what an unknown character set hides is replaced."""
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:
        payload: Any = part.get_payload(decode=True)
        return str(payload.decode(errors="replace"))
