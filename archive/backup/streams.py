"""Bytes on their way into a backup and out of it: counted, compared with their digest, encrypted if asked.

Encrypted is by age (https://age-encryption.org/v1), whose own tools read it too: who writes needs the recipient's
public key alone, so that a machine that crawls cannot read the backups it has written.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import BadInput, Damaged, UsageError
from archive.storage import Storage

__all__ = ["ENCRYPTED", "digest_of", "fetch", "identities_of", "recipients_of", "store"]

ENCRYPTED = ".age"
"""How the name of an encrypted file ends."""

_ONE_BLOCK = 1 << 20


class _Counted:
    """A file that is read up to a size; `digest` is then SHA-256 of what was read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self.left = file, size
        self._made = hashlib.sha256()

    def read(self, most: int = _ONE_BLOCK) -> bytes:
        """The next bytes."""
        data = self._file.read(min(self.left, most if most >= 0 else self.left))
        self._made.update(data)
        self.left -= len(data)
        return data

    @property
    def digest(self) -> str:
        """SHA-256 of what was read, hex."""
        return self._made.hexdigest()


class _Sink:
    """Where bytes go, up to a size. An error of writing is kept: what encrypts does not pass all of them on."""

    def __init__(self, to: BinaryIO, most: int | None = None) -> None:
        self._to, self._left = to, most
        self._made = hashlib.sha256()
        self.problem: OSError | None = None

    def write(self, data: bytes) -> int:
        part = data if self._left is None else data[: self._left]
        try:
            self._to.write(part)
        except OSError as problem:
            self.problem = problem
            raise
        self._made.update(part)
        if self._left is not None:
            self._left -= len(part)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def digest(self) -> str:
        return self._made.hexdigest()


def _age() -> Any:
    try:
        import pyrage
    except ModuleNotFoundError:
        raise UsageError("for encrypted backups something more is needed: pip install 'palimpsest[backup]'") from None
    return pyrage


def recipients_of(words: Sequence[str]) -> list[Any]:
    """Who may read what is encrypted, by public keys (`age1…`, or of SSH). Raises UsageError."""
    return [_recipient(one) for one in words]


def _recipient(words: str) -> Any:
    age = _age()
    kind = age.ssh if words.startswith("ssh-") else age.x25519
    try:
        return kind.Recipient.from_str(words)
    except age.RecipientError as problem:
        raise UsageError(f"--recipient wants a public key, age1… or ssh-ed25519 …, not {words!r} ({problem})") from None


def identities_of(path: Path | None) -> list[Any]:
    """The keys in a file, as `age-keygen` writes it, or an SSH key without a password. Raises BadInput."""
    if path is None:
        return []
    age = _age()
    try:
        data = path.read_bytes()
        if b"PRIVATE KEY" in data:
            return [age.ssh.Identity.from_buffer(data)]
        lines = (line.strip() for line in data.decode().splitlines())
        return [age.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as problem:
        raise BadInput(f"{path}: {problem.strerror}") from None
    except (age.IdentityError, UnicodeDecodeError):
        # Nothing of it is shown: it may be a key all the same.
        raise BadInput(f"{path} holds no key of age: a line AGE-SECRET-KEY-1… or an SSH key") from None


def store(to: Storage, key: str, file: BinaryIO, size: int, sha256: str, recipients: Sequence[Any]) -> None:
    """Keep the first bytes of a file under that name. Raises Damaged where they are not those of the digest."""

    def write(out: BinaryIO) -> None:
        source = _Counted(file, size)
        if recipients:
            sink = _Sink(out)
            _age().encrypt_io(source, sink, recipients)
            if sink.problem is not None:
                raise sink.problem
        else:
            shutil.copyfileobj(source, out, _ONE_BLOCK)
        if source.left or source.digest != sha256:
            raise Damaged("its bytes are not those that were written")

    to.put(key, write)


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of a file that is open, to its end, hex."""
    made = hashlib.sha256()
    while block := file.read(_ONE_BLOCK):
        made.update(block)
    return made.hexdigest()


def fetch(where: Storage, key: str, out: BinaryIO, size: int, sha256: str, identities: Sequence[Any]) -> None:
    """Write what is kept under a name. Raises Damaged where it is not what the digest says, BadInput without a key."""
    sink = _Sink(out, size)
    with where.opened(key) as file:
        if key.endswith(ENCRYPTED):
            _decrypt(f"{where.where}/{key}", file, sink, identities)
        else:
            shutil.copyfileobj(file, sink, _ONE_BLOCK)
    if sink.digest != sha256:
        raise Damaged(f"{where.where}/{key} is not what was written there")


def _decrypt(said: str, file: BinaryIO, sink: _Sink, identities: Sequence[Any]) -> None:
    if not identities:
        raise BadInput(f"{said} is encrypted: name the file with your key by --identity FILE")
    age = _age()
    try:
        age.decrypt_io(file, sink, identities)
    except age.DecryptError as problem:
        raise BadInput(f"{said}: the key given does not open it ({problem})") from None
    except OSError as problem:
        if sink.problem is not None:
            raise sink.problem from None
        raise Damaged(f"{said} is damaged ({problem})") from None
    if sink.problem is not None:
        raise sink.problem
