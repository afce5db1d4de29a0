"""The panels of a person's page in the admin: this app's, and the registry in which other apps add theirs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import LoginSession, SentMail, StaffNote, User
from lms.locales import Sentence
from lms.models import AuditEntry
from lms.registry import Registry

MAX_ROWS = 10
"""How many rows a panel shows; the list that it links to has all."""

type Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class Panel:
    """A person's newest rows of one kind, shown to those who may see the list of all such rows.

    `model` is what that list shows, `query` the list's filter for the person whose id it names as `{}`. `read` returns
    at most `MAX_ROWS` rows, each with a value for each heading; what a row refers to may be gone.
    """

    name: str
    title: Sentence
    model: type[Model]
    query: str
    headings: tuple[Sentence, ...]
    read: Callable[[User], Rows]

    def list_url(self, user: User) -> str:
        """Return the address of the list of all the person's rows."""
        page = self.model._meta.label_lower.replace(".", "_")
        return f"{reverse(f'admin:{page}_changelist')}?{self.query.format(user.pk)}"


panels: Registry[Panel] = Registry()


@dataclass(frozen=True)
class PageLink:
    """Another page about a person, for those with a permission: `url` returns its address."""

    label: Sentence
    permission: str
    url: Callable[[User], str]


page_links: Registry[PageLink] = Registry()


def link(row: Model | None, text: Any = None) -> str:
    """Return a link to the staff's page of a row; nothing without a row."""
    if row is None:
        return ""
    page = row._meta.label_lower.replace(".", "_")
    url = reverse(f"admin:{page}_change", args=[quote(row.pk)])
    return format_html('<a class="text-link" href="{}">{}</a>', url, row if text is None else text)


def list_sessions(user: User) -> Rows:
    for row in LoginSession.objects.visible_to(user).order_by("-created_at", "-pk")[:MAX_ROWS]:
        device = row.user_agent or _("unknown device")
        yield link(row, device), row.ip, row.created_at, row.last_used_at


def list_mails(user: User) -> Rows:
    for row in SentMail.objects.filter(user=user).order_by("-sent_at", "-pk")[:MAX_ROWS]:
        yield row.subject, row.sent_at, row.get_outcome_display()


def list_notes(user: User) -> Rows:
    notes = list(StaffNote.objects.filter(user=user).order_by("-created_at", "-pk")[:MAX_ROWS])
    authors = User.objects.in_bulk({note.by for note in notes})
    for note in notes:
        yield note.text, authors.get(note.by) or note.by, note.created_at


def list_log(user: User) -> Rows:
    """Return what staff did about the person, with who did it and why."""
    entries = list(AuditEntry.objects.filter(person_id=user.pk).order_by("-pk")[:MAX_ROWS])
    staff = User.objects.in_bulk({entry.by for entry in entries})
    for entry in entries:
        what = f"{entry.action} {entry.model.partition('.')[2]}"
        yield link(entry, what), entry.reason, staff.get(entry.by) or entry.by, entry.at


NOTES = Panel(
    "notes",
    _("Notes by staff"),
    StaffNote,
    "user__id__exact={}",
    (_("note"), _("by"), _("when")),
    list_notes,
)
OWN = (
    Panel(
        "log",
        _("What staff did"),
        AuditEntry,
        "person_id={}",
        (_("action"), _("reason"), _("by"), _("when")),
        list_log,
    ),
    Panel(
        "mails",
        _("Mails sent"),
        SentMail,
        "user__id__exact={}",
        (_("subject"), _("when"), _("outcome")),
        list_mails,
    ),
    Panel(
        "sessions",
        _("Signed-in devices"),
        LoginSession,
        "user__id__exact={}",
        (_("device"), _("address"), _("since"), _("last used")),
        list_sessions,
    ),
    NOTES,
)
