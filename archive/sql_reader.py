"""A role of PostgreSQL for those who ask in SQL: it may read the views `v1_*`, and nothing else, for so long.

A reader who stays stalls no crawl: what takes too long is stopped, and so is a transaction in which nobody asks any
more, which would keep the server from clearing away what was replaced meanwhile."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, text

from archive import db
from archive.errors import UsageError
from archive.views import VIEWS

__all__ = ["grant"]

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_OURS = "reads the views of a Palimpsest archive"
_CONNECTIONS, _SHORTEST = 5, 10


def grant(url: str, role: str, password: str, seconds: int) -> None:
    """Make the role, or give it another password and limit; it may read the views there are, so that it is to be
    granted anew after an upgrade that makes others. Raises UsageError for a name that is another's, and on SQLite."""
    if not _NAME.fullmatch(role):
        raise UsageError(f"a role's name is of small letters, digits and _, not {role[:63]!r}")
    if len(password) < _SHORTEST:
        raise UsageError(f"a password has {_SHORTEST} characters or more")
    engine = db.open_writer(url)
    try:
        if engine.dialect.name != "postgresql":
            raise UsageError("SQLite has no roles: `palimpsest publish` writes a file for those who ask in SQL")
        db.ready(engine)
        with db.explained(), engine.begin() as connection:
            _make(connection, role, password, seconds)
    finally:
        engine.dispose()


def _make(connection: Connection, role: str, password: str, seconds: int) -> None:
    said = "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = :role"
    there = connection.execute(text(said), {"role": role}).first()
    if there is not None and there[0] != _OURS:
        raise UsageError(f"the server has a role {role} that is not one of ours: give it another name")
    driver: Any = connection.connection.driver_connection
    # As the server would keep it: the password itself stands in no log of statements.
    kept = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    database = connection.execute(text("SELECT current_database(), current_schema()")).one()
    named, schema = (_quoted(name) for name in database)
    verb = "CREATE" if there is None else "ALTER"
    may_nothing = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    for statement in (
        f"{verb} ROLE {role} {may_nothing} CONNECTION LIMIT {_CONNECTIONS} PASSWORD '{kept}'",
        f"COMMENT ON ROLE {role} IS '{_OURS}'",
        f"ALTER ROLE {role} SET default_transaction_read_only = on",
        f"ALTER ROLE {role} SET statement_timeout = '{seconds}s'",
        f"ALTER ROLE {role} SET idle_in_transaction_session_timeout = '{seconds}s'",
        f"ALTER ROLE {role} SET lock_timeout = '5s'",
        f"GRANT CONNECT ON DATABASE {named} TO {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT SELECT ON {', '.join(f'{schema}.{view.name}' for view in VIEWS)} TO {role}",
    ):
        connection.exec_driver_sql(statement)


def _quoted(name: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'
