"""How answers are shown: JSON lines for programs, tables and marked text for people. Foreign text is made safe here.

Answers go to stdout, progress and remarks to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING, Any

from archive import text

if TYPE_CHECKING:
    from archive.diff import Paragraph

__all__ = ["json_line", "lamp", "marked", "note", "paragraphs", "plain", "progress", "rows", "said", "when", "written"]

_STYLES = {"kept": "", "added": "bold green underline", "deleted": "red strike"}
_SIGNS = {"kept": " ", "added": "+", "deleted": "-", "rewritten": "~", "moved": ">"}


def _screen(stream: str) -> ModuleType | None:
    """What a terminal is written to with; None where an answer is piped, which needs none of it. A pager that shows
    colours is a terminal that says so by FORCE_COLOR."""
    if not (getattr(sys, stream).isatty() or os.environ.get("FORCE_COLOR")):
        return None
    from archive import screen

    return screen


def _put(stream: str, pieces: Sequence[tuple[str, str]], indent: int | None = None) -> None:
    """A line of pieces and their styles. On a terminal it ends between words, and what follows is set in."""
    if screen := _screen(stream):
        screen.put(stream, pieces, indent)
        return
    to = getattr(sys, stream)
    to.write("".join(words for words, _ in pieces) + "\n")
    to.flush()


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
    for line in text.printable(words, lines=True).split("\n"):
        _put("stdout", [(line, "")])


def marked(before: str, words: str, marks: Iterable[tuple[int, int]]) -> None:
    """A line of an answer in which stretches (from and to, in characters) stand out, where that is a terminal."""
    line, at = [(before, "")], 0
    for start, end in marks:
        line += [(text.printable(words[at:start]), ""), (text.printable(words[start:end]), "bold yellow underline")]
        at = end
    _put("stdout", [*line, (text.printable(words[at:]), "")])


def note(words: str) -> None:
    """A remark to stderr, behind what was said before it."""
    with suppress(OSError):
        sys.stdout.flush()
    for line in text.printable(words, lines=True).split("\n"):
        _put("stderr", [(line, "")])


def written(page: str) -> None:
    """A whole document as it is, for a file: its makers have made what is foreign in it safe."""
    sys.stdout.write(page)


def rows(headings: Sequence[str], lines: Iterable[Sequence[Any]], spare: Sequence[str] = ()) -> int:
    """A table on stdout, as it comes; how many rows it had.

    Piped: tab-separated under a line of headings, nothing cut. On a terminal: columns, or one record below the other
    where they do not fit; `spare` are the columns a narrow screen does without, the first to go first."""
    count = 0

    def counted() -> Iterator[Sequence[Any]]:
        nonlocal count
        for count, line in enumerate(lines, 1):  # noqa: B007 - read when all have passed
            yield line

    if screen := _screen("stdout"):
        screen.table(headings, ([(plain(cell), _is_whole(cell)) for cell in line] for line in counted()), spare)
        return count
    sys.stdout.write("\t".join(headings) + "\n")
    for line in counted():
        sys.stdout.write("\t".join(plain(cell) for cell in line) + "\n")
    return count


def plain(cell: Any) -> str:
    """A cell as one safe line."""
    if isinstance(cell, datetime):
        return when(cell)
    return text.printable(str(cell)).replace("\t", " ")


def _is_whole(cell: Any) -> bool:
    """Whether a cell is never cut on a terminal: numbers, times, and words that somebody pastes."""
    return not isinstance(cell, str) or (cell.isascii() and " " not in cell)


_LAMPS = {True: ("=", "green"), False: ("!", "bold red"), None: (" ", "dim")}


def lamp(fine: bool | None, label: str, words: str) -> None:
    """A labelled line of an answer: green `=` where it is as it should be, red `!` where not, grey if nobody says."""
    sign, style = _LAMPS[fine]
    before = f"  {sign} {label:14}  "
    _put("stdout", [(before, style), (text.printable(words, lines=True).replace("\n", " / "), "")], len(before))


def progress(label: str, *, shown: bool = True) -> AbstractContextManager[Callable[[int, int], None]]:
    """A bar on stderr, where that is a terminal: call what is given with (done, total); 0 for an unknown total."""
    screen = _screen("stderr") if shown else None
    bar: AbstractContextManager[Callable[[int, int], None]] = screen.bar(label) if screen else nullcontext(_unseen)
    return bar


def _unseen(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def paragraphs(found: Iterable[Paragraph], *, short: bool = False) -> None:
    """Aligned paragraphs: + added, - deleted, ~ rewritten with [-deleted-] and {+added+} words, kept ones in short.

    `short` leaves the names of fields out."""
    field = ""
    for paragraph in found:
        if paragraph.field != field and not short:
            field = paragraph.field
            said(f"\n{field}")
        before = f" {_SIGNS[paragraph.change]} {paragraph.after or paragraph.before:>3}  "
        _put("stdout", [(before, ""), *_pieces(paragraph)], len(before))


def _pieces(paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    if paragraph.change == "kept":
        words = "".join(piece.text for piece in paragraph.pieces)
        yield text.printable(text.clip(words, 80)).replace("\\u000a", " "), "dim"
        return
    inside = paragraph.change == "rewritten"
    for piece in paragraph.pieces:
        shown = text.printable(piece.text, lines=True)
        signed = {"added": f"{{+{shown}+}}", "deleted": f"[-{shown}-]"}.get(piece.mark, shown) if inside else shown
        yield signed, _STYLES[piece.mark]
