"""The hasher of passwords."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with parameters that OWASP recommends: 19 MiB of memory, two passes, one lane.

    Django's own parameters take 100 MiB and eight lanes per sign-in: fifty simultaneous sign-ins would need 5 GB.
    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
