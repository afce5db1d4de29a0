"""How a mail is written: one text and one HTML template of the same name."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send(to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """Render `accounts/mails/<template>.txt` and `.html` and send them to one address."""
    context = {
        **context,
        "subject": subject,
        "site_name": settings.SITE_NAME,
        "frontend_url": settings.FRONTEND_URL,
    }
    text, html = (
        render_to_string(f"accounts/mails/{template}.{kind}", context) for kind in ("txt", "html")
    )
    mail = EmailMultiAlternatives(f"{subject} | {settings.SITE_NAME}", text, to=[to])
    mail.attach_alternative(html, "text/html")
    mail.send()
