"""Make the roles of staff once: what a company changes or deletes later stays so.

It makes the rows of their permissions too, because Django makes them after the last migration.
"""

from django.db import migrations

EVERYTHING = {
    "accounts.user": "view add change erase_user manage_staff",
    "accounts.instructorrequest": "view change",
    "accounts.sentmail": "view",
    "accounts.staffnote": "view add",
    "auth.group": "view add change delete",
    "certificates.certificate": "view change",
    "courses.category": "view add change delete",
    "courses.course": "view change delete preview_course",
    "courses.review": "view change delete",
    "learning.accesschange": "view",
    "learning.enrollment": "view add change",
    "lms.auditentry": "view",
    "lms.jobrun": "view add",
    "lms.queuedtask": "view change delete",
    "media.asset": "view delete",
    "media.deletion": "view",
    "media.playbackgrant": "view",
    "payments.coupon": "view add change delete",
    "payments.dispute": "view answer_dispute",
    "payments.ledgercheck": "view",
    "payments.ledgerentry": "view",
    "payments.order": "view refund_order",
    "payments.reconciliationrun": "view",
    "payments.refund": "view",
    "payments.stripecustomer": "view",
    "payments.stripeevent": "view",
}

ROLES = {
    "Support": {
        "accounts.user": "view add change",
        "accounts.instructorrequest": "view change",
        "accounts.sentmail": "view",
        "accounts.staffnote": "view add",
        "certificates.certificate": "view change",
        "courses.course": "view",
        "courses.review": "view",
        "learning.accesschange": "view",
        "learning.enrollment": "view add change",
        "media.asset": "view",
        "media.playbackgrant": "view",
        "payments.coupon": "view",
        "payments.dispute": "view",
        "payments.order": "view",
        "payments.refund": "view",
        "payments.stripecustomer": "view",
    },
    "Finance": {
        "accounts.user": "view",
        "accounts.staffnote": "view add",
        "courses.course": "view",
        "learning.accesschange": "view",
        "learning.enrollment": "view",
        "payments.coupon": "view add change delete",
        "payments.dispute": "view answer_dispute",
        "payments.ledgercheck": "view",
        "payments.ledgerentry": "view",
        "payments.order": "view refund_order",
        "payments.reconciliationrun": "view",
        "payments.refund": "view",
        "payments.stripecustomer": "view",
        "payments.stripeevent": "view",
    },
    "Content": {
        "accounts.instructorrequest": "view change",
        "certificates.certificate": "view change",
        "courses.category": "view add change delete",
        "courses.course": "view change delete preview_course",
        "courses.review": "view change delete",
        "media.asset": "view delete",
        "media.deletion": "view",
    },
    "Owner": EVERYTHING,
}
"""By role and model: verbs, and the names of permissions of their own."""

REPLACED = {
    ("accounts", "delete_user"): ("accounts.user", "erase_user"),
    ("payments", "change_order"): ("payments.order", "refund_order"),
}
"""Permissions that allowed something by the name of another verb, and the ones that allow it."""


def make_roles(apps, schema_editor=None):
    for role, models in ROLES.items():
        group, is_new = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        if is_new:
            group.permissions.add(
                *(
                    get_permission(apps, model, word)
                    for model, words in models.items()
                    for word in words.split()
                )
            )


def give_successors(apps, schema_editor):
    """Let those who hold a permission that is replaced hold the one that replaces it."""
    permissions = apps.get_model("auth", "Permission").objects
    for (app, codename), (model, word) in REPLACED.items():
        for old in permissions.filter(content_type__app_label=app, codename=codename):
            new = get_permission(apps, model, word)
            for holder in (
                apps.get_model("auth", "Group").permissions,
                apps.get_model("accounts", "User").user_permissions,
            ):
                column = f"{holder.field.model._meta.model_name}_id"
                for held in list(holder.through.objects.filter(permission_id=old.pk)):
                    who = {column: getattr(held, column)}
                    holder.through.objects.get_or_create(**who, permission_id=new.pk)


def get_permission(apps, model, word):
    """Return the permission for a verb on a model, or of a name of its own; make it if it is missing."""
    app, name = model.split(".")
    options = apps.get_model(app, name)._meta
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=name
    )
    own = dict(options.permissions)
    codename = word if word in own else f"{word}_{name}"
    title = own.get(word) or f"Can {word} {options.verbose_name_raw}"
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": title}
    )
    return permission


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_mails_and_notes'),
        ('auth', '0001_initial'),
        ('certificates', '0005_language'),
        ('contenttypes', '0001_initial'),
        ('courses', '0012_rejection_reason'),
        ('learning', '0011_times_of_the_last_lecture_and_reset'),
        ('lms', '0002_tasks_and_runs'),
        ('media', '0006_delivery_type'),
        ('payments', '0008_evidence_of_disputes'),
    ]

    operations = [
        migrations.RunPython(give_successors, migrations.RunPython.noop),
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
