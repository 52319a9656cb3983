"""Copies as of a day: those of articles that had other versions then are compared again, the others stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, insert, or_, select, text, union_all

from archive.copies import sketch
from archive.store.derived import copies_clusters, copies_keys, copies_pairs
from archive.store.derived.copies_pairs import Pair
from archive.store.derived.said_then import said_otherwise
from archive.store.scratch import TABLES, Scratch

__all__ = ["turn_back"]


def turn_back(then: Scratch) -> None:
    """Let keys, pairs and clusters be as the versions of that day give them, once those are as they were."""
    _sketches(then)
    then.table("recompared", _moved(then), "id")
    moved = text("SELECT id FROM recompared").columns(id=TABLES["article"].c.id.type)
    there = select(TABLES["article"].c.id)
    real = then.real["copy"]
    sides = (real.c.article_a_id, real.c.article_b_id)
    stays = and_(*(side.in_(there) for side in sides), *(side.not_in(moved) for side in sides))
    then.table("copy", select(real).where(stays), "article_a_id, article_b_id", "article_b_id")
    members = then.real["cluster"]
    then.table("cluster", select(members).where(members.c.article_id.in_(there)), "article_id", "cluster_id")
    leaves = or_(*(side.not_in(there) for side in sides), *(side.in_(moved) for side in sides))
    parted = then.connection.execute(select(*sides).where(leaves, copies_pairs.alike(real)))
    gone = {Pair.of(one, other) for one, other in parted}
    _compare(then.connection, gone, list(then.connection.execute(moved).scalars()))


def _sketches(then: Scratch) -> None:
    """The keys and shingles of the texts that were shown: where another was, they are made of that."""
    said_by = said_otherwise(then)
    keys: list[dict[str, Any]] = [{"rules": sketch.RULES, "counted": False, "hashes": said.keys} for _, said in said_by]
    shingles: list[dict[str, Any]] = [{"hashes": said.shingles} for _, said in said_by]
    for name, rows in (("sketch", keys), ("shingles", shingles)):
        _stand(then, name, [{"version_id": version, **row} for (version, _), row in zip(said_by, rows, strict=True)])


def _stand(then: Scratch, name: str, rows: list[dict[str, Any]]) -> None:
    """Let these rows stand before those of the same versions in a table."""
    real, before = then.real[name], f"other_{name}"
    then.table(before, select(real).where(real.c.version_id.is_(None)), "version_id")
    found = TABLES[name].to_metadata(type(TABLES[name].metadata)(), name=before)
    if rows:
        then.connection.execute(insert(found), rows)
    same: Any = select(real).where(real.c.version_id.not_in(select(found.c.version_id)))
    then.view(name, union_all(same, select(found)))  # type: ignore[arg-type]


def _moved(then: Scratch) -> Select[Any]:
    """The articles of which other versions were believed than are today, or other texts shown."""
    affected = text("SELECT id FROM affected").columns(id=TABLES["article"].c.id.type)

    def believed(version: Any) -> Select[Any]:
        columns = version.article_id.label("id"), version.id.label("version"), version.text_id
        return select(*columns).where(
            version.article_id.in_(affected), version.number.is_not(None), version.merged_into_id.is_(None)
        )

    today, shown = believed(then.real["version"].c), believed(TABLES["version"].c)
    differ = union_all(select(today.except_(shown).subquery()), select(shown.except_(today).subquery())).subquery()
    return select(differ.c.id).distinct()


def _compare(connection: Connection, gone: set[Pair], moved: list[int]) -> None:
    """Find the copies of the articles that moved, among each other too: what they were found by may be indexed no
    longer."""
    loaded = copies_keys.load(connection, moved)
    keys = frozenset[int]().union(*(one.keys for one in loaded.values()))
    common = copies_keys.common_among(connection, keys)
    found = copies_keys.posted_beside(connection, loaded, keys - common)
    pairs = copies_pairs.candidates(loaded, found, common)
    rows = copies_pairs.told(connection, pairs, loaded, common)
    joined, _ = copies_pairs.write(connection, {}, rows)
    copies_clusters.part(connection, gone - joined)
    copies_clusters.join(connection, joined)
