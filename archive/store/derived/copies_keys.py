"""What articles are found by when a copy of one of their texts comes, and which of these keys are everybody's.

A key is common where more than twelve articles of one outlet have it, or more than 256 of all: boilerplate, a template,
a phrase of everybody's. That is told by what the archive holds, not by when it came, so common keys keep their rows."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    any_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from archive.copies import sketch
from archive.copies.overlap import SHORT
from archive.models import ArticleRow, CommonKeyRow, CopyKeyRow, OutletRow, SketchRow, VersionRow, table_of

__all__ = [
    "IN_ALL",
    "IN_OUTLET",
    "Compared",
    "Edition",
    "Posted",
    "among",
    "common_among",
    "is_common",
    "load",
    "mark",
    "posted",
    "posted_beside",
    "some",
    "unmark",
    "write",
]

IN_OUTLET, IN_ALL = 12, 256
"""Articles that may have a key before it weighs nothing."""

_AT_ONCE = 500
"""Values in one statement."""

_VERSION, _ARTICLE, _OUTLET = table_of(VersionRow), table_of(ArticleRow), table_of(OutletRow)
_SKETCH, _KEY, _COMMON = table_of(SketchRow), table_of(CopyKeyRow), table_of(CommonKeyRow)


@dataclass(frozen=True, slots=True)
class Edition:
    """A version that is believed: its integer, its number, its keys."""

    version: int
    number: int
    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class Compared:
    """An article as it is compared: its outlet, its public id, its editions by number, the keys of them all; and which
    of its versions it is found by as yet, by which keys."""

    article: int
    outlet: int
    name: str
    editions: tuple[Edition, ...]
    keys: frozenset[int]
    counted: frozenset[int]
    found_by: frozenset[int]

    @property
    def short(self) -> bool:
        """Whether it has so few keys that one in common is enough."""
        return len(self.keys) < SHORT

    @property
    def changed(self) -> bool:
        """Whether it is found by other versions than it should be."""
        return self.counted != {one.version for one in self.editions}


def some(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, as many at once as a statement takes."""
    left = iter(values)
    while part := list(islice(left, _AT_ONCE)):
        yield part


_EDITIONS = (
    select(
        _VERSION.c.id,
        _VERSION.c.article_id,
        _VERSION.c.number,
        _VERSION.c.merged_into_id,
        _SKETCH.c.rules,
        _SKETCH.c.counted,
        _SKETCH.c.hashes,
        _ARTICLE.c.outlet_id,
        _ARTICLE.c.key,
        _OUTLET.c.name,
    )
    .join(_SKETCH, _SKETCH.c.version_id == _VERSION.c.id)
    .join(_ARTICLE, _ARTICLE.c.id == _VERSION.c.article_id)
    .join(_OUTLET, _OUTLET.c.id == _ARTICLE.c.outlet_id)
    .where(_VERSION.c.article_id.in_(bindparam("articles", expanding=True)))
)


def load(connection: Connection, articles: Iterable[int]) -> dict[int, Compared]:
    """These articles (their integers), as far as any version of theirs has a sketch."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for part in some(sorted(articles)):
        for row in connection.execute(_EDITIONS, {"articles": part}):
            rows[row.article_id].append(row)
    return {article: _compared(article, of) for article, of in rows.items()}


def _compared(article: int, rows: Sequence[Any]) -> Compared:
    keys = {row.id: frozenset(sketch.unpacked(row.hashes)) for row in rows}
    editions = [
        Edition(row.id, row.number, keys[row.id])
        for row in rows
        if row.number is not None and row.merged_into_id is None and row.rules == sketch.RULES and row.hashes
    ]
    counted = frozenset(row.id for row in rows if row.counted)
    return Compared(
        article=article,
        outlet=rows[0].outlet_id,
        name=f"{rows[0].name}:{rows[0].key}",
        editions=tuple(sorted(editions, key=lambda one: one.number)),
        keys=_lowest([one.keys for one in editions]),
        counted=counted,
        found_by=_lowest([keys[version] for version in counted]),
    )


def _lowest(keys: Sequence[frozenset[int]]) -> frozenset[int]:
    """The keys of all versions; of too many the lowest."""
    first, *others = keys or [frozenset()]
    found = first.union(*others) if others else first
    return found if len(found) <= sketch.MOST else frozenset(sorted(found)[: sketch.MOST])


# --- by which keys articles are found ---------------------------------------------------------------------------------

_Row = tuple[int, int, int, bool]
_INSERT = "INSERT INTO copy_key (hash, article_id, outlet_id, short) VALUES (?, ?, ?, ?)"
_DROP = delete(_KEY).where(_KEY.c.hash == bindparam("of_hash"), _KEY.c.article_id == bindparam("of_article"))
_COUNT = update(_SKETCH).where(_SKETCH.c.version_id == bindparam("of")).values(counted=bindparam("now"))


def write(connection: Connection, articles: Iterable[Compared]) -> None:
    """Let these be found by the versions they have now."""
    lost, gained, counted = [], list[_Row](), []
    for one in articles:
        # Where it is short no more, or again, each of its rows is another.
        article, outlet, short = one.article, one.outlet, one.short
        stays = one.keys & one.found_by if short == (len(one.found_by) < SHORT) else frozenset[int]()
        lost += [{"of_hash": key, "of_article": article} for key in one.found_by - stays]
        gained += [(key, article, outlet, short) for key in one.keys - stays]
        now = {edition.version for edition in one.editions}
        counted += [{"of": version, "now": version in now} for version in one.counted ^ now]
    for statement, rows in ((_DROP, lost), (_COUNT, counted)):
        if rows:
            connection.execute(statement, rows)
    _add(connection, sorted(gained))  # In the order of the index, so that no page of it is fetched twice.


def _add(connection: Connection, rows: Sequence[_Row]) -> None:
    """Some twenty rows a text: past what SQLAlchemy does for each, which takes longer than to write it."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_INSERT, list(rows))
        return
    columns = zip(_KEY.c, zip(*rows, strict=True), strict=True)
    values = (func.unnest(literal(list(of), ARRAY(column.type))) for column, of in columns)
    connection.execute(insert(_KEY).from_select(list(_KEY.c), select(*values)))


