"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's second choice of parameters: 19 MiB, two passes, one lane.

    Django's own take 100 MiB and eight lanes for each sign-in, so that fifty sign-ins at once need 5 GB.
    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
