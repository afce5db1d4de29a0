"""The hashers of passwords: Argon2id for all that is written here, bcrypt for accounts that came from a Node server.

A few threads of their own hash, one for each processor: docs/decisions/0039-a-few-threads-hash.md has why. Requests wait for
their turn, or are refused with `TooManyPasswords`.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import Argon2PasswordHasher, BCryptPasswordHasher
from django.utils.encoding import force_bytes

from accounts.exceptions import TooManyPasswords
from lms.turns import Turns

AT_ONCE = min(os.process_cpu_count() or 1, 4)
"""How many passwords are hashed at once, by a worker: each takes a processor, and 19 MiB that its thread keeps."""
PLACES = 48
"""How many requests may be hashing or wait for it, in a worker."""

_turns = Turns(AT_ONCE, places=PLACES, refusal=TooManyPasswords)
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hasher")


def in_turn[**P, Result](work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Return the result of `work`, done by a thread that hashes. Raises `TooManyPasswords`."""
    with _turns.take():
        return _threads.submit(work, *args, **kwargs).result()


class Argon2(Argon2PasswordHasher):
    """Argon2id with parameters that OWASP recommends: 19 MiB of memory, two passes, one lane.

    Django's own parameters take 100 MiB and eight lanes per sign-in: fifty simultaneous sign-ins would need 5 GB.
    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return in_turn(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        return in_turn(super().verify, password, encoded)


class Bcrypt(BCryptPasswordHasher):
    """bcrypt as Node's libraries compute it: of a long password the first 72 bytes count, and the rest is ignored.

    It only verifies: at the next sign-in, Django replaces such a hash with the first one of `PASSWORD_HASHERS`. The
    library itself refuses a longer password. https://github.com/pyca/bcrypt#maximum-password-length
    """

    MAX_BYTES = 72

    def encode(self, password: str | bytes, salt: str | bytes) -> str:
        # `verify` calls this. Django takes bytes too.
        encoded: str = in_turn(super().encode, force_bytes(password)[: self.MAX_BYTES], salt)  # type: ignore[arg-type]
        return encoded
