"""Alembic's entry: runs the revisions on the connection `archive.db.migrate` hands in, or on DATABASE_URL."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection

from archive.db import open_writer
from archive.home import find
from archive.models import Base

# The token table is FTS5 or tsvector, outside the models: autogenerate must not see it or its shadow tables.
_TOKENS = ("tokens",)


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name is not None and name.startswith(_TOKENS))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=_ours,
        render_as_batch=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    context.run_migrations()


def main() -> None:
    """Run on the connection handed in, else on the archive the environment names."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _run(connection)
        return
    with open_writer(find().database_url).begin() as own:
        _run(own)


main()
