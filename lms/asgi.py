"""The ASGI application. It refuses to start while the settings or the database are unsafe."""

import os
import sys

from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
try:
    application = get_asgi_application()
    from lms.checks.database import refuse_unsafe  # needs the apps

    refuse_unsafe()
except ImproperlyConfigured as error:
    sys.exit(str(error))  # in sentences, not in a traceback
