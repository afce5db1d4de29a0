"""What the rows of several apps share, and the rows of the project itself."""

from typing import Any, NoReturn, override

from bson import ObjectId
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_mongodb_backend.fields import ObjectIdField

from lms.mongodb import connection
from lms.mongodb.indexes import TTLIndex


def name_of(row: models.Model, relation: str) -> str:
    """Return how people know the row that another refers to: its title or name; "(deleted)" if it is gone."""
    try:
        other = getattr(row, relation)
    except ObjectDoesNotExist:
        other = None
    name = getattr(other, "title", None) or getattr(other, "name", None)
    return str(name or _("(deleted)"))


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
        permissions = [("export_lists", "Can export lists")]  # each export leaves an entry
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
        return f"{self.action} {self.model}, {self.at:%Y-%m-%d %H:%M}"

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An entry of the audit log is never changed.")
        super().save(*args, **kwargs)

    @override
    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An entry of the audit log is never deleted.")


class QueuedTask(TimeStamped):
    """One call of a task that a worker makes: waiting, running, or kept because it failed.

    `due_at` is when a worker may take it. While it runs, this is the end of its worker's lease, so that the task of a killed
    worker is taken again. A task that has ended has none.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SCHEDULED = "scheduled", _("scheduled")  # to be tried again
        RUNNING = "running", _("running")
        FAILED = "failed", _("failed")
        DONE = "done", _("done")

    name = models.CharField(max_length=200, help_text=_("The task, as module.function."))
    # Addresses among them: never shown, and deleted with success.
    arguments = models.JSONField(default=dict, editable=False)
    request_id = models.CharField(max_length=200, default="-")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    due_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, default="")  # of the worker that runs it
    starts = models.PositiveSmallIntegerField(default=0)
    errors = models.PositiveSmallIntegerField(default=0)
    mails = models.PositiveSmallIntegerField(default=0)  # begun, and not known to have failed
    is_mailed = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", help_text=_("The class of the error."))
    message = models.CharField(max_length=500, default="")
    place = models.CharField(max_length=200, default="")
    expires_at = models.DateTimeField(null=True)  # MongoDB deletes it then

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], name="task_due"),
            models.Index(fields=["status", "-id"], name="task_status"),
            TTLIndex(field="expires_at", name="task_expiry"),
        )
        default_permissions = ("view", "change", "delete")

    def __str__(self) -> str:
        return self.name.rpartition(".")[2].replace("_", " ")


class JobRun(models.Model):
    """One run of a job of the clock; a process that runs one claims its time by a unique index."""

    class Outcome(models.TextChoices):
        REQUESTED = "requested", _("requested")  # by staff; the clock has not begun it
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped at its deadline")

    job = models.CharField(max_length=50)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    duration_ms = models.PositiveIntegerField(null=True)
    output = models.TextField(default="", help_text=_("The last lines that it printed."))
    expires_at = models.DateTimeField()  # MongoDB deletes it then

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["job", "due_at"], name="job_run_once_per_time"),
        )
        indexes = (
            models.Index(fields=["outcome", "-id"], name="job_run_outcome"),
            models.Index(fields=["job", "-id"], name="job_run_job"),
            models.Index(fields=["job", "outcome", "-id"], name="job_run_job_outcome"),
            TTLIndex(field="expires_at", name="job_run_expiry"),
        )
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"{self.job} {self.due_at:%Y-%m-%d %H:%M} UTC"


class Event(models.Model):
    """What a committed transaction did to one object: a line for other systems, which MongoDB deletes when it is old.

    `type` is one of `lms.events.EventType`, `object_id` the row that changed, and `number` orders the events of one
    object. `data` holds ids and whole numbers alone, so that no event keeps anything of a person.
    """

    type = models.CharField(_("type"), max_length=40)
    object_id = ObjectIdField(_("object"))
    number = models.PositiveBigIntegerField(_("number"))
    data = models.JSONField(_("data"), default=dict)
    created_at = models.DateTimeField(_("at"), editable=False)
    expires_at = models.DateTimeField(_("kept until"), editable=False)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            models.UniqueConstraint(
                fields=["object_id", "number"], name="event_one_number_per_object"
            ),
        )
        indexes = (
            models.Index(fields=["type", "-id"], name="event_by_type"),
            models.Index(fields=["object_id", "-id"], name="event_by_object"),
            TTLIndex(field="expires_at", name="event_expiry"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.number}"
