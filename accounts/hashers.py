"""The hashers of passwords: Argon2id for all that is written here, bcrypt for accounts that came from a Node server."""

from django.contrib.auth.hashers import Argon2PasswordHasher, BCryptPasswordHasher
from django.utils.encoding import force_bytes


class Argon2(Argon2PasswordHasher):
    """Argon2id with parameters that OWASP recommends: 19 MiB of memory, two passes, one lane.

    Django's own parameters take 100 MiB and eight lanes per sign-in: fifty simultaneous sign-ins would need 5 GB.
    https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1


class Bcrypt(BCryptPasswordHasher):
    """bcrypt as Node's libraries compute it: of a long password the first 72 bytes count, and the rest is ignored.

    It only verifies: at the next sign-in, Django replaces such a hash with the first one of `PASSWORD_HASHERS`. The
    library itself refuses a longer password. https://github.com/pyca/bcrypt#maximum-password-length
    """

    MAX_BYTES = 72

    def encode(self, password: str | bytes, salt: str | bytes) -> str:
        encoded: str = super().encode(force_bytes(password)[: self.MAX_BYTES], salt)  # type: ignore[arg-type]  # Django takes bytes too
        return encoded
