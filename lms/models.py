from django.db import models


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
