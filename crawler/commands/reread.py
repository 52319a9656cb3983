"""Read stored captures again by today's rules."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from archive import clock, output
from archive.commands.shared import Json, home_of, moment, reading
from crawler.commands.engine import Cluster, Name, Workers, chosen

if TYPE_CHECKING:
    from archive.query.bursts import Burst

__all__ = ["reread"]


def reread(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    since: Annotated[str | None, typer.Option(help="Only articles captured since then.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change, write nothing.")] = False,
    engine: Name = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Read stored captures again by today's rules: what older ones read, and what was refused. No edit comes of it.

    What read differently before is kept with its revision; versions that become equal are folded into one. A version
    whose bytes are missing, or that today's rules no longer read, keeps its old reading and is listed. A page that was
    refused (a wall, unreadable) and is an article by today's rules takes its place among the looks. Interrupted, the
    same command goes on from there. With --engine, pages are read by several workers, which must reach the archive's
    folder under its name; what is stored is the same, by this process alone (docs/scale.md).

    JSON keys: version, outlet, outcome, reason, changed.

    Example: palimpsest reread --outlet rt-fr --dry-run

    Example: palimpsest reread --engine local --workers 4
    """
    from dataclasses import asdict

    from crawler.pipeline.reread import Again, Rereading

    def told(again: Again) -> None:
        if as_json:
            row = asdict(again)
            output.json_line({name: row[name] for name in ("version", "outlet", "outcome", "reason", "changed")})
        elif again.outcome != "same":
            output.said(f"{again.version}  {again.outcome}  {' '.join(again.changed)}{again.reason}")
            output.paragraphs(again.paragraphs[:3])

    with chosen(engine, workers, cluster).opened() as by, output.progress("reading again") as bar:
        rereading = Rereading(home_of(context), told, bar, engine=by, noted=output.note)
        when = moment(since, "--since")
        with reading(context, outlet):
            pass  # an outlet the archive does not know is refused before anything is begun
        name = rereading.look(outlet, when) if dry_run else rereading.run(outlet, when, clock.now)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(rereading.counts.items()))
    output.note(f"{name}: {counts or 'everything was read by the rules of today'}")
    if rereading.head:
        output.note(f"head {rereading.head}")
    _tell_bursts(rereading.bursts)
    if rereading.counts["kept"]:
        raise typer.Exit(1)


def _tell_bursts(found: Counter[Burst]) -> None:
    """Say where many edits of one kind came of it at one hour: they may be ours."""
    from archive.query.bursts import MANY

    for one, many in sorted(found.items(), key=lambda pair: (pair[0].outlet, pair[0].hour, pair[0].kind)):
        if many < MANY:
            continue
        since, until = (f"{at:%Y-%m-%dT%H:%MZ}" for at in (one.hour, one.hour + timedelta(hours=1)))
        which = f"--outlet {one.outlet} --kind {one.kind} --changed-since {since} --changed-until {until}"
        output.note(
            f"{many} edits of {one.outlet} of the hour from {since} on are {one.kind}: if they are ours, "
            f"`palimpsest strike {which} --by NAME --because WORDS`"
        )
