"""The project package as an app, and Django's apps with MongoDB's primary keys."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig
from django.utils.translation import gettext_lazy as _

OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"


class LmsConfig(AppConfig):
    name = "lms"
    verbose_name = _("System")

    def ready(self) -> None:
        from lms import metrics, tracing
        from lms.checks import database, deployment  # noqa: F401 (they register their checks)
        from lms.clock.inbox import ITEMS as JOBS
        from lms.clock.metrics import read_state as read_jobs
        from lms.inbox import items
        from lms.tasks.inbox import ITEMS as TASKS
        from lms.tasks.metrics import read_state as read_tasks

        tracing.start()
        metrics.STATE.register(metrics.State(read_tasks))
        metrics.STATE.register(metrics.State(read_jobs))
        for item in (*TASKS, *JOBS):
            items.register(item)


class MongoAdminConfig(AdminConfig):
    default_auto_field = OBJECT_ID
    default_site = "accounts.staff.StaffSite"


class MongoAuthConfig(AuthConfig):
    verbose_name = _("System")  # as in the navigation
    default_auto_field = OBJECT_ID


class MongoContentTypesConfig(ContentTypesConfig):
    default_auto_field = OBJECT_ID
