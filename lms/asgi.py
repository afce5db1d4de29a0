"""The ASGI application, which refuses to serve while the database is unsafe."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_asgi_application()

from lms.checks import refuse_unsafe  # noqa: E402 (needs the apps)

refuse_unsafe()
