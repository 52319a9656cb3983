"""`palimpsest run`: what is due, for all enabled outlets."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from archive import errors, output
from archive.commands.shared import Json, home_of
from archive.records import RunKind
from crawler.commands.crawl import outlets_of, say, settings_of

__all__ = ["run"]


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due and end: for cron and timers.")] = False,
    outlets: Annotated[
        list[str] | None, typer.Option("--outlet", help="Only these; else all that are enabled.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages at each turn.")] = None,
    as_json: Json = False,
) -> None:
    """Do what is due for all enabled outlets: crawl them, look again at what is known, read again what rules changed.

    Without --once it stays, and an outlet has its turn every hour; SIGTERM or Ctrl-C once finishes what is in flight,
    twice stops now. With --once each has one turn, but for those of which `palimpsest.toml` says that they have had it.
    An outlet is enabled by `palimpsest outlets enable`, and from its first `crawl` or `add` on. `palimpsest.toml` says
    how often, how many side by side, how many requests a day and at which hours none: see docs/settings.md.

    Any number may run at once, on any number of machines that share a PostgreSQL and the folder of the evidence: an
    outlet that another process is crawling is left alone, which is said and is no failure; one that fails does not stop
    the others.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks, sources, robots.

    Example: palimpsest run --once
    """
    from crawler.spiders import run as crawling
    from crawler.spiders.due import Due
    from crawler.spiders.turn import Errand
    from crawler.spiders.worker import Worker

    home = home_of(context)
    outlets_of(home)
    due = Due(home, outlets or (), stay=not once)
    try:
        for name in sorted({*(outlets or ())} - {*due.enabled()}):
            output.note(f"{name} is left alone: it is disabled; `palimpsest outlets enable {name}`")
        arguments = {"look": "both"} | ({} if limit is None else {"limit": limit})
        errand = Errand(RunKind.CRAWL, arguments, settings_of(context), read_again=True)
        worker = Worker(home, errand, lambda result: say(result, as_json=as_json))
        worker.work(due, stay=not once)
    finally:
        due.close()
    if once and not worker.results:
        output.note("nothing is due")
    code = crawling.code(worker.results, alone=False)
    if worker.stopped_by == signal.SIGINT:
        code = errors.INTERRUPTED
    if code:
        raise typer.Exit(code)
