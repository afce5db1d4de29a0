"""The project package as an app, and Django's apps with MongoDB's primary keys."""

from django.apps import AppConfig
from django.conf import settings
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

        keep_connections()
        tracing.start()
        metrics.STATE.register(metrics.State(read_tasks))
        metrics.STATE.register(metrics.State(read_jobs))
        for item in (*TASKS, *JOBS):
            items.register(item)


def keep_connections() -> None:
    """Disconnect what Django does before and after each request for databases and caches that must be closed.

    The driver of MongoDB keeps a pool of its own, which the backend never closes, and so does that of Redis.
    """
    from django.core.cache import close_caches
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, reset_queries

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    request_finished.disconnect(close_caches)
    if not settings.DEBUG:
        request_started.disconnect(reset_queries)


class MongoAdminConfig(AdminConfig):
    default_auto_field = OBJECT_ID
    default_site = "accounts.staff.StaffSite"


class MongoAuthConfig(AuthConfig):
    verbose_name = _("System")  # as in the navigation
    default_auto_field = OBJECT_ID


class MongoContentTypesConfig(ContentTypesConfig):
    default_auto_field = OBJECT_ID
