"""An export as a whole: rows that pass from the archive to a file, and the data card that says what they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import MISSING, asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from inspect import getdoc
from pathlib import Path
from typing import Any

from archive import db, text
from archive.export.columns import Column, columns, plain
from archive.export.pairs import CopyOut, MemberOut, copies, members
from archive.export.rows import SentencePair, VersionOut, Wanted, pairs, versions
from archive.export.tellings import ToldOut, told
from archive.export.writers import FORMATS, Format
from archive.files import Destination, digest_of, is_stream, whole
from archive.query.filters import Filters
from archive.questions.coverage import Answer, answer
from archive.questions.question import Asked, Unit

__all__ = ["Card", "Counts", "What", "card_of", "card_with", "carded", "export", "row_of", "set_of", "write_rows"]


class What(StrEnum):
    """What one row of an export is."""

    VERSIONS = "versions"
    EDITS = "edits"
    COPIES = "copies"
    CLUSTERS = "clusters"
    STORIES = "stories"


_ALL = Wanted()
_ROWS: dict[What, tuple[type[Any], Unit, Callable[[db.Connection, Filters, Wanted], Iterator[Any]]]] = {
    What.VERSIONS: (VersionOut, Unit.VERSION, versions),
    What.EDITS: (SentencePair, Unit.EDIT, pairs),
    What.COPIES: (CopyOut, Unit.ARTICLE, copies),
    What.CLUSTERS: (MemberOut, Unit.ARTICLE, members),
    What.STORIES: (ToldOut, Unit.ARTICLE, told),
}


@dataclass(frozen=True, slots=True)
class Card:
    """What a file holds. `filters` are those that were set; `outlets` counts rows; `revisions` counts them by the rules
    that read them; `changed_cells` are those a spreadsheet would not have taken as they are; `coverage` says per outlet
    what is held and when nobody looked; `sha256` of a folder is that of its `sha256sum` lines by name; `wanted`
    is what else was chosen by: words, kind, silence; `formula_cells` are those of a CSV that a spreadsheet runs."""

    file: str
    format: str
    one_row_is: str
    rows: int
    articles: int
    columns: tuple[str, ...]
    filters: dict[str, Any]
    with_text: bool
    as_of: datetime | None
    made_at: datetime
    program: str
    schema: str
    outlets: dict[str, int]
    revisions: dict[str, int]
    changed_cells: int
    coverage: tuple[Any, ...]
    sha256: str
    wanted: dict[str, Any]
    formula_cells: int = 0


class Counts:
    """What is counted while rows pass."""

    def __init__(self) -> None:
        self.rows = 0
        self.articles: set[int] = set()
        self.outlets: Counter[str] = Counter()
        self.revisions: Counter[str] = Counter()

    def passed(self, rows: Iterator[Any]) -> Iterator[Any]:
        """The rows, counted."""
        for row in rows:
            self.rows += 1
            if row.article:
                # Eight bytes an article instead of its name.
                self.articles.add(hash(row.article))
            self.outlets[row.outlet] += 1
            self.revisions[getattr(row, "revision", "")] += 1
            yield row


def export(
    asked: Asked,
    what: What,
    to: Destination,
    form: Format,
    now: datetime,
    program: str,
    *,
    wanted: Wanted = _ALL,
    with_text: bool = True,
) -> Card:
    """Write rows to a file (Parquet: to a folder), and its data card beside it. Each is there whole or not at all. What
    goes into a pipe or a device has no card beside it.

    Raises UsageError where it cannot be written there, or something else is there; NotFound for an outlet, family or
    country nobody knows."""
    with carded(to) as (part, put):
        made = write_rows(asked, what, part, form, wanted, with_text=with_text)
        told = answer(asked, f"export {what}", _ROWS[what][1], made.counts.rows)
        card = card_with(
            asked,
            made.counts,
            told,
            part,
            file=to.path.name,
            format=form,
            one_row_is=row_of(what),
            columns=tuple(column.name for column in made.shown),
            with_text=with_text,
            made_at=now,
            program=program,
            changed_cells=made.changed,
            wanted=set_of(wanted),
            formula_cells=made.formulas,
        )
        put(card)
    return card


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were written: what was counted, their columns, and the cells as `Card` counts them."""

    counts: Counts
    shown: tuple[Column, ...]
    changed: int
    formulas: int


def write_rows(asked: Asked, what: What, part: Path, form: Format, wanted: Wanted, *, with_text: bool) -> Rows:
    """Write rows to a path, with nothing beside it. Raises as `export` does."""
    kind, _, rows = _ROWS[what]
    shown, counts = columns(kind, text=with_text), Counts()
    with FORMATS[form](part, shown) as writer:
        for row in counts.passed(rows(asked.connection, asked.filters, wanted)):
            writer.write(row)
    return Rows(counts, shown, writer.changed, writer.formulas)


def row_of(what: What) -> str:
    """What a row is, in words."""
    return text.fold_space(getdoc(_ROWS[what][0]) or "")


def card_with(asked: Asked, counts: Counts, told: Answer, part: Path, **more: Any) -> Card:
    """The card of what was written to `part`: what was counted, what the answer rests on, and what more there is."""
    return Card(
        rows=counts.rows,
        articles=len(counts.articles),
        filters=set_of(replace(asked.filters, as_of=asked.as_of)),
        as_of=told.as_of,
        schema=db.head(),
        outlets=dict(counts.outlets),
        revisions={name: number for name, number in sorted(counts.revisions.items()) if name},
        coverage=told.coverage,
        sha256=digest_of(part),
        **more,
    )


@contextmanager
def carded(to: Destination) -> Iterator[tuple[Path, Callable[[Card], None]]]:
    """Give a name to write under, and what writes the data card beside it: both are there whole, or neither is. What
    goes into a pipe or a device has no card. Raises UsageError as `archive.files.whole` does."""
    with ExitStack() as open_:
        part = open_.enter_context(whole(to, _is_ours))
        beside = None if is_stream(to.path) else whole(replace(to, path=card_of(to.path)), _is_card)
        card_part = None if beside is None else open_.enter_context(beside)

        def put(card: Card) -> None:
            if card_part is not None:
                card_part.write_text(_json(card), encoding="utf-8")

        yield part, put


def _is_ours(path: Path) -> bool:
    """Whether a file is an export as it was left: what somebody has worked on since is theirs."""
    return path.is_file() and _digest_in(card_of(path)) == digest_of(path)


def _is_card(path: Path) -> bool:
    return _digest_in(path) is not None


def _digest_in(path: Path) -> str | None:
    """The digest in the data card at this place; None where none is there."""
    try:
        card = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None
    wanted = {field.name for field in fields(Card) if field.default is MISSING}
    if not isinstance(card, dict) or not wanted <= card.keys() or f"{card['file']}.card.json" != path.name:
        return None
    return str(card["sha256"])


def card_of(path: Path) -> Path:
    """Where the data card of a file stands."""
    return path.with_name(f"{path.name}.card.json")


def set_of(chosen: Filters | Wanted) -> dict[str, Any]:
    """What was chosen by, as a card tells it: what is not as it is without being set."""
    found = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
    return {name: value for name, value in found.items() if value != getattr(type(chosen)(), name)}


def _json(card: Card) -> str:
    return json.dumps(asdict(card), ensure_ascii=False, indent=1, default=plain) + "\n"
