"""Users and their sessions: who may read and who may annotate. Passwords are kept as Argon2id (RFC 9106), sessions by
the digest of a secret that only the visitor's browser has."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from archive import text
from archive.desk.database import Desk, moment, named
from archive.desk.roles import Role
from archive.errors import NotFound, UsageError

__all__ = [
    "SESSION",
    "User",
    "add",
    "begin",
    "checked",
    "end",
    "named_by_subject",
    "remove",
    "session",
    "users",
]

SESSION = timedelta(hours=12)
"""How long a session lasts."""

_SHORTEST, _LONGEST = 10, 1_000
"""Characters of a password."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may look. `subject` is who they are to the provider they log in by; empty: by password."""

    name: str
    role: Role
    subject: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """Who a session is of; `role` is None where the name is but what a visitor said: no password stands behind it."""

    name: str
    role: Role | None


# One at a time: a password takes 64 MB to check, and whoever tries many must not take them all at once.
_ONE = threading.Lock()


def _hashed(password: str) -> str:
    with _ONE:
        return PasswordHasher().hash(password)


def _fits(kept: str, password: str) -> bool:
    with _ONE:
        try:
            return PasswordHasher().verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def users(desk: Desk) -> list[User]:
    """Everybody, by name."""
    with desk.reading() as connection:
        rows = connection.execute("SELECT name, role, subject, made_at FROM person ORDER BY name").fetchall()
    return [User(name, Role(role), subject or "", moment(at)) for name, role, subject, at in rows]


def add(desk: Desk, name: str, role: Role, at: datetime, *, password: str = "", subject: str = "") -> None:
    """Somebody new, or another password, role or subject for who is there: their sessions end. Raises UsageError."""
    name = named("the name of a user", name)
    if not subject and not _SHORTEST <= len(password) <= _LONGEST:
        raise UsageError(f"a password has {_SHORTEST} to {_LONGEST:,} characters")
    kept = _hashed(password) if password else None
    with desk.writing() as connection:
        taken = connection.execute("SELECT name FROM person WHERE subject = ? AND name <> ?", (subject or None, name))
        if other := taken.fetchone():
            raise UsageError(f"{text.clip(subject, 80)} is {other[0]} already")
        connection.execute("DELETE FROM session WHERE name = ?", (name,))
        connection.execute(
            "INSERT INTO person(name, role, password, subject, made_at) VALUES(?,?,?,?,?) "
            "ON CONFLICT(name) DO UPDATE SET role = excluded.role, password = excluded.password, "
            "subject = excluded.subject",
            (name, role, kept, subject or None, text.iso(at)),
        )


def remove(desk: Desk, name: str) -> None:
    """Somebody who may look no longer; what they wrote stays. Raises NotFound."""
    with desk.writing() as connection:
        if not connection.execute("DELETE FROM person WHERE name = ?", (name,)).rowcount:
            raise NotFound(f"there is no user {text.clip(name, 80)!r}")
        connection.execute("DELETE FROM session WHERE name = ?", (name,))


def checked(desk: Desk, name: str, password: str) -> bool:
    """Whether this is somebody's password; it takes as long where there is nobody of that name."""
    with desk.reading() as connection:
        found = connection.execute("SELECT password FROM person WHERE name = ?", (name,)).fetchone()
    kept = found[0] if found else None
    return _fits(kept or _NOBODY, password[:_LONGEST]) and kept is not None


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$uM7jpVsrEUGyGG6DiLeXdrm2KBF6rJAfxxHRdLrrxDY"
"""A hash of the strength that is kept, of no password."""


def named_by_subject(desk: Desk, subject: str) -> str:
    """Who a provider's subject is; empty for nobody."""
    with desk.reading() as connection:
        found = connection.execute("SELECT name FROM person WHERE subject = ?", (subject,)).fetchone()
    return str(found[0]) if found else ""


# --- sessions ---------------------------------------------------------------------------------------------------------


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def begin(desk: Desk, name: str, at: datetime, *, password_checked: bool) -> str:
    """A session of somebody, by its secret, which is kept nowhere. Without a check it is of a name that a visitor
    said, and counts as nobody's as soon as there are users."""
    name, secret = named("your name", name), secrets.token_urlsafe(32)
    values = (_digest(secret), name, int(password_checked), text.iso(at + SESSION))
    with desk.writing() as connection:
        connection.execute("DELETE FROM session WHERE until < ?", (text.iso(at),))
        connection.execute("INSERT INTO session(digest, name, checked, until) VALUES(?,?,?,?)", values)
    return secret


def session(desk: Desk, secret: str, at: datetime) -> Checked | None:
    """Whose session has that secret; None where it is nobody's, or over."""
    with desk.reading() as connection:
        row = connection.execute(
            "SELECT session.name, checked, until, role FROM session LEFT JOIN person ON person.name = session.name "
            "WHERE digest = ?",
            (_digest(secret),),
        ).fetchone()
    if row is None or moment(row[2]) <= at:
        return None
    name, is_checked, _, role = row
    return Checked(name, Role(role) if is_checked and role else None)


def end(desk: Desk, secret: str) -> None:
    """End a session."""
    with desk.writing() as connection:
        connection.execute("DELETE FROM session WHERE digest = ?", (_digest(secret),))
