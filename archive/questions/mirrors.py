"""The question which domains repeat an outlet: mirrors and laundries that nobody has described."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from archive import text, urls
from archive.copies.mirrors import Copied, Repeating, originals_of, repeating
from archive.copies.mirrors import Site as Domain
from archive.models import OutletRow
from archive.query import mirrored
from archive.query.articles import version_name
from archive.query.bodies import HOUR, name_of, stated, surely, version_span
from archive.query.mirrored import Standing
from archive.questions.links import publisher_of
from archive.questions.publishers import Publisher
from archive.questions.question import Asked, Unit, question

__all__ = ["mirrors"]


@dataclass(frozen=True, slots=True)
class Example:
    """A copy and its original, as versions, and how many hours later it appeared."""

    copy: str
    original: str
    hours: float


@dataclass(frozen=True, slots=True)
class Mirror:
    """A domain that repeats an outlet (`of`); `outlet` is whose articles it counts as. Of its `articles`, `share` is
    copies: `copies` of them, of so many `originals`; `alone` of the copies no third outlet has, `same_path` stand under
    the path of their originals, `naming` name the publisher or link to it, `other_headline` have another headline. The
    outlet was surely first of `later`, the domain of `earlier`, of the others nobody can say. `lag_hours` is the middle
    of how much later copies appeared: by the dates both state, else by the first looks. `joins` is the command that
    gives the outlet the domain; null where the domain is a described outlet's."""

    domain: str
    outlet: str
    of: str
    articles: int
    copies: int
    originals: int
    share: float
    alone: int
    same_path: int
    naming: int
    other_headline: int
    later: int
    earlier: int
    lag_hours: float
    first_seen: datetime
    last_seen: datetime
    examples: tuple[Example, ...]
    joins: str | None


@question(35, Unit.ARTICLE, "share=0.3", "at_least=1", command=True)
def mirrors(
    asked: Asked, of: str | None = None, at_least: int = 3, share: float = 0.6, inside: float = 0.5, hours: float = 72
) -> Iterator[Mirror]:
    """Which domains repeat an outlet, with or without naming it: unknown mirrors, and laundries?

    of: only what repeats this outlet, or one of this family.
    at_least: articles a domain must have copied.
    share: least share of its articles that must be copies.
    inside: least share of a text that must stand in the original.
    hours: a text that surely appeared more hours after the original is no copy that counts.

    The filters narrow the articles of the domain. What a third printed, too, makes neither of two a mirror, nor does a
    domain count of which more than one copy in ten is surely older than its original. Outlets of one family are not
    compared."""
    stands = mirrored.between(asked.connection, inside, int(at_least))
    pairs = stands.pairs(int(at_least))
    outlets = {row.id: row for row in asked.connection.execute(select(OutletRow.__table__))}
    kept = mirrored.addresses(asked.connection, asked.filters, {one for one, _ in pairs})
    articles: dict[Domain, set[int]] = defaultdict(set)
    for article, (outlet, url) in kept.items():
        articles[Domain(urls.domain(url), outlet, "." not in outlets[outlet].name)].add(article)
    sought = {row.id for row in publisher_of(asked, of)} if of else set(outlets)
    compared = _Compared(asked, stands, outlets, pairs, kept.keys(), hours)
    found = {
        (domain, outlet): [one.copied for one in copies]
        for domain, theirs in articles.items()
        for outlet in sorted(outlets)
        if (copies := compared.copies(theirs, outlet))
    }
    counts = {domain: len(theirs) for domain, theirs in articles.items()}
    for one in sorted(
        repeating(found, counts, int(at_least), share), key=lambda one: (-len(one.copies), one.site.domain)
    ):
        if one.outlet in sought:
            yield _mirror(one, counts[one.site], outlets, compared)


# --- copies beside their originals ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Version:
    """A version: its row without the text, and the publishers (by an outlet's integer) that its page names."""

    row: Any
    names: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Beside:
    """A copy beside its original."""

    copied: Copied
    copy: Any
    original: Any

    @property
    def hours(self) -> float:
        """How much later it appeared: by the dates both state, else by the first looks."""
        later, earlier = stated(self.copy), stated(self.original)
        if later is None or earlier is None:
            later, earlier = self.copy.first_seen, self.original.first_seen
        return round((later - earlier) / HOUR, 2)

    @property
    def other_headline(self) -> bool:
        """Whether its headline is another."""
        return text.canonical(self.copy.headline) != text.canonical(self.original.headline)


