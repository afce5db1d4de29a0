"""The staff's navigation: lists by subject, each shown only to those who may open it."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lms.locales import Sentence

GROUPS: tuple[tuple[Sentence, dict[str, str]], ...] = (
    (
        _("People"),
        {
            "accounts.User": "person",
            "accounts.InstructorRequest": "person_raised_hand",
            "accounts.StaffNote": "sticky_note_2",
            "accounts.SentMail": "mail",
            "accounts.LoginSession": "devices",
        },
    ),
    (
        _("Courses"),
        {"courses.Course": "school", "courses.Category": "category", "courses.Review": "star"},
    ),
    (
        _("Learning"),
        {
            "learning.Enrollment": "menu_book",
            "learning.AccessChange": "key",
            "certificates.Certificate": "workspace_premium",
        },
    ),
    (
        _("Assessments"),
        {
            "assessments.Question": "quiz",
            "assessments.Quiz": "checklist_rtl",
            "assessments.Attempt": "rule",
            "assessments.Assignment": "assignment",
            "assessments.Submission": "assignment_turned_in",
            "assessments.Grade": "grade",
        },
    ),
    (
        _("Money"),
        {
            "payments.Order": "receipt_long",
            "payments.Refund": "undo",
            "payments.Dispute": "gavel",
            "payments.Coupon": "sell",
            "payments.StripeCustomer": "contact_page",
            "payments.LedgerEntry": "account_balance",
            "payments.LedgerCheck": "fact_check",
            "payments.ReconciliationRun": "sync",
            "payments.StripeEvent": "webhook",
        },
    ),
    (
        _("Files"),
        {"media.Asset": "perm_media", "media.PlaybackGrant": "smart_display", "media.Deletion": "delete"},
    ),
    (
        _("System"),
        {
            "auth.Group": "badge",
            "lms.AuditEntry": "history",
            "lms.Event": "event_note",
            "lms.QueuedTask": "checklist",
            "lms.JobRun": "schedule",
        },
    ),
)  # fmt: skip
"""Each group with the labels of its models, and an icon of Material Symbols for each. What is not named is in the last."""


def list_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation in the shape of unfold's SIDEBAR, without what this person may not open."""
    site = admin.site
    if not site.has_permission(request):
        return []
    named = {label for __, icons in GROUPS for label in icons}
    others = [each._meta.label for each in site._registry if each._meta.label not in named]
    inbox = {"title": _("Inbox"), "icon": "inbox", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"items": [inbox]}]
    for title, icons in GROUPS:
        labels = [*icons, *(others if icons is GROUPS[-1][1] else ())]
        models = (apps.get_model(label) for label in labels)
        items = [
            _item(model, icons.get(model._meta.label, "table_rows"))
            for model in models
            if _may_open(request, model)
        ]
        if items:
            groups.append({"title": title, "separator": True, "collapsible": False, "items": items})
    return groups


def _may_open(request: HttpRequest, model: type[Model]) -> bool:
    if not admin.site.is_registered(model):
        return False
    return admin.site.get_model_admin(model).has_view_or_change_permission(request)


def _item(model: type[Model], icon: str) -> dict[str, Any]:
    options = model._meta
    link = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return {"title": capfirst(options.verbose_name_plural), "icon": icon, "link": link}
