"""Notes to a person about their account, written in the person's language and sent on commit."""

from typing import Any

from django.utils.translation import override

from accounts import tasks
from accounts.models import User
from lms.exceptions import fill
from lms.locales import Sentence


def warn(user: User, subject: Sentence, text: Sentence, **params: Any) -> None:
    """Send a note about a change, with what to do if somebody else made it; the text may name params."""
    tasks.send_notice.enqueue(*_write(user, subject, text, params))


def inform(user: User, subject: Sentence, text: Sentence, **params: Any) -> None:
    """Send a note that needs no action; the text may name params."""
    tasks.send_message.enqueue(*_write(user, subject, text, params))


def _write(
    user: User, subject: Sentence, text: Sentence, params: dict[str, Any]
) -> tuple[str, str, str, str, str]:
    """Return the arguments of the task. The address is the present one: a later one may be a stranger's."""
    with override(user.mail_locale):
        return user.email, str(subject), fill(text, params), user.mail_locale, str(user.pk)
