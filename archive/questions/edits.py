"""Questions about edits: headlines, silence, sentences, terms, by-lines."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select
from sqlalchemy.orm import aliased

from archive import text
from archive.diff import Change, Mark, Piece
from archive.diff.classify import Kind
from archive.diff.sentence_edits import changes
from archive.models import ArticleRow, OutletRow, SightingRow, VersionRow
from archive.query import articles
from archive.query.comparison import compared
from archive.query.counting import must_count, that_count
from archive.query.declared import Declared
from archive.query.filters import BY_NAME
from archive.query.headline_tests import without_turns
from archive.query.passages import NEW_TEXT, OLD_TEXT, Edit, come, either, passages
from archive.query.passages import edits as passages_of
from archive.questions.matching import versions_with
from archive.questions.question import Asked, Unit, question

__all__ = ["bylines", "chosen", "edits", "headlines_changed", "sentences", "silent_edits", "term_changed", "touching"]


def chosen(found: Iterable[Edit], kind: Kind | None = None, *, silent: bool = False) -> Iterator[Edit]:
    """Those edits that are of a kind, too, and of which no date of change tells."""
    return (
        one for one in found if (kind is None or kind in one.kinds) and (not silent or one.declared is Declared.SILENT)
    )


def touching(connection: Connection, words: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """What an edit must be to have words in its older version or its newer one; nothing without words."""
    if not words:
        return ()
    return (either(select(versions_with(connection, " ".join(words)).c.id)),)


@question(26, Unit.EDIT, "operation", command=True)
def edits(
    asked: Asked,
    words: tuple[str, ...] = (),
    kind: Kind | None = None,
    silent: bool = False,
    live: bool = False,
    turns: bool = False,
    unsettled: bool = False,
    struck: bool = False,
) -> Iterator[Edit]:
    """Which edits were made: which fields changed, after which look and by which, of what kind, and who was told?

    words: only edits with these words before or after, as for search.
    kind: only edits that are of this kind, too.
    silent: only where the page states a date of change that did not move.
    live: also passages that only added entries to a page that grows.
    turns: also each turn of a headline test, which `headlines` shows as one.
    unsettled: also those that moved one place of the text as every look does.
    struck: also those that a person struck.

    The kinds are cosmetic (typography alone), correction (as small as a slip of the pen), numbers, names, negation
    (also what is possible, due or asked), quotation (what is quoted, who speaks), substantive (the rest, and whatever
    the rules cannot tell). An edit has every kind one of its sentences has; each says which words decided. Sentences
    are added, deleted, rewritten or moved.

    An edit is announced (a notice speaks of it), dated (the stated date of change moved), silent (it did not) or
    undatable (none is stated). New entries of live blogs and running tolls are no edits; changed old entries are. A
    headline that goes and comes back is one headline test, and not an edit at every turn. What moved on at each of
    three looks in a row in the same one place, while all else stood still (a counter, a ticker, the date of today), is
    unsettled until it stands still for a look; no question counts it till then, nor what was struck. `from` and `to`
    are what `cite` takes; `citation` is ready to paste."""
    seen = passages_of(asked.connection, asked.filters, *touching(asked.connection, words))
    seen = that_count(seen, unsettled=unsettled, struck=struck)
    found = seen if turns else without_turns(asked.connection, seen)
    return chosen((one for one in found if live or not one.live), kind, silent=silent)


@dataclass(frozen=True, slots=True)
class HeadlineChanged:
    """A headline and what it became, after `not_before` and by `not_after`: between so many hours after publication.
    `within` says whether that was surely within the hours asked for."""

    article: str
    url: str
    outlet: str
    before: str
    after: str
    published: str
    not_before: datetime
    not_after: datetime
    hours_min: float
    hours_max: float
    within: bool


@question(1, Unit.EDIT, "hours=24")
def headlines_changed(asked: Asked, hours: float = 24) -> Iterator[HeadlineChanged]:
    """Which headlines changed within so many hours of publication: before, after, and when?

    hours: after the date of publication the older version states; where the looks leave it open, `within` is false.

    A headline that changed in nothing but spaces or invisible signs did not. Pages without a date are left out. Each
    turn of a headline test is a change, too: `palimpsest headlines` shows each test as one."""
    for edit in that_count(passages(asked.connection, asked.filters, OLD_TEXT.headline != NEW_TEXT.headline)):
        if "headline" in edit.changed and edit.hours_min is not None and edit.hours_max is not None:
            if edit.hours_min > hours or edit.hours_max < 0:
                continue
            yield HeadlineChanged(
                article=edit.article,
                url=edit.url,
                outlet=edit.outlet,
                before=edit.before["headline"],
                after=edit.after["headline"],
                published=edit.published or "",
                not_before=edit.not_before,
                not_after=edit.not_after,
                hours_min=edit.hours_min,
                hours_max=edit.hours_max,
                within=edit.hours_max <= hours,
            )


def _side(pieces: tuple[Piece, ...], side: Mark) -> str:
    """The text before (`DELETED`) or after (`ADDED`)."""
    return "".join(piece.text for piece in pieces if piece.mark in {Mark.KEPT, side})


@dataclass(frozen=True, slots=True)
class SilentEdit:
    """An edit while the page's own date of change (`claimed`) stood still."""

    article: str
    url: str
    outlet: str
    old: str
    new: str
    not_before: datetime
    not_after: datetime
    changed: tuple[str, ...]
    claimed: str
    headline: str


