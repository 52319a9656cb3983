"""What was learnt of outlets: sets of rules, each kept for ever; the newest of an outlet is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, func, insert, select

from archive.db import writing
from archive.models import LearntRow, OutletRow

__all__ = ["LearntSet", "in_force", "keep", "sets"]


@dataclass(frozen=True, slots=True)
class LearntSet:
    """A set of rules: of which outlet, its number (that of the set before where the rules are the same), since when, by
    whom, what the archive held then (pages of articles), and the rules as JSON."""

    outlet: str
    number: int
    kept_at: datetime
    kept_by: str
    looks: int
    rules: str


_SETS = select(
    OutletRow.name.label("outlet"),
    LearntRow.number,
    LearntRow.kept_at,
    LearntRow.kept_by,
    LearntRow.looks,
    LearntRow.rules,
).join(OutletRow, OutletRow.id == LearntRow.outlet_id)
_NEWEST = select(func.max(LearntRow.id)).group_by(LearntRow.outlet_id)
_OUTLET = select(OutletRow.id).where(OutletRow.name == bindparam("outlet"))


def in_force(connection: Connection) -> dict[str, LearntSet]:
    """The newest set of each outlet that has one."""
    rows = connection.execute(_SETS.where(LearntRow.id.in_(_NEWEST)))
    return {row.outlet: LearntSet(*row) for row in rows}


def sets(connection: Connection, outlet: str) -> list[LearntSet]:
    """All sets of an outlet, the oldest first."""
    return [LearntSet(*row) for row in connection.execute(_SETS.where(OutletRow.name == outlet).order_by(LearntRow.id))]


def keep(engine: Engine, outlet: str, kept_at: datetime, kept_by: str, looks: int, rules: str) -> LearntSet:
    """Keep a set of rules of an outlet the archive holds; it is in force for whatever is begun from now on."""
    with writing(engine) as connection:
        before = sets(connection, outlet)[-1:]
        number = before[0].number + (before[0].rules != rules) if before else int(rules != "[]")
        of = connection.execute(_OUTLET, {"outlet": outlet}).scalar_one()
        row = {
            "outlet_id": of,
            "number": number,
            "kept_at": kept_at,
            "kept_by": kept_by,
            "looks": looks,
            "rules": rules,
        }
        connection.execute(insert(LearntRow), row)
    return LearntSet(outlet, number, kept_at, kept_by, looks, rules)
