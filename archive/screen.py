"""What fits a screen: rows as columns where they fit, else one record below the other. Lines end between words, and
what somebody pastes (an id, an address, a digest, a time) is never cut."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

__all__ = ["bar", "put", "table"]

_GAP = "  "
_MEASURED = 50
"""Rows by which the width of columns is chosen: those after them stream, and the first ones need not wait for all."""

_NARROWEST = 24
"""Letters in a line under which text in a column is no longer read."""

_TALLEST = 3
"""Lines of a cell; what is longer is clipped, and in full where it is piped, or with --json."""

_CLIPPED = " […]"
_WORD = re.compile(r"(\S+)\s*")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `whole` where it is never to be cut or broken over lines."""

    words: str
    whole: bool

    @property
    def width(self) -> int:
        """Columns of the screen it takes on one line."""
        return cell_len(self.words)

    @property
    def narrowest(self) -> int:
        """Columns of the screen it needs at least."""
        return self.width if self.whole else max(_longest_word(self.words), min(self.width, _NARROWEST))


def _longest_word(words: str) -> int:
    """Columns of the longest word that is not broken: those of scripts without spaces are."""
    return max((len(word) for word in words.split() if word.isascii()), default=0)


@lru_cache(maxsize=2)
def _console(stream: str) -> Console:
    to_stderr = stream == "stderr"
    if os.environ.get("NO_COLOR"):
        # Rich leaves out colours alone; who asks for none wants no codes at all.
        return Console(stderr=to_stderr, highlight=False, markup=False, emoji=False, color_system=None)
    return Console(stderr=to_stderr, highlight=False, markup=False, emoji=False)


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of progress on stderr: call what is given with (done, total); 0 for an unknown total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console("stderr"), transient=True) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total or None)


def put(stream: str, pieces: Sequence[tuple[str, str]], indent: int | None = None) -> None:
    """A line of pieces and their styles; what does not fit stands below, set in like its beginning, or by `indent`."""
    line, console = Text.assemble(*pieces), _console(stream)
    inside = len(line.plain) - len(line.plain.lstrip(" ")) if indent is None else indent
    for number, part in enumerate(_wrapped(line[inside:], console.width - inside)):
        _print(console, (Text(" " * inside) if number else line[:inside]).append_text(part))


def table(headings: Sequence[str], rows: Iterable[Sequence[tuple[str, bool]]], spare: Sequence[str] = ()) -> None:
    """Rows on stdout, as they come: cells with whether they are never to be cut. `spare` are columns a narrow screen
    does without, the first to go first."""
    console = _console("stdout")
    for line in _laid_out(console, headings, ([Cell(*cell) for cell in row] for row in rows), spare):
        _print(console, line)


def _print(console: Console, line: Text) -> None:
    console.print(line, soft_wrap=True)


def _wrapped(line: Text, width: int) -> list[Text]:
    """A text as lines that end between words, at most so wide but for an address, which is one word however long."""
    lines = [part for each in line.split("\n", allow_blank=True) for part in each.divide(_ends(each.plain, width))]
    for part in lines:
        part.rstrip()
    return lines


def _ends(words: str, width: int) -> Iterator[int]:
    """Where lines end that are at most so wide."""
    used = 0
    for found in _WORD.finditer(words):
        word, wide = found.group(), cell_len(found.group(1))
        if used and used + wide > width:
            yield found.start()
            used = 0
        if wide > width and not word.isascii():
            # A word of a script without spaces may be a paragraph.
            pieces, at = chop_cells(found.group(1), max(width, 2)), found.start()
            for piece in pieces[:-1]:
                at += len(piece)
                yield at
            used = -sum(map(cell_len, pieces[:-1]))
        used += cell_len(word)


def _laid_out(
    console: Console, headings: Sequence[str], rows: Iterable[Sequence[Cell]], spare: Sequence[str]
) -> Iterator[Text]:
    """The lines of a table; none where there are no rows."""
    coming = iter(rows)
    first = list(islice(coming, _MEASURED))
    if not first:
        return
    shown, widths = _fitted(console.width, headings, first, spare)
    everything = chain(first, coming)
    if widths:
        kept = ([row[at] for at in shown] for row in everything)
        yield from _table([headings[at] for at in shown], widths, kept)
        return
    for number, row in enumerate(everything):
        yield from [Text()] * bool(number)
        yield from _record(console, headings, row)


def _fitted(
    width: int, headings: Sequence[str], rows: Sequence[Sequence[Cell]], spare: Sequence[str]
) -> tuple[list[int], list[int]]:
    """Which columns are shown, and how wide; no widths where they do not fit."""
    for left_out in range(len(spare) + 1):
        shown = [at for at, name in enumerate(headings) if name not in spare[:left_out]]
        columns = [[Cell(headings[at], whole=True), *(row[at] for row in rows)] for at in shown]
        if widths := _widths(width - len(_GAP) * (len(shown) - 1), columns):
            return shown, widths
    return [], []


def _widths(room: int, columns: Sequence[Sequence[Cell]]) -> list[int]:
    """A width for each column: what it needs at least, and the rest to those that lack most; none where that is not
    there."""
    full = [max(cell.width for cell in column) for column in columns]
    widths = [max(cell.narrowest for cell in column) for column in columns]
    left = room - sum(widths)
    if left < 0:
        return []
    while left > 0 and widths != full:
        lacking = max(range(len(full)), key=lambda at: full[at] - widths[at])
        widths[lacking] += 1
        left -= 1
    return widths


def _table(headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]]) -> Iterator[Text]:
    yield from _line(widths, [[Text().append(name, "bold")] for name in headings])
    for row in rows:
        yield from _line(widths, [_clipped(*each) for each in zip(row, widths, strict=True)])


def _clipped(cell: Cell, width: int) -> list[Text]:
    """The lines of a cell."""
    if cell.whole or cell.width <= width:
        return [Text(cell.words)]
    lines = _wrapped(Text(cell.words), width)
    if len(lines) > _TALLEST:
        lines = lines[:_TALLEST]
        lines[-1].truncate(max(width - len(_CLIPPED), 0))
        lines[-1] = Text(lines[-1].plain.rstrip() + _CLIPPED)
    return lines


def _line(widths: Sequence[int], cells: Sequence[list[Text]]) -> Iterator[Text]:
    """The lines of a row: its cells side by side, the tallest giving their number."""
    for number in range(max(map(len, cells))):
        line = Text()
        for at, lines in enumerate(cells):
            cell = lines[number] if number < len(lines) else Text()
            line.append_text(cell)
            if at + 1 < len(widths):
                line.append(" " * max(widths[at] - cell.cell_len, 0) + _GAP)
        line.rstrip()
        yield line


def _record(console: Console, headings: Sequence[str], row: Sequence[Cell]) -> Iterator[Text]:
    """A row as lines `name  value`, what is empty left out."""
    widest = max(map(cell_len, headings))
    for name, cell in zip(headings, row, strict=True):
        if not cell.words:
            continue
        room = console.width - widest - len(_GAP)
        lines = [Text(cell.words)] if cell.whole else _wrapped(Text(cell.words), room)
        for number, line in enumerate(lines):
            label = Text().append("" if number else name, "bold")
            yield label.append(" " * (widest - label.cell_len) + _GAP).append_text(line)
