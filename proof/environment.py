"""Set up Django, a database and a sandbox that end with this process.

`PROOF_MONGODB_URI` names a MongoDB server to use, in which the database stays; without it, it is the embedded one.
"""

import os

import django

from sandbox import server
from sandbox.mongo import lease


def set_up(**variables: str) -> str:
    """Set everything up and return the URL of the sandbox; models can be imported afterwards.

    `variables` are set in the environment too, for the processes that are started.
    """
    sandbox = server.start_in_thread()
    os.environ |= {
        "DEBUG": "1",
        "MONGODB_URI": os.environ.get("PROOF_MONGODB_URI") or lease.temporary(),
        "MONGODB_NAME": f"proof_{os.getpid()}",
        "STRIPE_API_BASE": sandbox.url,
        "CLOUDINARY_API_BASE": sandbox.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sandbox.smtp_port),
        "DJANGO_SETTINGS_MODULE": "proof.settings",
        **variables,
    }
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)
    return sandbox.url
