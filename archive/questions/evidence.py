"""Why two articles are called copies: what they share, who was first, who names whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from archive import text
from archive.copies.passages import Passage, passages
from archive.copies.units import Body
from archive.models import TextRow, VersionRow
from archive.query.articles import version_name
from archive.query.bodies import name_of, stated, surely, version_span
from archive.questions.publishers import Publisher
from archive.questions.question import Asked
from archive.records import Block

__all__ = ["Why", "blocks_of", "why"]


@dataclass(frozen=True, slots=True)
class Why:
    """The article asked about (`of`, the version compared) beside a copy. `headlines` is the Jaccard of the headlines'
    words. `first` says whose text surely appeared before the other's: article, copy, or undecided where the times
    overlap in which they may have. `names`: who names or links to whom (article, copy, both, none). `claims`: whose
    page states a date before the other was first seen, though it was itself first seen later (article, copy, none).
    `passages` are those they share, in the order of the article; `place` is that in the copy."""

    of: str
    headlines: float
    first: str
    names: str
    claims: str
    passages: tuple[Passage, ...]


def why(asked: Asked, of: Any, row: Any) -> Why:
    """Of a version of the article asked about, and one of a copy, both as `bodies.WITH_BODY` gives them."""
    one, other = (_said(asked, version.version) for version in (of, row))
    here, there = version_span(of), version_span(row)
    return Why(
        of=version_name(name_of(of), of.digest),
        headlines=_alike(of.headline, row.headline),
        first="article" if surely(here, there) else "copy" if surely(there, here) else "undecided",
        names=_either(_names(asked, of, one, row.name), _names(asked, row, other, of.name)),
        claims=_either(_claims(of, row), _claims(row, of)),
        passages=passages(_blocks(one), _blocks(other)),
    )


def _either(article: bool, copy: bool) -> str:
    return {(True, True): "both", (True, False): "article", (False, True): "copy"}.get((article, copy), "none")


_TEXT = select(TextRow.__table__).join(VersionRow, VersionRow.text_id == TextRow.id)


def _said(asked: Asked, version: int) -> Any:
    return asked.connection.execute(_TEXT.where(VersionRow.id == version)).one()


def blocks_of(asked: Asked, version: int) -> list[Block]:
    """The body of a version (its integer)."""
    return _blocks(_said(asked, version))


def _blocks(said: Any) -> list[Block]:
    return text.blocks(said.block_types, said.body)


def _alike(one: str, other: str) -> float:
    """The Jaccard of the words of two lines."""
    a, b = (set(Body(text.canonical(line).casefold()).units) for line in (one, other))
    return round(len(a & b) / len(a | b), 4) if a | b else 0.0


def _claims(one: Any, other: Any) -> bool:
    """Whether one states a date before the other was first seen, though it was itself first seen later."""
    said = stated(one)
    return said is not None and said < other.first_seen <= one.first_seen


def _names(asked: Asked, row: Any, said: Any, outlet: str) -> bool:
    """Whether a page names the publisher of an outlet, or links to it."""
    publisher = Publisher(asked, outlet)
    return publisher.is_named((said.headline, said.description, said.body)) or bool(publisher.linked_by(row.id))
