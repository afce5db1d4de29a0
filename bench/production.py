"""The API as in production, on this machine: its settings, and what its processes take. Needs Linux."""

import ctypes
import time

PRODUCTION = {
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "lms.settings",
    "SECRET_KEY": "bench-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "127.0.0.1",
    "SINGLE_PROCESS": "1",
    "SECURE_SSL_REDIRECT": "0",
    "STRIPE_SECRET_KEY": "sk_test_bench",
    "STRIPE_WEBHOOK_SECRETS": "whsec_bench",
    "CLOUDINARY_URL": "cloudinary://1:bench@bench",
    # As good as not set: no sandbox, and what was compiled is kept.
    **dict.fromkeys(("STRIPE_API_BASE", "CLOUDINARY_API_BASE", "PYTHONDONTWRITEBYTECODE"), ""),
}
"""Environment variables."""


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process has taken, of all its threads, in seconds.

    Raises ProcessLookupError if there is none. https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html
    """
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(f"There is no process {pid}.")
    return time.clock_gettime(clock.value)
