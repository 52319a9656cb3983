"""An archive in a notebook: frames from SQL, from the views and from the named questions. It cannot write.

    import archive

    with archive.open("palimpsest-data") as held:
        held.view("edits", outlet="rt-fr")
        held.sql("SELECT article, headline FROM v1_articles WHERE life = :life", life="gone")
        held.ask("headlines-changed", hours=24)

Read-only by construction: SQLite opens the file so and refuses every statement but SELECT before it runs; PostgreSQL
runs each query as the one SELECT of a cursor in a transaction that is read-only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Self

from archive import db
from archive.errors import NotFound, PalimpsestError
from archive.home import address_of, find
from archive.questions.asked.every import named
from archive.questions.asked.registry import Asked
from archive.questions.filters import Filters, known
from archive.views import TIMES, VIEWS, Kind

__all__ = ["OpenArchive"]

Library = Literal["pandas", "polars"]
_Row = Sequence[Any]
_EXTRAS = {"pandas": "analysis", "polars": "polars"}


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise PalimpsestError(
            f"frames need {name}, which is not installed: pip install 'palimpsest[{_EXTRAS[name]}]'"
        ) from None


def _pandas(columns: Sequence[str], rows: list[_Row], times: frozenset[str]) -> Any:
    pandas = _library("pandas")
    frame = pandas.DataFrame.from_records(rows, columns=list(columns))
    for name in times.intersection(columns):
        frame[name] = pandas.to_datetime(frame[name], format="ISO8601", utc=True)
    return frame


def _polars(columns: Sequence[str], rows: list[_Row], times: frozenset[str]) -> Any:
    polars = _library("polars")
    frame = polars.DataFrame(rows, schema=list(columns), orient="row", infer_schema_length=None)
    as_times = [
        polars.col(name).cast(polars.String).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
        for name in columns
        if name in times
    ]
    return frame.with_columns(as_times)


_FRAMES: dict[str, Callable[[Sequence[str], list[_Row], frozenset[str]], Any]] = {"pandas": _pandas, "polars": _polars}


def _told(value: Any) -> Any:
    return list(map(_told, value)) if isinstance(value, tuple) else value


class OpenArchive:
    """An archive that is open for reading; close it, or use it in `with`. What it returns are frames of the library it
    was opened for, times in them as moments in UTC. Raises the errors of `archive.errors`, in words."""

    def __init__(self, where: str | Path | None = None, frames: Library = "pandas") -> None:
        self._frame = _FRAMES[frames]
        self._engine = db.open_reader(find().database_url if where is None else address_of(where))
        db.only_selects(self._engine)
        try:
            db.ready(self._engine)
        except PalimpsestError:
            self._engine.dispose()
            raise

    def rows(self, query: str, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT, one after the other, with `:name` for each parameter; no library is needed."""
        with db.reading(self._engine) as connection:
            yield from map(tuple, db.select(connection, query, parameters))

    def sql(self, query: str, **parameters: Any) -> Any:
        """The rows of a SELECT as a frame, with `:name` for each parameter."""
        with db.reading(self._engine) as connection:
            found = db.select(connection, query, parameters)
            return self._frame(tuple(found.keys()), [tuple(row) for row in found], TIMES)

    @property
    def views(self) -> dict[str, str]:
        """What there is to look at: the name of each view, and what one row of it is."""
        return {view.name: view.row for view in VIEWS}

    def view(self, name: str, *, outlet: str | None = None, article: str | None = None) -> Any:
        """A view (`edits` is `v1_edits`) as a frame, of one outlet or one article where it is named."""
        found = next((view for view in VIEWS if view.name.removeprefix("v1_") == name.removeprefix("v1_")), None)
        if found is None:
            raise NotFound(f"there is no view {name!r}; there are {', '.join(self.views)}")
        asked = {"outlet": outlet or (article or "").partition(":")[0] or None, "article": article}
        wanted = {key: value for key, value in asked.items() if value is not None}
        if missing := wanted.keys() - {column.name for column in found.columns}:
            raise NotFound(f"{found.name} has no column {', '.join(missing)} to ask by")
        where = " AND ".join(f"{key} = :{key}" for key in wanted) or "1 = 1"
        times = frozenset(column.name for column in found.columns if column.kind is Kind.TIME)
        with db.reading(self._engine) as connection:
            rows = db.select(connection, f"SELECT * FROM {found.name} WHERE {where}", wanted)
            return self._frame(tuple(rows.keys()), [tuple(row) for row in rows], times)

    def ask(self, name: str, *values: str, filters: Filters | None = None, **parameters: str | float | datetime) -> Any:
        """The answer to a named question (`palimpsest ask --list`) as a frame; parameters as the command takes them."""
        question, narrowed = named(name), filters or Filters()
        words = [*values, *(f"{key}={value}" for key, value in parameters.items())]
        with db.reading(self._engine) as connection:
            known(connection, narrowed)
            found = question.answer(Asked(connection, narrowed), **question.given(words))
            return self._frame(question.columns, [_told(astuple(row)) for row in found], frozenset())

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
