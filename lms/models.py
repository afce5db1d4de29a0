"""What the rows of several apps share, and the rows of the project itself."""

from typing import Any, NoReturn, override

from bson import ObjectId
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ObjectIdField

from lms.mongodb import connection


class TimeStamped(models.Model):
    """A row with the times of its creation and of its last change (UTC, milliseconds)."""

    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True


class Referenced(models.Model):
    """A row that others refer to; `references` counts how often one began to (see `lms.mongodb.references`)."""

    references = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Entries that can be read and added to."""

    @override
    def update(self, **fields: Any) -> NoReturn:
        raise TypeError("An entry of the audit log is never changed.")

    @override
    def delete(self) -> NoReturn:
        raise TypeError("An entry of the audit log is never deleted.")

    def forget(self, person_id: ObjectId) -> None:
        """Remove the values of an erased person; that something was done, by whom and why stays."""
        connection.get_collection(self.model._meta.db_table).update_many(
            {"person_id": person_id},
            {"$set": {"before": {}, "after": {}}},
            session=connection.session,
        )


class AuditEntry(models.Model):
    """What a member of staff did to one row: entries are added, never changed or deleted.

    `before` and `after` hold the values that differ, by field. `person_id` is the person whom the row is about.
    """

    by = ObjectIdField(_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    action = models.CharField(_("action"), max_length=40)
    model = models.CharField(_("model"), max_length=100)
    object_id = models.CharField(_("object"), max_length=100)
    person_id = ObjectIdField(_("person"), null=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)

    objects = AuditEntries.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["by", "-id"], name="audit_by_staff"),
            models.Index(fields=["person_id", "-id"], name="audit_by_person"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["model", "-id"], name="audit_by_model"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.object_id}"

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An entry of the audit log is never changed.")
        super().save(*args, **kwargs)

    @override
    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An entry of the audit log is never deleted.")
