"""Is every row that a seal covers what it was, is the chain unbroken, and every change of a row on record?"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, literal, select, type_coerce

from archive.models import RunRow, SealedRow, StampRow, table_of
from archive.store import sealed, seals
from archive.store.withdrawals import ledger
from archive.store.withdrawals.emptied import COLUMNS
from archive.verify.finding import MANY, Finding

__all__ = ["PARTS", "Chain", "chain", "since"]

_RUN, _SEALED = table_of(RunRow).c, table_of(SealedRow).c
_CHAIN = select(table_of(RunRow)).order_by(_RUN.place.is_(None), _RUN.place, _RUN.id)
_CUTS = (
    select(_RUN.name, _RUN.seal, _SEALED.upto, _SEALED.digest)
    .join_from(table_of(SealedRow), table_of(RunRow), _RUN.id == _SEALED.run_id, isouter=True)
    .where(_SEALED.name == bindparam("name"))
    .order_by(_SEALED.upto)
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of seals: its head (None: nothing was sealed yet), how many runs have no seal, how many seals are of
    the first format, which covers less, and the run whose seal covers what these leave out (empty: none)."""

    head: seals.Head | None
    unsealed: int
    older: int
    covering: str


def chain(connection: Connection) -> Chain:
    """What there is of the chain; whether it is unbroken is for `PARTS` to say."""
    runs = connection.execute(select(_RUN.name, _RUN.place, _RUN.seal_format).order_by(_RUN.place)).all()
    placed = [run for run in runs if run.place is not None]
    covering = next((run.name for run in placed if run.seal_format is not None), "")
    older = sum(1 for run in placed if run.seal_format is None)
    return Chain(seals.head(connection), len(runs) - len(placed), older, covering)


def _chain(connection: Connection) -> Iterator[Finding]:
    """Each seal is that of its run after the one before; whatever ended has one."""
    before = b""
    for place, run in enumerate(connection.execute(_CHAIN).all(), 1):
        if run.place is None:
            yield from _unsealed(run)
            continue
        if run.place != place:
            yield Finding("seal", run.name, f"place {place} of the chain is missing")
            return
        if run.seal_format not in {None, sealed.FORMAT}:
            yield Finding("seal", run.name, f"is of format {run.seal_format}, which this program does not know")
        elif seals.again(connection, run, place, before) != run.seal:
            yield Finding("seal", run.name, "broken: what this run stored is not what was sealed")
        before = run.seal or b""


def _unsealed(run: Any) -> Iterator[Finding]:
    if run.seal or run.ended_at:
        yield Finding("seal", run.name, "has ended, and has no place in the chain: its seal was taken off")
    else:
        yield Finding("seal", run.name, "has no seal: it is at work, or was killed; the next run tells", damage=False)


def since(connection: Connection, head: str) -> Iterator[Finding]:
    """Whether the head that somebody kept (`place:hex`) still stands in the chain: nothing it named was taken off. That
    the chain is unbroken is for `PARTS` to say."""
    place, _, seal = head.strip().rpartition(":")
    found = connection.execute(select(_RUN.place, _RUN.seal)).all()
    if not any(row.seal and row.seal.hex() == seal.lower() and place in {"", str(row.place)} for row in found):
        newest = seals.head(connection)
        what = "is not in the chain: what it named was changed, or taken off; the chain"
        yield Finding("seal", f"head {head.strip()[:80]}", f"{what} has {newest or 'no seal'} for its head")


# --- what seals cover -------------------------------------------------------------------------------------------------


def _covered(connection: Connection) -> Iterator[Finding]:
    """The rows of every table give the digests that were sealed."""
    left = []
    for name in sealed.COVERED:
        cuts = connection.execute(_CUTS, {"name": name}).all()
        made, behind = _made_of(connection, name, [cut.upto for cut in cuts])
        for cut, after, digest in zip(cuts, (0, *(cut.upto for cut in cuts)), made, strict=False):
            yield from _compared(name, cut, after, digest)
        if behind:
            left.append(f"{behind} of {name}")
    if left:
        what = f"rows under no seal yet, which the next run seals: {', '.join(left)}"
        yield Finding("seal", "since the head", what, damage=False)


