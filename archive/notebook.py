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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Self

from archive import db
from archive.errors import NotFound, PalimpsestError
from archive.home import address_of, find
from archive.query.filters import Filters
from archive.questions import rows
from archive.questions.ask import asking
from archive.questions.catalog import QUESTIONS, named
from archive.questions.options import FILTERS
from archive.questions.options import filters as named_filters
from archive.views import TIMES, VIEWS, Kind, View

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


# What a column holds; one that is not named is left to the library.
_Types = Mapping[str, type]


def _pandas(columns: Sequence[str], rows: list[_Row], types: _Types) -> Any:
    pandas = _library("pandas")
    frame = pandas.DataFrame.from_records(rows, columns=list(columns))
    for name, holds in types.items():
        if holds is datetime:
            frame[name] = pandas.to_datetime(frame[name], utc=True)
        frame[name] = frame[name].astype(_OF_PANDAS[holds])
    return frame


# Whole numbers may be missing, too.
_OF_PANDAS = {str: "str", int: "Int64", float: "float64", bool: "boolean", datetime: "datetime64[us, UTC]"}


def _polars(columns: Sequence[str], rows: list[_Row], types: _Types) -> Any:
    polars = _library("polars")
    of_polars = {
        str: polars.String,
        int: polars.Int64,
        float: polars.Float64,
        bool: polars.Boolean,
        datetime: polars.Datetime("us", "UTC"),
    }
    schema = {name: of_polars[types[name]] if name in types else None for name in columns}
    return polars.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None)


_FRAMES: dict[str, Callable[[Sequence[str], list[_Row], _Types], Any]] = {"pandas": _pandas, "polars": _polars}

_OF_VIEWS = {Kind.NUMBER: int, Kind.DECIMAL: float, Kind.FLAG: int, Kind.TIME: datetime}


def _of_view(view: View) -> _Types:
    return {column.name: _OF_VIEWS.get(column.kind, str) for column in view.columns}


def _is_time(value: Any) -> bool:
    """Whether it is written as the views write times."""
    return isinstance(value, str) and len(value) == 27 and value.endswith("Z")


def _of_query(columns: Sequence[str], rows: Sequence[_Row]) -> _Types:
    """Of the columns of any query only those are known that have a time's name and hold nothing else."""
    named_so = [(at, name) for at, name in enumerate(columns) if name in TIMES]
    return {name: datetime for at, name in named_so if all(row[at] is None or _is_time(row[at]) for row in rows)}


def _moments(columns: Sequence[str], rows: Iterable[Any], types: _Types) -> list[_Row]:
    """The rows, with what is written as a time made one."""
    at = {index for index, name in enumerate(columns) if types.get(name) is datetime}
    return [
        tuple(datetime.fromisoformat(value) if index in at and value else value for index, value in enumerate(row))
        for row in rows
    ]


def _word(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


class OpenArchive:
    """An archive that is open for reading; close it, or use it in `with`. What it returns are frames of the library it
    was opened for: the columns of a view or a question have the same types with and without rows, times are moments in
    UTC. Raises the errors of `archive.errors`, in words."""

    def __init__(self, where: str | Path | None = None, frames: Library = "pandas") -> None:
        self._frame = _FRAMES[frames]
        url = find().database_url if where is None else address_of(where)
        # Questions are our own SQL, and may need temporary tables (`asking`).
        self._engine, self._asked = db.open_reader(url), db.open_reader(url)
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
            columns, rows = tuple(found.keys()), [tuple(row) for row in found]
        types = _of_query(columns, rows)
        return self._frame(columns, _moments(columns, rows, types), types)

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
        types = _of_view(found)
        with db.reading(self._engine) as connection:
            rows = db.select(connection, f"SELECT * FROM {found.name} WHERE {where}", wanted)
            return self._frame(tuple(rows.keys()), _moments(tuple(rows.keys()), rows, types), types)

    @property
    def questions(self) -> dict[str, str]:
        """What there is to ask: each question by its name, with its parameters, and what it asks."""
        return {one.usage: one.asks for one in QUESTIONS}

    def ask(
        self, name: str, *values: str, filters: Filters | None = None, **given: str | float | datetime | Sequence[str]
    ) -> Any:
        """The answer to a named question (`palimpsest ask --list`) as a frame; parameters and filters as the command
        takes them: `ask("edits", "war", kind="numbers", outlet="rt-fr", as_of="2026-11-20")`."""
        question = named(name)
        own = {one.name for one in question.arguments}
        others = {option.name for option in FILTERS} - own
        narrowing: dict[str, Any] = {key: value for key, value in given.items() if key in others}
        words = [*values, *(f"{key}={_word(value)}" for key, value in given.items() if key not in others)]
        wanted = named_filters(narrowing) if filters is None else filters
        with asking(self._asked, wanted) as asked:
            found = question.answer(asked, **question.given(words))
            return self._frame(
                question.columns, [tuple(rows.as_object(row).values()) for row in found], rows.types(question.row)
            )

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
        self._asked.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
