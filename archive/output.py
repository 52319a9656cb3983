"""How answers are shown: JSON lines for programs, tables and marked text for people. Foreign text is made safe here.

Answers go to stdout, progress and remarks to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from archive import text
from archive.diff import Change, Mark, Paragraph

__all__ = ["json_line", "lamp", "marked", "note", "paragraphs", "plain", "progress", "rows", "said", "when", "written"]

_OUT = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
_ERR = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
_STYLES = {Mark.KEPT: "", Mark.ADDED: "bold green underline", Mark.DELETED: "red strike"}
_SIGNS = {Change.KEPT: " ", Change.ADDED: "+", Change.DELETED: "-", Change.REWRITTEN: "~", Change.MOVED: ">"}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return text.iso(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def json_line(row: Mapping[str, Any]) -> None:
    """One object on one line of stdout, keys in the order given."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=_value) + "\n")


def when(moment: datetime | None) -> str:
    """A time as people read it, always with its offset."""
    if moment is None:
        return "-"
    written = moment.replace(tzinfo=None).isoformat(" ", "seconds")  # strftime writes the year 900 with three digits
    if moment.tzinfo is None:
        return f"{written} (zone unknown)"
    offset = moment.strftime("%z")
    return written + (f"{offset[:3]}:{offset[3:]}" if moment.utcoffset() else "Z")


def said(words: str = "") -> None:
    """A line of an answer."""
    _OUT.print(text.printable(words, lines=True))


def marked(before: str, words: str, marks: Iterable[tuple[int, int]]) -> None:
    """A line of an answer in which stretches (from and to, in characters) stand out, where that is a terminal."""
    line, at = Text(before), 0
    for start, end in marks:
        line.append(text.printable(words[at:start]))
        line.append(text.printable(words[start:end]), style="bold yellow")
        at = end
    _OUT.print(line.append(text.printable(words[at:])))


def note(words: str) -> None:
    """A remark to stderr."""
    _ERR.print(text.printable(words, lines=True))


def written(page: str) -> None:
    """A whole document as it is, for a file: its makers have made what is foreign in it safe."""
    sys.stdout.write(page)


def rows(headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """A table on stdout, as it comes: wide on a terminal, tab-separated where it is piped."""
    if not _OUT.is_terminal:
        for line in lines:
            sys.stdout.write("\t".join(plain(cell) for cell in line) + "\n")
        return
    table = Table(*headings, box=None, pad_edge=False)
    for line in lines:
        table.add_row(*(Text(plain(cell)) for cell in line))
    Console(highlight=False, markup=False, emoji=False).print(table)


def plain(cell: Any) -> str:
    """A cell as one safe line."""
    if isinstance(cell, datetime):
        return when(cell)
    return text.printable(str(cell)).replace("\t", " ")


_LAMPS = {True: ("=", "green"), False: ("!", "bold red"), None: (" ", "dim")}


def lamp(fine: bool | None, label: str, words: str) -> None:
    """A labelled line of an answer: green `=` where it is as it should be, red `!` where not, grey if nobody says."""
    sign, style = _LAMPS[fine]
    _OUT.print(Text(f"  {sign} {label:14}  ", style).append(text.printable(words, lines=True).replace("\n", " / "), ""))


@contextmanager
def progress(label: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, where that is a terminal: call what is given with (done, total); 0 for an unknown total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_ERR, transient=True, disable=not (shown and _ERR.is_terminal)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def paragraphs(found: Iterable[Paragraph], *, short: bool = False) -> None:
    """Aligned paragraphs: + added, - deleted, ~ rewritten with [-deleted-] and {+added+} words, kept ones in short.

    `short` leaves the names of fields out."""
    field = ""
    for paragraph in found:
        if paragraph.field != field and not short:
            field = paragraph.field
            said(f"\n{field}")
        _OUT.print(_line(paragraph))


def _line(paragraph: Paragraph) -> Text:
    line = Text(f" {_SIGNS[paragraph.change]} {paragraph.after or paragraph.before:>3}  ")
    if paragraph.change is Change.KEPT:
        words = "".join(piece.text for piece in paragraph.pieces)
        return line.append(text.printable(text.clip(words, 80)).replace("\\u000a", " "), style="dim")
    for piece in paragraph.pieces:
        shown = text.printable(piece.text, lines=True)
        inside = paragraph.change is Change.REWRITTEN
        marked = (
            {Mark.ADDED: f"{{+{shown}+}}", Mark.DELETED: f"[-{shown}-]"}.get(piece.mark, shown) if inside else shown
        )
        line.append(marked, style=_STYLES[piece.mark])
    return line
