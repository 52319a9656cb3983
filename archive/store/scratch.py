"""Temporary tables that stand before the real ones, while an archive is turned back to what was held at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, MetaData, Select, Table, func, or_, select, text
from sqlalchemy.sql.ddl import CreateTableAs, CreateView

from archive.models import Base

__all__ = ["SEEN", "TABLES", "Scratch", "real_tables", "untouched"]

TABLES = Base.metadata.tables
SEEN = TABLES["capture"]
"""The captures that were held, once their view stands before the table."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """The temporary tables as they are made, one after the other: each reads those made before. `real` are the tables
    that nothing stands before, by name."""

    connection: Connection
    at: datetime
    real: dict[str, Table]

    def view(self, name: str, statement: Select[*tuple[Any, ...]]) -> None:
        """Let a view stand before a table."""
        self.connection.execute(CreateView(statement, name, temporary=True))

    def table(self, name: str, statement: Any, *indexes: str) -> None:
        """Let a table with these indexes stand before one, or help to make others."""
        self.connection.execute(CreateTableAs(statement, name, temporary=True))
        for n, columns in enumerate(indexes):
            self.connection.execute(text(f"CREATE INDEX then_{name}_{n} ON {name} ({columns})"))
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text(f"ANALYZE {name}"))

    @property
    def begun(self) -> Select[int]:
        """The runs that had begun."""
        runs = self.real["run"].c
        return select(runs.id).where(runs.started_at <= self.at)

    @property
    def came_later(self) -> ColumnElement[bool]:
        """A capture that was not held."""
        captures = self.real["capture"].c
        return or_(captures.fetched_at > self.at, captures.run_id.not_in(self.begun))


def real_tables(connection: Connection) -> dict[str, Table]:
    """The tables that nothing stands before, by name."""
    on_sqlite = connection.dialect.name == "sqlite"
    here = "main" if on_sqlite else str(connection.execute(select(func.current_schema())).scalar())
    found = MetaData()
    return {name: table.to_metadata(found, schema=here) for name, table in TABLES.items()}


def untouched(article: Any) -> ColumnElement[bool]:
    """Whether nothing came to an article since."""
    affected = text("SELECT id FROM affected").columns(id=TABLES["article"].c.id.type)
    unaffected: ColumnElement[bool] = article.not_in(affected)
    return unaffected
