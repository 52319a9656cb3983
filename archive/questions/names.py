"""Questions about who is named in texts, and which hosts they link to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import regex
from sqlalchemy import select

from archive import urls
from archive.models import ArticleRow, DomainRow, LinkRow, OutletRow, TextRow, VersionRow
from archive.query.filters import Which, narrow
from archive.questions.looks import BEGAN
from archive.questions.question import Asked, Unit, question

__all__ = ["named_most"]


@dataclass(frozen=True, slots=True)
class Named:
    """How many articles before a date and from it on name somebody (`named`) or link to a host (`linked`), and which
    share of the articles of that time those are."""

    how: str
    name: str
    before: int
    after: int
    share_before: float
    share_after: float


_NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}'’-]+){1,3}|\p{Lu}{3,}")


@question(15, Unit.ARTICLE, "2026-03-03", "most=2")
def named_most(asked: Asked, date: datetime, most: int = 20) -> Iterator[Named]:
    """Who is named and which hosts are linked to most, before and after a date?

    date: articles first seen before it are `before`, the others `after`.
    most: so many hosts and so many names.

    A name is two to four words in capitals one after another, or letters that are all capitals (TASS), not at the
    beginning of a sentence; scripts without capitals have none. Each article's first version counts, unless --version
    says otherwise. Links to the outlet's own domains are left out."""
    filters = replace(asked.filters, version=asked.filters.version or Which.FIRST)
    statement = (
        select(ArticleRow.id, ArticleRow.outlet_id, TextRow.body, BEGAN.label("began"))
        .join(OutletRow, OutletRow.id == ArticleRow.outlet_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.id == VersionRow.text_id)
    )
    linked: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    named: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    total, side = [0, 0], dict[int, tuple[bool, int]]()
    for row in asked.connection.execute(narrow(statement, filters).execution_options(yield_per=500)):
        after = row.began >= date
        side[row.id] = after, row.outlet_id
        total[after] += 1
        named[after].update(_names(row.body))
    own = _own_domains(asked)
    for link in asked.connection.execute(select(LinkRow.article_id, LinkRow.host)):
        after, outlet = side.get(link.article_id, (False, 0))
        if outlet and not any(urls.within(link.host, domain) for domain in own[outlet]):
            linked[after][link.host] += 1
    for how, counts in (("linked", linked), ("named", named)):
        yield from _most(how, counts, total, most)


def _own_domains(asked: Asked) -> dict[int, list[str]]:
    """The domains of each outlet: a link within the house names nobody."""
    own: dict[int, list[str]] = defaultdict(list)
    for row in asked.connection.execute(select(DomainRow.outlet_id, DomainRow.host)):
        own[row.outlet_id].append(row.host)
    return own


_WITHIN = regex.compile(r"[^\s.!?…»”\"“«„:]\s$")
"""What stands before a word that does not begin a sentence."""


def _names(body: str) -> set[str]:
    found = _NAME.finditer(body)
    return {one.group() for one in found if _WITHIN.search(body[max(0, one.start() - 3) : one.start()])}


def _most(how: str, counts: tuple[Counter[str], Counter[str]], total: list[int], most: int) -> Iterator[Named]:
    both = counts[0] + counts[1]
    for name, _ in sorted(both.items(), key=lambda one: (-one[1], one[0]))[:most]:
        before, after = counts[0][name], counts[1][name]
        shares = (round(count / (whole or 1), 4) for count, whole in zip((before, after), total, strict=True))
        yield Named(how, name, before, after, *shares)
