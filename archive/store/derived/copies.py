"""Near copies: which articles share text, as they come. What is stored is a function of the versions the archive holds,
whatever came first: keys by which bodies are found (`copies_keys`), pairs that were compared text by text
(`copies_pairs`), and what hangs together (`copies_clusters`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from archive.copies import sketch
from archive.models import (
    ArticleRow,
    ClusterRow,
    CommonKeyRow,
    CopyKeyRow,
    CopyRow,
    ShinglesRow,
    SketchRow,
    VersionRow,
    table_of,
)
from archive.store.batch import Later
from archive.store.derived import copies_clusters, copies_keys, copies_pairs, copies_then
from archive.store.derived.copies_keys import Compared
from archive.store.derived.copies_pairs import Pair
from archive.store.derived.form import MANY, Checker, Kept, Numbered, Unlike
from archive.store.scratch import Scratch
from archive.store.texts import Said

__all__ = ["Copies"]

_VERSION, _SKETCH, _KEY = table_of(VersionRow), table_of(SketchRow), table_of(CopyKeyRow)
_SHINGLES = table_of(ShinglesRow)
_COMMON, _CLUSTER, _COPY = table_of(CommonKeyRow), table_of(ClusterRow), table_of(CopyRow)

_ADD, _ADD_SHINGLES = insert(_SKETCH), insert(_SHINGLES)
_OF_VERSION: Any = bindparam("of_version")
_STANDS = (
    select(_SKETCH.c.counted, _VERSION.c.article_id)
    .join(_VERSION, _VERSION.c.id == _SKETCH.c.version_id)
    .where(_SKETCH.c.version_id == _OF_VERSION)
)
_OUTDATE = update(_SKETCH).where(_SKETCH.c.version_id == _OF_VERSION).values(rules=0)
_RENEW = update(_SKETCH).where(_SKETCH.c.version_id == _OF_VERSION).values(rules=sketch.RULES, hashes=bindparam("new"))
_RENEW_SHINGLES = update(_SHINGLES).where(_SHINGLES.c.version_id == _OF_VERSION).values(hashes=bindparam("new"))
_SKETCHES = select(_SKETCH.c.version_id, _SKETCH.c.rules, _SKETCH.c.hashes).where(
    _SKETCH.c.version_id.in_(bindparam("versions", expanding=True))
)
_COMPARED_BY = select(_SHINGLES).where(_SHINGLES.c.version_id.in_(bindparam("versions", expanding=True)))
_ARTICLES = select(_VERSION.c.article_id).where(_VERSION.c.id.in_(bindparam("versions", expanding=True))).distinct()
_MENDED = "`palimpsest upgrade --copies` makes it anew"


def _row(version: int, keys: bytes) -> dict[str, Any]:
    return {"version_id": version, "rules": sketch.RULES, "counted": False, "hashes": keys}


def _follow(connection: Connection, articles: Collection[int]) -> None:
    """Let what is stored follow the versions these articles have now."""
    loaded = copies_keys.load(connection, articles)
    changed = {article: one for article, one in loaded.items() if one.changed}
    if not changed:
        return
    keys = frozenset[int]().union(*(one.keys for one in changed.values()))
    lost = frozenset[int]().union(*(one.found_by - one.keys for one in changed.values()))
    common = copies_keys.common_among(connection, keys | lost)
    found = copies_keys.posted_beside(connection, changed, keys - common)
    copies_keys.write(connection, changed.values())
    newly = {key for key, have in found.items() if copies_keys.is_common(have)}
    copies_keys.mark(connection, newly)
    unmarked = copies_keys.unmark(connection, lost & common)
    freed = copies_keys.posted(connection, unmarked)
    pairs = copies_pairs.candidates(changed, found, common | newly)
    pairs |= set(chain.from_iterable(copies_pairs.within(one for one, _, _ in have) for have in freed.values()))
    # What was found by no key until now is in no pair.
    concerned = {article for article, one in changed.items() if one.found_by}
    concerned |= {article for key in newly for article, _, _ in found[key]}
    concerned |= {article for have in freed.values() for article, _, _ in have}
    stored = copies_pairs.stored(connection, concerned)
    pairs |= {pair for pair in stored if not changed.keys().isdisjoint(pair)}
    for key in newly:
        have = {article for article, _, _ in found[key]}
        pairs |= {pair for pair in stored if have.issuperset(pair)}
    now = copies_pairs.told(connection, pairs, changed, (common | newly) - unmarked)
    _replace(connection, {pair: stored[pair] for pair in pairs & stored.keys()}, now)


def _replace(connection: Connection, before: Mapping[Pair, Any], now: Mapping[Pair, Any]) -> None:
    """Write what came of comparing pairs again; their clusters follow."""
    joined, parted = copies_pairs.write(connection, before, now)
    if parted:
        copies_clusters.part(connection, parted)
    if joined:
        copies_clusters.join(connection, joined)


class Copies(Numbered):
    """Tables that know each other by articles and versions."""

    name, about, moves = "copies", "which articles are near copies", True

    # --- filled and moved ---------------------------------------------------------------------------------------------

    def added(self, connection: Connection, later: Later, version: int, said: Said) -> None:  # noqa: ARG002
        """Its keys, which were made where it was read."""
        later.add(_ADD, _row(version, said.keys))
        later.add(_ADD_SHINGLES, {"version_id": version, "hashes": said.shingles})

    def replaced(self, connection: Connection, version: int, old: Said, new: Said) -> None:
        """Those of another text; until the group is written its article is not found by it."""
        if old.folded == new.folded:
            return
        of = {"of_version": version}
        stands = connection.execute(_STANDS, of).first()
        if stands is not None and stands.counted:
            connection.execute(_OUTDATE, of)
            _follow(connection, [stands.article_id])
        connection.execute(_RENEW, {**of, "new": new.keys})
        connection.execute(_RENEW_SHINGLES, {**of, "new": new.shingles})

    def grouped(self, connection: Connection, articles: Collection[int]) -> None:
        """Find the copies of these articles."""
        _follow(connection, articles)

    begun = grouped

    # --- as of a day --------------------------------------------------------------------------------------------------

    def turn_back_folded(self, then: Scratch) -> None:
        """By the versions of that day; what is boilerplate is a rule of ours, and today's."""
        copies_then.turn_back(then)

    # --- made anew ----------------------------------------------------------------------------------------------------

    def make(self, connection: Connection, versions: Sequence[tuple[int, Said]]) -> None:
        """Find the copies of the articles of these."""
        ids = {"versions": [version for version, _ in versions]}
        known = {row.version_id for row in connection.execute(_SKETCHES, ids)}
        if new := [one for one in versions if one[0] not in known]:
            connection.execute(_ADD, [_row(version, said.keys) for version, said in new])
            rows = [{"version_id": version, "hashes": said.shingles} for version, said in new]
            connection.execute(_ADD_SHINGLES, rows)
        _follow(connection, connection.execute(_ARTICLES, ids).scalars().all())

    def upto(self, connection: Connection) -> int | None:
        """The version before the first that has no keys by today's rules."""
        current = (_SKETCH.c.version_id == _VERSION.c.id) & (_SKETCH.c.rules == sketch.RULES)
        missing = select(func.min(_VERSION.c.id)).select_from(_VERSION).join(_SKETCH, current, isouter=True)
        first = connection.execute(missing.where(_SKETCH.c.version_id.is_(None))).scalar()
        return None if first is None else first - 1

    def empty(self, connection: Connection) -> None:
        """Forget keys, pairs and clusters."""
        for table in (_CLUSTER, _COPY, _COMMON, _KEY, _SHINGLES, _SKETCH):
            connection.execute(delete(table))

    # --- verified -----------------------------------------------------------------------------------------------------

    def checker(self, connection: Connection) -> Checker:
        """Makes the keys of each version again."""

        def check(versions: Sequence[Kept]) -> Iterator[Unlike]:
            ids = {"versions": [one.version for one in versions]}
            rows = connection.execute(_SKETCHES, ids)
            keys = {row.version_id: row.hashes for row in rows if row.rules == sketch.RULES}
            shingles = {row.version_id: row.hashes for row in connection.execute(_COMPARED_BY, ids)}
            for one in versions:
                if keys.get(one.version) != one.said.keys:
                    yield Unlike("copies", one.version, "is not found by the keys of its body", _MENDED)
                elif shingles.get(one.version) != one.said.shingles:
                    yield Unlike("copies", one.version, "is not compared by the shingles of its body", _MENDED)

        return check

    def unlike_in_all(self, connection: Connection) -> Iterator[Unlike]:
        """Finds every copy again."""
        wanted = [0, 0]
        every = select(ArticleRow.id).order_by(ArticleRow.id)
        with connection.execute(every, execution_options=MANY) as articles:
            for ids in articles.scalars().partitions(_AT_ONCE):
                loaded = copies_keys.load(connection, ids)
                for one in loaded.values():
                    wanted = _summed(wanted, ((key, one.article, one.outlet, one.short) for key in one.keys))
                    if one.changed:
                        yield Unlike("copies", one.name, "is not found by the keys of its versions", _MENDED)
                yield from _unlike_pairs(connection, loaded)
        with connection.execute(select(_KEY), execution_options=MANY) as rows:
            same = _summed([0, 0], rows) == wanted
        if not same:
            yield Unlike("copies", "keys", "are not those of the versions", _MENDED)
        yield from _unlike_whole(connection)


