"""Crawls, and looks at what is known already."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any

import typer

from archive import clock, errors, output, typed
from archive.commands.shared import Json, home_of
from archive.records import RunKind

__all__ = ["crawl", "recheck", "run"]

_OUTLETS = typer.Argument(help="Names of outlets: `scrapy list` shows them.")
_LIMIT = typer.Option(min=1, help="At most so many pages of each outlet.")


def crawl(
    context: typer.Context,
    outlets: Annotated[list[str], _OUTLETS],
    since: Annotated[str | None, typer.Option(help="Only what sources date from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only what sources date up to this day.")] = None,
    limit: Annotated[int | None, _LIMIT] = None,
    section: Annotated[str | None, typer.Option(help="Only addresses with this path segment.")] = None,
    as_json: Json = False,
) -> None:
    """Crawl outlets: ask their feeds, sitemaps and listings what is new, and fetch what is waiting.

    The archive is the crawl's memory: after an interruption of any kind the same command goes on. A second crawl of an
    outlet is refused (8). Ends with 9 where an outlet could not be reached at all, with 1 where there were problems.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks, sources, robots.

    Example: palimpsest crawl rt-fr --limit 100
    """
    first = None if since is None else typed.time(since, "--since", UTC, clock.now()).start.date().isoformat()
    last = None if until is None else typed.time(until, "--until", UTC, clock.now()).last_day().isoformat()
    arguments = {"since": first, "until": last, "limit": limit, "section": section}
    _crawl(context, outlets, RunKind.CRAWL, arguments, as_json)


def recheck(
    context: typer.Context,
    outlets: Annotated[list[str], _OUTLETS],
    limit: Annotated[int | None, _LIMIT] = None,
    as_json: Json = False,
) -> None:
    """Look again at known articles that are due.

    Hourly on their first day, daily in their first week, weekly in their first quarter, then monthly, unless
    PALIMPSEST_RECHECK says otherwise.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks, sources, robots.

    Example: palimpsest recheck rt-fr rt-en
    """
    _crawl(context, outlets, RunKind.RECHECK, {"limit": limit, "look": "known"}, as_json)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due and end; made for cron.")] = False,
    outlets: Annotated[
        list[str] | None, typer.Option("--outlet", help="Only these; else all the archive holds.")
    ] = None,
    limit: Annotated[int | None, _LIMIT] = None,
    as_json: Json = False,
) -> None:
    """Do what is due for all outlets the archive holds: crawl them, then look again at what is known.

    An outlet is held, and so enabled, from its first `crawl` or `add` on. Safe in cron: an outlet that another process
    is crawling is left alone, which is said and is no failure; one that fails does not stop the others.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks, sources, robots.

    Example: palimpsest run --once
    """
    from crawler.spiders.run import enabled

    if not once:
        raise errors.UsageError("nothing runs for ever here: put `palimpsest run --once` into cron or a systemd timer")
    names = outlets or enabled(home_of(context))
    if not names:
        raise errors.UsageError("the archive holds no outlet yet: begin with `palimpsest crawl OUTLET`")
    _crawl(context, names, RunKind.CRAWL, {"limit": limit, "look": "both"}, as_json)


def _crawl(context: typer.Context, names: list[str], kind: RunKind, arguments: dict[str, Any], as_json: bool) -> None:
    from crawler.outlets.registry import registry
    from crawler.spiders import run as crawling

    for words in registry(home_of(context).outlets).remarks:
        output.note(words)
    given = {name: value for name, value in arguments.items() if value is not None}
    settings = context.find_root().obj.get("settings", {})
    with output.progress("crawling", shown=not as_json) as bar:
        results = crawling.crawl(home_of(context), names, kind, given, settings, bar)
    alone = arguments.get("look") != "both"
    for result in results:
        if as_json:
            output.json_line(_result(result))
        elif result.run or len(results) > 1 or not alone:
            output.said(crawling.summary(result))
    # Who interrupts it wants it to end.
    if not any(result.interrupted for result in results):
        told_outside(context)
    if code := crawling.code(results, alone=alone):
        raise typer.Exit(code)


def told_outside(context: typer.Context) -> None:
    """Look for alarms after a run, and write what is seen from outside; what fails there is said, and no more."""
    from crawler.alarms.after import after_run

    for words in after_run(home_of(context), clock.now()):
        output.note(words)


def _result(result: Any) -> dict[str, Any]:
    stopped = [str(result.failure)] if result.failure else []
    return {
        "outlet": result.outlet,
        "run": result.run or None,
        "captures": result.captures,
        "attempts": result.attempts,
        "problems": [*result.problems, *stopped],
        "waiting": result.waiting,
        "remarks": list(result.remarks),
        "sources": result.sources,
        "robots": result.robots,
    }