@question(2, Unit.EDIT)
def silent_edits(asked: Asked) -> Iterator[SilentEdit]:
    """Which articles changed while the date of change on their page did not move, and nothing told of it?

    Pages that state no such date are not among them; nor is what a page that grows by entries gained, nor a turn of a
    headline test (`palimpsest headlines` shows each test as one). `palimpsest edits --silent` says of each of what kind
    it was."""
    for edit in without_turns(asked.connection, that_count(passages(asked.connection, asked.filters))):
        if edit.declared is Declared.SILENT and not edit.live:
            yield SilentEdit(
                article=edit.article,
                url=edit.url,
                outlet=edit.outlet,
                old=edit.old,
                new=edit.new,
                not_before=edit.not_before,
                not_after=edit.not_after,
                changed=edit.changed,
                claimed=edit.claimed_at or "",
                headline=edit.after["headline"],
            )


@dataclass(frozen=True, slots=True)
class SentenceChanged:
    """What happened to a sentence of a field, the paragraphs it stood and stands in (from 1), of which kinds."""

    field: str
    change: Change
    paragraph_before: int | None
    paragraph_after: int | None
    before: str
    after: str
    kinds: tuple[Kind, ...]


@question(3, Unit.VERSION, "volna-en:2", "old=1", "new=2", filters=())
def sentences(asked: Asked, article: str, old: int = 0, new: int = 0) -> Iterator[SentenceChanged]:
    """What happened to each sentence of an article between two of its versions?

    article: its id or one of its addresses.
    old: the number of the older version; the last but one if it is not given.
    new: the number of the newer version; the last if it is not given."""
    found = articles.find(asked.connection, article)
    before, after = compared(asked.connection, found, old or None, new or None)
    for one in changes(before, after):
        yield SentenceChanged(
            field=one.field,
            change=one.change,
            paragraph_before=one.before,
            paragraph_after=one.after,
            before=_side(one.pieces, Mark.DELETED),
            after=_side(one.pieces, Mark.ADDED),
            kinds=one.kinds,
        )


@dataclass(frozen=True, slots=True)
class TermChanged:
    """How many edits of an outlet in a month put a term in, took it out, or put the other in its place, and in which
    articles."""

    outlet: str
    month: str
    gained: int
    lost: int
    swapped: int
    articles: tuple[str, ...]


_NEW, _OLD = aliased(SightingRow), aliased(SightingRow)
_BEFORE = aliased(VersionRow)


def _passages(asked: Asked, matching: Any) -> list[Any]:
    """The edits with one of these versions on either side."""
    either = or_(_NEW.version_id.in_(select(matching.c.id)), _OLD.version_id.in_(select(matching.c.id)))
    statement = (
        select(
            OutletRow.name, ArticleRow.key, _OLD.version_id.label("old"), VersionRow.id.label("new"), _NEW.first_seen
        )
        .select_from(_NEW)
        .join(_OLD, and_(_OLD.article_id == _NEW.article_id, _OLD.n == _NEW.n - 1))
        .join(VersionRow, VersionRow.id == _NEW.version_id)
        .join(_BEFORE, _BEFORE.id == _OLD.version_id)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .where(either, *must_count(_NEW, _BEFORE, VersionRow))
        .order_by(_NEW.first_seen, *BY_NAME)
    )
    return list(asked.connection.execute(come(statement, asked.filters, _NEW)))


def _what(row: Any, term: set[int], other: set[int]) -> str | None:
    if row.old in term and row.new not in term:
        return "swapped" if row.new in other and row.old not in other else "lost"
    return "gained" if row.new in term and row.old not in term else None


@question(4, Unit.EDIT, "operation", "other=war")
def term_changed(asked: Asked, term: str, other: str = "") -> Iterator[TermChanged]:
    """Which articles gained or lost a term, or swapped it for another, by outlet and month?

    term: a word, words, or a "phrase", as for search.
    other: what may have taken its place: an edit that lost the term and gained this is `swapped`.

    The month is that of the first look that shows the edit (UTC)."""
    matching = versions_with(asked.connection, term)
    has = set(asked.connection.execute(select(matching.c.id)).scalars())
    others: set[int] = set()
    if other:
        others = set(asked.connection.execute(select(versions_with(asked.connection, other).c.id)).scalars())
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    which: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in _passages(asked, matching):
        if what := _what(row, has, others):
            at = row.name, f"{row.first_seen:%Y-%m}"
            counts[at][what] += 1
            which[at][f"{row.name}:{row.key}"] = None
    for at, found in sorted(counts.items()):
        yield TermChanged(*at, found["gained"], found["lost"], found["swapped"], tuple(which[at]))


@dataclass(frozen=True, slots=True)
class BylineChanged:
    """An edit of the by-line: who was added and who removed; `change` is added, removed or changed."""

    article: str
    url: str
    outlet: str
    change: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    new: str


def _names(written: str) -> list[str]:
    return [text.canonical(name) for name in json.loads(written)]


def _change(added: tuple[str, ...], removed: tuple[str, ...]) -> str:
    """In one word; names that only stand in another order are changed, too."""
    if bool(added) == bool(removed):
        return "changed"
    return "added" if added else "removed"


@question(20, Unit.EDIT)
def bylines(asked: Asked) -> Iterator[BylineChanged]:
    """Whose by-line was added, changed or removed, and when?

    Names are compared letter by letter; their order counts as a change."""
    for edit in that_count(passages(asked.connection, asked.filters, OLD_TEXT.authors != NEW_TEXT.authors)):
        if "authors" not in edit.changed:
            continue
        before, after = _names(edit.before["authors"]), _names(edit.after["authors"])
        removed = tuple(name for name in before if name not in after)
        added = tuple(name for name in after if name not in before)
        yield BylineChanged(
            article=edit.article,
            url=edit.url,
            outlet=edit.outlet,
            change=_change(added, removed),
            added=added,
            removed=removed,
            not_before=edit.not_before,
            not_after=edit.not_after,
            new=edit.new,
        )
