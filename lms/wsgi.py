"""The WSGI application, which refuses to serve while the database is unsafe."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_wsgi_application()

from lms.checks import refuse_unsafe  # noqa: E402 (needs the apps)

refuse_unsafe()
