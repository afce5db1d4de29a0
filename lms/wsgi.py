"""The WSGI application. It refuses to start while the settings or the database are unsafe."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
try:
    application = get_wsgi_application()
    from lms.checks.database import refuse_unsafe  # needs the apps

    refuse_unsafe()
    from django.conf import settings

    if settings.WORKER_THREAD:
        from lms.tasks.worker import start_thread

        start_thread()
except ImproperlyConfigured as error:
    sys.exit(str(error))  # in sentences, not in a traceback