def _made_of(connection: Connection, name: str, ends: Sequence[int]) -> tuple[list[bytes], int]:
    """The digests of the rows of a table up to each of these, and how many come behind them all."""
    made, behind = [hashlib.sha256().digest()] * len(ends), 0
    instead = {key: one.digest for (key, _), one in ledger.kept(connection, name).items()} if name in COLUMNS else {}
    with connection.execute(sealed.rows(name, connection.dialect.name), execution_options=MANY) as rows:
        for place, some in groupby(rows, key=lambda row: bisect_left(ends, row[0])):
            if place == len(ends):
                behind = sum(1 for _ in some)
            else:
                made[place] = sealed.over(name, some, instead)
    return made, behind


def _compared(name: str, cut: Any, after: int, made: bytes) -> Iterator[Finding]:
    run = cut.name or "a run that is gone"
    if cut.digest != made:
        yield Finding("seal", run, f"broken: rows {after + 1} to {cut.upto} of {name} are not what was sealed")
    if cut.seal is None:
        yield Finding("seal", run, f"covers rows of {name}, and was taken off")


# --- what may change --------------------------------------------------------------------------------------------------


def _journal(connection: Connection) -> Iterator[Finding]:
    """What may change in a row says what the journal's last entry of it says."""
    for name in sealed.CHANGING:
        with (
            connection.execute(_standing(name, connection.dialect.name), execution_options=MANY) as rows,
            connection.execute(sealed.entries(name), execution_options=MANY) as entries,
        ):
            for key, row, of in _paired(rows, entries):
                if what := _unlike(name, row, of):
                    where = " ".join([name, *(str(one) for one in key if one)])
                    yield Finding("row", where, f"{what}: what it says was changed by no run")


def _standing(name: str, dialect: str) -> Any:
    keys = list(sealed.table(name).primary_key.columns)
    # A word of a closed list is an integer to the journal.
    other = type_coerce(keys[1], BigInteger) if keys[1:] else literal(0)
    return select(keys[0].label("key"), other.label("other"), sealed.said(name, dialect).label("said")).order_by(*keys)


def _paired(rows: Iterable[Any], entries: Iterable[Any]) -> Iterator[tuple[tuple[int, int], Any, list[Any]]]:
    """Each key in order with its row (None: there is none) and its entries; both come in the order of their keys."""
    key = attrgetter("key", "other")
    standing, groups = iter(rows), groupby(entries, key=key)
    row, group = next(standing, None), next(groups, None)
    while row is not None or group is not None:
        at = min(one for one in (row and key(row), group and group[0]) if one is not None)
        mine, of = None, []
        if row is not None and key(row) == at:
            mine, row = row, next(standing, None)
        if group is not None and group[0] == at:
            of, group = list(group[1]), next(groups, None)
        yield at, mine, of


def _unlike(name: str, row: Any, of: list[Any]) -> str:
    """What is wrong with a row and its entries, in words."""
    if any(one.now != other.was for one, other in pairwise(of)):
        return "its entries in the journal do not follow each other"
    if row is None:
        return "is gone" if of[-1].now is not None else ""
    if not of:
        return "" if name in sealed.COVERED else "is not in the journal"
    return "" if of[-1].now == row.said else "is not what the journal says"


def _stamps(connection: Connection) -> Iterator[Finding]:
    """What authorities answered is what was received."""
    for row in connection.execute(select(table_of(StampRow))):
        if hashlib.sha256(row.answer).digest() != row.digest:
            yield Finding("seal", f"stamp by {row.authority}", "is not what was received")


PARTS = (_chain, _covered, _journal, _stamps)
