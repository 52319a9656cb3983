"""`palimpsest runs`: what ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from archive import output
from archive.commands.shared import Json, moment, reading

if TYPE_CHECKING:
    # Help needs no database.
    from archive.query.runs import RanRun

__all__ = ["runs"]

_HEADINGS = ("began", "took", "outlet", "kind", "why it ended", "captures", "without an answer", "waiting", "problems")


def runs(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only runs of this outlet.")] = None,
    since: Annotated[str | None, typer.Option(help="Only runs that began since then.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: Json = False,
) -> None:
    """List what ran, when, why it ended and what it came to, the newest first.

    A run ends `done`, `interrupted`, with its `budget spent`, in `quiet hours`, `killed` (it gives no sign of life for
    two minutes, on whatever machine it was), or by what stopped it, in words; one that is `running` has not ended.

    JSON keys: run, kind, outlet, started_at, ended_at, why, captures, attempts, problems, remarks, waiting, host.

    Example: palimpsest runs --outlet rt-fr --since yesterday
    """
    from archive.query import runs as query
    from archive.store import leases

    when = moment(since, "--since")
    with reading(context) as connection:
        # By the clock its locks go by: whoever is at work renews them.
        lapsed = leases.shared_time(connection) - leases.LATE
        found = list(query.runs(connection, outlet, when, limit, lapsed))
    if not found:
        with reading(context, outlet):
            pass  # an outlet that nobody knows is refused; one that was never asked anything is known by its runs alone
        output.note("no run of that kind")
    elif as_json:
        for one in found:
            output.json_line(asdict(one))
    else:
        output.rows(_HEADINGS, map(_line, found), spare=("waiting", "without an answer", "kind"))


def _line(one: RanRun) -> tuple[object, ...]:
    took = str(one.ended_at - one.started_at).partition(".")[0] if one.ended_at else "-"
    counts = (_told(one.captures) or "nothing", _told(one.attempts) or "-")
    return one.started_at, took, one.outlet or "-", one.kind, one.why, *counts, one.waiting, len(one.problems)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