# --- what is everybody's ----------------------------------------------------------------------------------------------

_MOST_OF_ONE = select(func.count()).where(_KEY.c.hash == bindparam("of_hash")).group_by(_KEY.c.outlet_id)
_UNMARK = delete(_COMMON).where(_COMMON.c.hash == bindparam("of_hash"))

Posted = dict[int, list[tuple[int, int, bool]]]
"""By key: the articles that have it, each with its outlet, and whether it is short."""


def common_among(connection: Connection, hashes: Collection[int]) -> set[int]:
    """Which of these keys are common."""
    if not hashes:
        return set()
    found = select(_COMMON.c.hash).where(among(connection, _COMMON.c.hash, hashes))
    return set(connection.execute(found).scalars())


def posted(connection: Connection, hashes: Collection[int]) -> Posted:
    """The articles that have these keys, of which none may be common by what was known."""
    found: Posted = defaultdict(list)
    if not hashes:
        return found
    rows = connection.execute(select(_KEY).where(among(connection, _KEY.c.hash, hashes))).all()
    for key, article, outlet, short in rows:
        found[key].append((article, outlet, short))
    return found


def posted_beside(connection: Connection, articles: Mapping[int, Compared], hashes: AbstractSet[int]) -> Posted:
    """The same, where these articles have the keys that they should have, whatever is stored of them; but no key that
    only one of them has."""
    found = posted(connection, hashes)
    for key, have in found.items():
        found[key] = [one for one in have if one[0] not in articles]
    times = Counter(chain.from_iterable(one.keys for one in articles.values()))
    several = hashes & ({key for key, count in times.items() if count > 1} | found.keys())
    for article, one in articles.items():
        row = (article, one.outlet, one.short)
        for key in one.keys & several:
            found[key].append(row)
    return found


def among(connection: Connection, column: Any, values: Collection[int]) -> ColumnElement[bool]:
    """Whether a column is one of thousands of numbers: a statement with a parameter for each takes longer to write than
    to answer."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(json.dumps(sorted(values))).table_valued("value")
        return column.in_(select(listed.c.value))  # type: ignore[no-any-return]
    return column == any_(literal(sorted(values), ARRAY(BigInteger)))  # type: ignore[no-any-return]


def is_common(articles: Sequence[tuple[int, int, bool]]) -> bool:
    """Whether a key that these have is common."""
    if len(articles) <= IN_OUTLET:
        return False
    return len(articles) > IN_ALL or max(Counter(outlet for _, outlet, _ in articles).values()) > IN_OUTLET


def mark(connection: Connection, hashes: Collection[int]) -> None:
    """These are common from now on."""
    if hashes:
        connection.execute(insert(_COMMON), [{"hash": one} for one in sorted(hashes)])


def unmark(connection: Connection, hashes: Collection[int]) -> set[int]:
    """Of these common keys, which fewer articles have by now: they are common no more."""
    found = set()
    for one in sorted(hashes):
        counts = list(connection.execute(_MOST_OF_ONE, {"of_hash": one}).scalars())
        if sum(counts) <= IN_ALL and max(counts, default=0) <= IN_OUTLET:
            connection.execute(_UNMARK, {"of_hash": one})
            found.add(one)
    return found
