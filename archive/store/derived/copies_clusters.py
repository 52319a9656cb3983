"""Clusters grow, merge and part as pairs come and go; nobody's but those concerned are touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from archive.copies.clusters import components
from archive.models import ClusterRow, CopyRow, table_of
from archive.store.derived.copies_keys import some
from archive.store.derived.copies_pairs import Pair, alike

__all__ = ["all_of", "join", "part"]

_CLUSTER, _COPY = table_of(ClusterRow), table_of(CopyRow)
_OF = select(_CLUSTER).where(_CLUSTER.c.article_id.in_(bindparam("articles", expanding=True)))
_SIZES = (
    select(_CLUSTER.c.cluster_id, func.count().label("articles"))
    .where(_CLUSTER.c.cluster_id.in_(bindparam("clusters", expanding=True)))
    .group_by(_CLUSTER.c.cluster_id)
)
_ADD = insert(_CLUSTER)
_RENAME = update(_CLUSTER).where(_CLUSTER.c.cluster_id == bindparam("old")).values(cluster_id=bindparam("new"))
_MOVE = update(_CLUSTER).where(_CLUSTER.c.article_id == bindparam("of")).values(cluster_id=bindparam("new"))
_LEAVE = delete(_CLUSTER).where(_CLUSTER.c.article_id == bindparam("of"))
_MEMBERS = select(_CLUSTER).where(_CLUSTER.c.cluster_id.in_(bindparam("clusters", expanding=True)))
_INSIDE = (
    select(_COPY.c.article_a_id, _COPY.c.article_b_id)
    .join(_CLUSTER, _CLUSTER.c.article_id == _COPY.c.article_a_id)
    .where(_CLUSTER.c.cluster_id.in_(bindparam("clusters", expanding=True)), alike(_COPY))
)


def _clusters(connection: Connection, pairs: Iterable[Pair]) -> dict[int, int]:
    """By article: the cluster it is in, of those in these pairs that are in one."""
    articles = sorted({article for pair in pairs for article in pair})
    rows = (row for part in some(articles) for row in connection.execute(_OF, {"articles": part}))
    return {row.article_id: row.cluster_id for row in rows}


def join(connection: Connection, pairs: Iterable[Pair]) -> None:
    """These came to belong together. Of two clusters that become one the smaller takes the other's number, so that no
    article is renumbered more often than the clusters double."""
    pairs = sorted(pairs)
    of = _clusters(connection, pairs)
    sizes = _sizes(connection, set(of.values()))
    for one, other in pairs:
        for article in (one, other):
            if article not in of:
                of[article] = article
                sizes[article] = 1
                connection.execute(_ADD, {"article_id": article, "cluster_id": article})
        small, large = sorted((of[one], of[other]), key=lambda cluster: (sizes[cluster], -cluster))
        if small != large:
            connection.execute(_RENAME, {"old": small, "new": large})
            sizes[large] += sizes.pop(small)
            of.update({article: large for article, cluster in of.items() if cluster == small})


def _sizes(connection: Connection, clusters: Iterable[int]) -> Counter[int]:
    rows = (row for part in some(sorted(clusters)) for row in connection.execute(_SIZES, {"clusters": part}))
    return Counter({row.cluster_id: row.articles for row in rows})


def part(connection: Connection, pairs: Iterable[Pair]) -> None:
    """These no longer belong together: their clusters fall into what still hangs together."""
    touched = sorted(set(_clusters(connection, pairs).values()))
    if not touched:
        return
    stands = {row.article_id: row.cluster_id for row in connection.execute(_MEMBERS, {"clusters": touched})}
    inside = connection.execute(_INSIDE, {"clusters": touched})
    wanted = _numbered((one, other) for one, other in inside if one in stands and other in stands)
    # At once: of a hundred thousand articles half may move.
    if leave := [{"of": article} for article in sorted(stands.keys() - wanted.keys())]:
        connection.execute(_LEAVE, leave)
    if move := [{"of": one, "new": new} for one, new in sorted(wanted.items()) if new != stands[one]]:
        connection.execute(_MOVE, move)


def _numbered(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """By article: the lowest of what it hangs together with."""
    return {article: lowest for one in components(pairs) for lowest in (min(one),) for article in one}


def all_of(connection: Connection) -> dict[int, int]:
    """By article: the cluster that all pairs give, by its lowest article."""
    pairs = select(_COPY.c.article_a_id, _COPY.c.article_b_id).where(alike(_COPY))
    return _numbered((one, other) for one, other in connection.execute(pairs))
