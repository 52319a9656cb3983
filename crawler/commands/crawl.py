"""Crawls, and looks at what is known already."""

from __future__ import annotations

import sys
from datetime import UTC
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, output, typed
from archive.commands.shared import Json, home_of
from archive.home import Home, stated_in
from archive.records import RunKind
from archive.wording import instead

if TYPE_CHECKING:
    # What crawls is loaded when something is crawled: help needs none of it.
    from crawler.outlets.registry import Registry
    from crawler.spiders.run import Result
    from crawler.spiders.turn import Errand

__all__ = ["crawl", "outlets_of", "recheck", "say", "settings_of", "told_outside"]

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

    First what a person watches (`palimpsest watch`) and what a feed or sitemap says has changed; then where most
    changes are to be expected, by what the archive has learnt of the outlet, and every article once a month at least.
    PALIMPSEST_RECHECK may state a fixed schedule instead. `palimpsest forecast` says how late edits are noticed.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks, sources, robots.

    Example: palimpsest recheck rt-fr rt-en
    """
    _crawl(context, outlets, RunKind.RECHECK, {"limit": limit, "look": "known"}, as_json)


def _given(**arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def _crawl(context: typer.Context, names: list[str], kind: RunKind, arguments: dict[str, Any], as_json: bool) -> None:
    from crawler.spiders import run as crawling
    from crawler.spiders.turn import Errand

    home = home_of(context)
    known = outlets_of(home)
    for name in names:
        known.get(name)
    errand = Errand(kind, _given(**arguments), settings_of(context))
    ask = _several if len(set(names)) > 1 else _alone
    results = ask(home, names, errand, as_json)
    # Who interrupts it wants it to end.
    if not any(result.interrupted for result in results):
        told_outside(home)
    if code := crawling.code(results):
        raise typer.Exit(code)


def told_outside(home: Home) -> None:
    """Look for alarms after a run, have its seal stamped, and write what is seen from outside; of what fails there no
    more than that is said."""
    from crawler.alarms.after import after_run
    from crawler.stamping.ask import after_run as stamped

    for words in (*after_run(home, clock.now()), *stamped(home, clock.now())):
        output.note(words)


def _alone(home: Home, names: list[str], errand: Errand, as_json: bool) -> list[Result]:
    from crawler.spiders import run as crawling

    with output.progress("crawling", shown=not as_json) as bar:
        results = crawling.crawl(home, names, errand.kind, errand.arguments, errand.settings, bar)
    for result in results:
        if as_json or result.run:
            say(result, as_json=as_json)
    return results


def _several(home: Home, names: list[str], errand: Errand, as_json: bool) -> list[Result]:
    """Side by side in processes of their own, those that share a host one after the other."""
    from crawler.spiders.worker import Named, Worker

    worker = Worker(lambda: home, errand, lambda result: say(result, as_json=as_json))
    worker.work(Named(names))
    return worker.results


# --- what crawling commands share -------------------------------------------------------------------------------------


def settings_of(context: typer.Context) -> dict[str, Any]:
    """The settings of Scrapy's that stand before the command."""
    found: dict[str, Any] = context.find_root().obj.get("settings", {})
    return found


def outlets_of(home: Home) -> Registry:
    """The outlets, with a word on what is odd about files of theirs. Raises BadInput where the settings file speaks of
    one that there is not."""
    from crawler.outlets.registry import registry

    outlets, stated = registry(home.outlets), stated_in(home.folder)
    unknown = [name for name in stated.outlets if name not in outlets.outlets]
    if unknown:
        raise stated.wrong({("outlets", name): f"is no outlet: {instead(name, outlets.names())}" for name in unknown})
    for words in outlets.remarks:
        output.note(words)
    return outlets


def say(result: Result, *, as_json: bool) -> None:
    """Say what a crawl came to."""
    from crawler.spiders import run as crawling

    if as_json:
        output.json_line(_result(result))
    else:
        output.said(crawling.summary(result))
    # Whoever watches a worker that stays sees what has ended.
    sys.stdout.flush()


def _result(result: Result) -> dict[str, Any]:
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