_AT_ONCE = 200
"""Articles whose pairs are found again at once."""


def _summed(before: list[int], rows: Any) -> list[int]:
    """A sum over rows that their order does not change, and how many they are."""
    total, count = before
    for key, article, outlet, short in rows:
        total = (total + (key ^ article << 20 ^ outlet << 1 ^ short) * 0x9E3779B97F4A7C15) % 2**64
        count += 1
    return [total, count]


def _unlike_pairs(connection: Connection, loaded: Mapping[int, Compared]) -> Iterator[Unlike]:
    keys = frozenset[int]().union(*(one.keys for one in loaded.values()))
    common = copies_keys.common_among(connection, keys)
    found = copies_keys.posted(connection, keys - common)
    stored = copies_pairs.stored(connection, loaded)
    pairs = copies_pairs.candidates(loaded, found, common) | stored.keys()
    now = copies_pairs.told(connection, pairs, loaded, common)
    for pair in sorted(now.keys() | stored.keys()):
        if now.get(pair) != stored.get(pair):
            name = next(loaded[article].name for article in pair if article in loaded)
            yield Unlike("copies", name, "what it shares with another is not what their texts give", _MENDED)


def _unlike_whole(connection: Connection) -> Iterator[Unlike]:
    """Of what all keys and all pairs together give."""
    each = select(_KEY.c.hash, _KEY.c.outlet_id, func.count().label("have")).group_by(_KEY.c.hash, _KEY.c.outlet_id)
    counts = each.subquery().c
    everywhere, somewhere = func.sum(counts.have), func.max(counts.have)
    common = (everywhere > copies_keys.IN_ALL) | (somewhere > copies_keys.IN_OUTLET)
    many = select(counts.hash).group_by(counts.hash).having(common)
    if set(connection.execute(many).scalars()) != set(connection.execute(select(_COMMON.c.hash)).scalars()):
        yield Unlike("copies", "common keys", "are not those that many articles have", _MENDED)
    stored = {row.article_id: row.cluster_id for row in connection.execute(select(_CLUSTER))}
    if _parts(stored) != _parts(copies_clusters.all_of(connection)):
        yield Unlike("copies", "clusters", "are not what the pairs give", _MENDED)


def _parts(of: Mapping[int, int]) -> set[frozenset[int]]:
    """What hangs together, whatever it is numbered."""
    found: dict[int, set[int]] = {}
    for article, cluster in of.items():
        found.setdefault(cluster, set()).add(article)
    return set(map(frozenset, found.values()))
