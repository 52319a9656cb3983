"""What seals say of rows: the rows themselves, the digests of those beside them, and the chain from there to the head.

Written for `archive/proof/verify.py`, which makes every seal again from what it is given here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from archive.models import RunRow, SealedRow, StampRow, table_of
from archive.store import sealed
from archive.store.seals import FACTS

__all__ = ["Proven", "proven"]

_RUN, _SEALED = table_of(RunRow).c, table_of(SealedRow).c
_ENDS = (
    select(_RUN.place, _SEALED.upto)
    .join_from(table_of(SealedRow), table_of(RunRow), _RUN.id == _SEALED.run_id)
    .order_by(_SEALED.upto)
)
_CHAIN = select(table_of(RunRow)).where(_RUN.place.is_not(None), _RUN.seal_format == sealed.FORMAT).order_by(_RUN.place)


@dataclass(frozen=True, slots=True)
class Proven:
    """`document` has the rows, each with the place of the seal that covers it and its place in that part, and the seals
    from the first of these to the head; `digests` are those of all rows of a part, 32 bytes each, by their file;
    `stamps` are what authorities answered of the seals, by their file."""

    document: dict[str, Any]
    digests: dict[str, bytes]
    stamps: dict[str, bytes]


def proven(connection: Connection, wanted: Mapping[str, Iterable[int]], least: Mapping[str, Iterable[int]]) -> Proven:
    """What seals say of rows, by table and the first integer of their key. Rows of `least` set where the chain begins;
    of `wanted` those are told that are covered from there on: others would need the chain of all years."""
    begins = [place for name, keys in least.items() for place, _, _ in _parts(connection, name, keys)]
    told: list[dict[str, Any]] = []
    digests: dict[str, bytes] = {}
    for name, keys in (*least.items(), *wanted.items()):
        for place, span, some in _parts(connection, name, keys):
            if place >= min(begins, default=place):
                rows, listed = _told(connection, name, span, some)
                told += ({"row": row, "place": place, "n": n} for n, row in rows)
                digests[f"proof/{place}-{name}.sha256"] = listed
    first = min((one["place"] for one in told), default=None)
    seals = [] if first is None else list(_seals(connection, first))
    return Proven({"seals": seals, "rows": told}, digests, {} if first is None else _stamps(connection, first))


def _parts(
    connection: Connection, name: str, keys: Iterable[int]
) -> Iterator[tuple[int, tuple[int, int], frozenset[int]]]:
    """The parts that cover these rows: the seal's place, behind which row it begins and with which it ends, and which
    of the rows it covers. What no seal covers yet is in none."""
    after, left = 0, set(keys)
    for place, upto in connection.execute(_ENDS.where(_SEALED.name == name)).all():
        if some := frozenset(key for key in left if after < key <= upto):
            yield int(place), (after, upto), some
        after = upto


def _told(
    connection: Connection, name: str, span: tuple[int, int], keys: frozenset[int]
) -> tuple[list[tuple[int, list[Any]]], bytes]:
    """The rows of a part that are wanted, each with its place in it; and the digests of all its rows."""
    first = sealed.table(name).c[sealed.COVERED[name][0]]
    statement = sealed.rows(name, connection.dialect.name, span[0]).where(first <= span[1])
    rows, listed = [], bytearray()
    for n, row in enumerate(connection.execute(statement, execution_options={"yield_per": 1000})):
        listed += sealed.digest((name, *row))
        if row[0] in keys:
            rows.append((n, [name, *map(sealed.plain, row)]))
    return rows, bytes(listed)


def _stamps(connection: Connection, first: int) -> dict[str, bytes]:
    """The time stamps of the seals from a place on."""
    found = (
        select(_RUN.place, StampRow.answer)
        .join_from(StampRow, table_of(RunRow), _RUN.id == StampRow.run_id)
        .where(_RUN.place >= first)
        .order_by(_RUN.place, StampRow.id)
    )
    rows = enumerate(connection.execute(found), 1)
    return {f"timestamps/{row.place}-{n}.tsr": row.answer for n, row in rows}


def _seals(connection: Connection, first: int) -> Iterator[dict[str, Any]]:
    """The chain from a place to the head."""
    parts = defaultdict(list)
    covered = select(table_of(SealedRow)).order_by(_SEALED.name)
    for one in connection.execute(covered.where(_SEALED.run_id.in_(select(_RUN.id).where(_RUN.place >= first)))):
        parts[one.run_id].append([one.name, one.upto, one.digest.hex()])
    newest = select(func.max(_RUN.place)).where(_RUN.place < first).scalar_subquery()
    before = connection.execute(select(_RUN.seal).where(_RUN.place == newest)).scalar() or b""
    for run in connection.execute(_CHAIN.where(_RUN.place >= first)):
        yield {
            "place": run.place,
            "before": before.hex(),
            "facts": [sealed.plain(getattr(run, name)) for name in FACTS],
            "parts": parts[run.id],
            "seal": run.seal.hex(),
        }
        before = run.seal
