"""When nobody looked at an outlet: a walk from look to look by an index, by clocks that were not off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, text

from archive.models import Instant, RunRow
from archive.timeline import CLOCK_OFF

__all__ = ["DAY", "OFF", "Gap", "gaps", "walk"]

DAY = timedelta(hours=24)
"""Time without any look at an outlet that is a gap wherever nothing else is asked for."""

OFF = select(RunRow.id).where(func.abs(RunRow.clock_ahead) > CLOCK_OFF.total_seconds())
"""The runs whose clock was off: no interval rests on when they looked."""


@dataclass(frozen=True, slots=True)
class Gap:
    """From one look at an outlet to the next, by clocks that were not off: longer than was asked about."""

    since: datetime
    until: datetime


# All outlets abreast: from a look to the last one within the span, else to the next there is; by probes of an index.
_STEPS = """
WITH RECURSIVE step(outlet, at, next) AS (
    SELECT begun.id, begun.at, begun.at FROM (
        SELECT o.id, (
            SELECT min(c.fetched_at) FROM capture c WHERE c.outlet_id = o.id AND c.run_id NOT IN ({off})
        ) AS at
        FROM outlet o WHERE {which}
    ) begun
    UNION ALL
    SELECT step.outlet, step.next, coalesce(
        (SELECT max(c.fetched_at) FROM capture c
         WHERE c.outlet_id = step.outlet AND c.fetched_at > step.next AND c.fetched_at <= step.next + {gap}
         AND c.run_id NOT IN ({off})),
        (SELECT min(c.fetched_at) FROM capture c
         WHERE c.outlet_id = step.outlet AND c.fetched_at > step.next AND c.run_id NOT IN ({off}))
    ) FROM step WHERE step.next IS NOT NULL
)
SELECT outlet AS outlet_id, at AS since, next AS until FROM step WHERE next - at > {gap}
"""


def walk(connection: Connection, span: timedelta = DAY, which: str = "true") -> str:
    """The SELECT of all gaps of more than a span: outlet_id, since, until; of the outlets `o` that our SQL names."""
    if connection.dialect.name == "sqlite":
        gap = str(span // timedelta(microseconds=1))
    else:
        gap = f"interval '{span.total_seconds()} seconds'"
    off = OFF.compile(connection, compile_kwargs={"literal_binds": True})
    return _STEPS.format(gap=gap, off=off, which=which)


def gaps(connection: Connection, outlets: Collection[int], span: timedelta) -> dict[int, tuple[Gap, ...]]:
    """When nobody looked at each of these outlets for longer than that, between two looks."""
    statement = text(f"{walk(connection, span, 'o.id IN :outlets')} ORDER BY outlet_id, since")
    bound = statement.bindparams(bindparam("outlets", expanding=True)).columns(since=Instant, until=Instant)
    found: dict[int, list[Gap]] = {outlet: [] for outlet in outlets}
    for row in connection.execute(bound, {"outlets": list(outlets)}):
        found[row.outlet_id].append(Gap(row.since, row.until))
    return {outlet: tuple(these) for outlet, these in found.items()}
