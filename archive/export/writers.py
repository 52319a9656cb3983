"""The formats: CSV, JSON Lines, Parquet by outlet and month, xlsx. Each writes row by row and keeps next to nothing."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self, TypeVar
from urllib.parse import quote

from archive.errors import PalimpsestError
from archive.export.columns import Column, plain
from archive.formulas import is_formula

__all__ = ["FORMATS", "Format", "Writer"]

_T = TypeVar("_T")


class Format(StrEnum):
    """What a file is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Writer(Protocol):
    """Writes rows to a path in one format. `changed` counts the cells that do not say exactly what the archive says,
    `formulas` those that do, and that a spreadsheet would run."""

    changed: int
    formulas: int

    def __init__(self, path: Path, columns: Sequence[Column]) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def write(self, row: Any) -> None:
        """Write one row."""


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise PalimpsestError(
            f"this format needs {name}, which is not here: pip install 'palimpsest[analysis]'"
        ) from None


class _Base(ABC):
    changed = formulas = 0

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._path, self._columns, self._open = path, columns, ExitStack()

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, problem, at)

    @abstractmethod
    def _begin(self) -> None:
        """Open what is written to."""

    def _values(self, row: Any) -> list[Any]:
        return [getattr(row, column.name) for column in self._columns]


class _Csv(_Base):
    """UTF-8, the header first, quoted by RFC 4180. Every cell is exactly what the archive says, formulas too."""

    def _begin(self) -> None:
        file = self._open.enter_context(self._path.open("w", encoding="utf-8", newline=""))
        self._out = csv.writer(file, lineterminator="\n")
        self._out.writerow([column.name for column in self._columns])

    def write(self, row: Any) -> None:
        """Write one row."""
        cells = [plain(value) for value in self._values(row)]
        self.formulas += sum(isinstance(cell, str) and is_formula(cell) for cell in cells)
        self._out.writerow(cells)


class _Jsonl(_Base):
    """One object a line, every key always there."""

    def _begin(self) -> None:
        self._file = self._open.enter_context(self._path.open("w", encoding="utf-8", newline="\n"))

    def write(self, row: Any) -> None:
        """Write one row."""
        made = {
            column.name: value if isinstance(value, bool | tuple) else plain(value)
            for column, value in zip(self._columns, self._values(row), strict=True)
        }
        self._file.write(json.dumps(made, ensure_ascii=False) + "\n")


class _Parquet(_Base):
    """A folder of `outlet=…/month=…/part-0.parquet`, as Hive and every reader of Parquet data sets knows it. Rows come
    by outlet and by time, so that one file is open at a time."""

    _AT_ONCE = 1000

    def _begin(self) -> None:
        self._arrow, self._parquet = _library("pyarrow"), _library("pyarrow.parquet")
        kinds = {
            str: self._arrow.string(),
            int: self._arrow.int64(),
            bool: self._arrow.bool_(),
            tuple: self._arrow.list_(self._arrow.string()),
            datetime: self._arrow.timestamp("us", tz="UTC"),
        }
        # The outlet is said by the folder: readers of data sets put it back.
        kept = [column for column in self._columns if column.name != "outlet"]
        self._schema = self._arrow.schema([(column.name, kinds[column.kind]) for column in kept])
        self._names = [column.name for column in kept]
        self._rows: list[Any] = []
        self._folder = Path()
        self._file: Any = None
        self._path.mkdir()
        self._open.callback(self._close)

    def write(self, row: Any) -> None:
        """Write one row."""
        month = (row.first_seen if hasattr(row, "first_seen") else row.not_after).strftime("%Y-%m")
        folder = self._path / f"outlet={quote(row.outlet, safe='')}" / f"month={month}"
        if folder != self._folder:
            self._close()
            folder.mkdir(parents=True)
            self._folder = folder
            self._file = self._parquet.ParquetWriter(folder / "part-0.parquet", self._schema, compression="zstd")
        self._rows.append(row)
        if len(self._rows) >= self._AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            lists = [[self._cell(getattr(row, name)) for row in self._rows] for name in self._names]
            self._file.write_table(self._arrow.table(lists, schema=self._schema))
            self._rows = []

    @staticmethod
    def _cell(value: Any) -> Any:
        return list(value) if isinstance(value, tuple) else value

    def _close(self) -> None:
        if self._file is not None:
            self._flush()
            self._file.close()


class _Sink:
    """The file of a book. Once nothing more can be written, what its maker still tries is let pass: it would be said on
    stderr, with a traceback, when nobody can catch it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failed = False

    def write(self, data: bytes) -> int:
        """Write bytes. Raises OSError the first time that fails."""
        return self._tried(lambda: self._file.write(data), len(data))

    def flush(self) -> None:
        """As of any file."""
        self._tried(self._file.flush, None)

    def tell(self) -> int:
        """As of any file."""
        return self._tried(self._file.tell, 0)

    def seek(self, to: int, whence: int = 0) -> int:
        """As of any file."""
        return self._tried(lambda: self._file.seek(to, whence), to)

    def _tried(self, doing: Callable[[], _T], instead: _T) -> _T:
        if self.failed:
            return instead
        try:
            return doing()
        except OSError:
            self.failed = True
            raise


class _Xlsx(_Base):
    """Text cells for a spreadsheet. What it would take for a formula gets an apostrophe before it, what is longer than
    a cell is cut; such cells are counted. After a million rows the next sheet begins."""

    _ROWS = 1_000_000
    _LONGEST = 32_767

    def _begin(self) -> None:
        xlsxwriter = _library("xlsxwriter")
        self._refused = _library("xlsxwriter.exceptions").XlsxWriterException
        # Its name must not matter: the book is written under a name that ends with `.part`.
        self._sink = _Sink(self._open.enter_context(self._path.open("wb")))
        rows = self._open.enter_context(TemporaryDirectory(prefix="palimpsest-"))
        options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": rows, "use_zip64": True}
        self._book = xlsxwriter.Workbook(self._sink, options)
        self._row = self._ROWS
        self._open.push(self._end)

    def _end(self, kind: type[BaseException] | None, *_: object) -> None:
        self._sink.failed |= kind is not None
        try:
            self._book.close()
        except (OSError, self._refused) as problem:
            if kind is None:
                # It wraps what the system said.
                raise problem if isinstance(problem, OSError) else problem.args[0] from None

    def write(self, row: Any) -> None:
        """Write one row."""
        if self._row == self._ROWS:
            self._next_sheet()
        self._row += 1
        for place, value in enumerate(map(plain, self._values(row))):
            if isinstance(value, int):
                self._sheet.write_number(self._row, place, value)
            else:
                self._sheet.write_string(self._row, place, self._harmless(value))

    def _next_sheet(self) -> None:
        self._sheet, self._row = self._book.add_worksheet(), 0
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name)

    def _harmless(self, value: str) -> str:
        made = f"'{value}" if is_formula(value) else value
        made = made[: self._LONGEST]
        self.changed += made != value
        return made


FORMATS: dict[Format, Callable[[Path, Sequence[Column]], Writer]] = {
    Format.CSV: _Csv,
    Format.JSONL: _Jsonl,
    Format.PARQUET: _Parquet,
    Format.XLSX: _Xlsx,
}