class _Compared:
    """Copies of which outlets have so many in common that one may repeat the other."""

    def __init__(
        self,
        asked: Asked,
        stands: Standing,
        outlets: Mapping[int, Any],
        pairs: Iterable[tuple[int, int]],
        kept: Iterable[int],
        hours: float,
    ) -> None:
        self._stands, self._outlets, self._pairs, self._hours = stands, outlets, set(pairs), hours
        versions = {
            version
            for article in kept
            for outlet, pairs_ in stands.stands.get(article, {}).items()
            if (stands.outlets[article], outlet) in self._pairs
            for both in pairs_
            for version in both
        }
        naming = _Naming(asked, {outlets[theirs] for _, theirs in self._pairs})
        self._versions = {
            row.version: _Version(row, naming.named(says))
            for row, says in mirrored.versions(asked.connection, versions)
        }
        self.known: dict[tuple[int, int], _Beside] = {}

    def copies(self, articles: Iterable[int], outlet: int) -> list[_Beside]:
        """Which of these articles are copies of an outlet's."""
        found = []
        for article in sorted(articles):
            same = self._stands.stands.get(article, {}).get(outlet, [])
            if same and (self._stands.outlets[article], outlet) in self._pairs:
                one = self._beside(outlet, same)
                if one is not None:
                    self.known[article, outlet] = one
                    found.append(one)
        return found

    def _beside(self, outlet: int, same: Sequence[tuple[int, int]]) -> _Beside | None:
        """A copy beside that original which is likest of those that share as much; None where it came too late."""
        rows = [(self._versions[here].row, self._versions[there].row) for here, there in same]
        copy, original = min(rows, key=lambda pair: _unlike(*pair))
        spans = version_span(copy), version_span(original)
        if spans[0][0] is not None and (spans[0][0] - spans[1][1]) / HOUR > self._hours:
            return None
        copied = Copied(
            article=copy.id,
            originals=frozenset(row.id for _, row in rows),
            sure=surely(spans[1], spans[0]) - surely(spans[0], spans[1]),
            later=copy.first_seen > original.first_seen,
            elsewhere=self._elsewhere(copy.id, original.id, outlet),
            same_path=_same_path(copy, original),
            named=outlet in self._versions[copy.version].names,
        )
        return _Beside(copied, copy, original)

    def _elsewhere(self, article: int, original: int, outlet: int) -> frozenset[int]:
        """The outlets of other publishers that have the text of one of both."""
        families = {self._outlets[one].family for one in (outlet, self._stands.outlets[article])}
        others = self._stands.beside[article] | self._stands.beside[original]
        return frozenset(one for one in others if self._outlets[one].family not in families)


def _same_path(copy: Any, original: Any) -> bool:
    """Whether both stand under one path, which is more than that of a home page."""
    paths = [urlsplit(row.url or "").path for row in (copy, original)]
    return paths[0] == paths[1] and len(paths[0]) > 1


def _unlike(copy: Any, original: Any) -> tuple[bool, bool, datetime, str]:
    """In which order two that share as much are copy and original."""
    other = text.canonical(copy.headline) != text.canonical(original.headline)
    return not _same_path(copy, original), other, original.first_seen, name_of(original)


class _Naming:
    """Which publishers a page names: in headline, lead or text, or by a link."""

    def __init__(self, asked: Asked, outlets: Iterable[Any]) -> None:
        self._publishers: dict[int, tuple[Publisher, set[int]]] = {}
        for outlet in outlets:
            publisher = Publisher(asked, outlet.name)
            self._publishers[outlet.id] = publisher, publisher.linked_by()

    def named(self, row: Any) -> frozenset[int]:
        """The outlets whose publishers a version names."""
        said = row.headline, row.description, row.body
        return frozenset(
            outlet
            for outlet, (publisher, linking) in self._publishers.items()
            if row.article_id in linking or publisher.is_named(said)
        )


# --- the answer -------------------------------------------------------------------------------------------------------

_EXAMPLES = 3


def _mirror(one: Repeating, articles: int, outlets: Mapping[int, Any], compared: _Compared) -> Mirror:
    beside = [compared.known[copied.article, one.outlet] for copied in one.copies]
    outlet, of = outlets[one.site.outlet].name, outlets[one.outlet].name
    first = sorted(beside, key=lambda each: (each.copy.first_seen, name_of(each.copy)))
    joins = None if one.site.described else shlex.join(["palimpsest", "outlets", "add-domain", of, one.site.domain])
    return Mirror(
        domain=one.site.domain,
        outlet=outlet,
        of=of,
        articles=articles,
        copies=len(one.copies),
        originals=len(originals_of(one.copies)),
        share=round(one.share, 4),
        alone=one.alone,
        same_path=sum(copied.same_path for copied in one.copies),
        naming=sum(copied.named for copied in one.copies),
        other_headline=sum(each.other_headline for each in beside),
        later=sum(copied.sure > 0 for copied in one.copies),
        earlier=sum(copied.sure < 0 for copied in one.copies),
        lag_hours=round(median(each.hours for each in beside), 2),
        first_seen=first[0].copy.first_seen,
        last_seen=max(each.copy.last_seen for each in beside),
        examples=tuple(_example(each) for each in first[:_EXAMPLES]),
        joins=joins,
    )


def _example(one: _Beside) -> Example:
    copy, original = (version_name(name_of(row), row.digest) for row in (one.copy, one.original))
    return Example(copy, original, one.hours)
