"""What web archives hold of an outlet's past."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, errors, output, typed
from archive.commands.shared import Json, home_of
from archive.wording import counted
from crawler.commands.crawl import outlets_of, settings_of
from crawler.commands.engine import Cluster, Name, Workers, chosen

if TYPE_CHECKING:
    # What fetches is loaded when something is fetched: help needs none of it.
    from archive.home import Home
    from crawler.webarchives.asking import AskingSpider
    from crawler.webarchives.errand import Errand
    from crawler.webarchives.run import Result

__all__ = ["backfill"]

backfill = typer.Typer(
    help="""Bring an outlet's past from web archives: one timeline with our own looks, sources and clocks apart.

    Example: palimpsest backfill wayback rt-fr --since 2017-01-01 --until 2022-03-02
    """,
    rich_markup_mode=None,
    no_args_is_help=True,
)

_SHOWN = 20
_NAMED = typer.Argument(metavar="OUTLET|URL...", help="Outlets by name, all their articles; or addresses.")
_CALLS = typer.Option("--calls", min=1, help="At most so many calls of the index a minute.")


@backfill.command()
def wayback(
    context: typer.Context,
    named: Annotated[list[str], _NAMED],
    since: Annotated[str | None, typer.Option(help="Only captures from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only captures up to this day.")] = None,
    per_day: Annotated[int, typer.Option(min=0, help="At most so many captures of an address a day; 0: all.")] = 0,
    server: Annotated[
        str, typer.Option("--from", help="A web archive: a host speaks as the Wayback Machine does, a path Memento.")
    ] = "https://web.archive.org",
    calls: Annotated[int, _CALLS] = 24,
    as_json: Json = False,
) -> None:
    """What the Wayback Machine, or another web archive, holds of outlets or addresses.

    First the archive's index is asked, then one capture of each payload is fetched as the archive received it; that it
    saw the same at other times is taken on its word (`web-index`), and is no evidence of our own. What we hold already
    is not fetched. The same command goes on after an interruption of any kind. Stops where the archive says for the
    second time that it is asked too often. Ends with 1 where there were problems.

    JSON keys: run, captures, listed, attempts, problems, remarks.

    Example: palimpsest backfill wayback rt-fr --since 2017-01-01 --until 2017-12-31 --per-day 2

    Example: palimpsest backfill wayback https://francais.rt.com/international/41739-a --from https://arquivo.pt/wayback
    """
    from crawler.webarchives.errand import IndexErrand, wanted
    from crawler.webarchives.index import Server
    from crawler.webarchives.spider import BackfillSpider

    home = home_of(context)
    base = typed.address(server, "--from").rstrip("/")
    listings = wanted(Server(base), named, outlets_of(home))
    errand = IndexErrand(base, *_window(since, until), calls, listings, per_day)
    number = counted(len(listings), "listing")
    output.note(f"{number} to ask {errand.host} for, at least a call each, at most {calls} calls a minute")
    _do(context, home, BackfillSpider, errand, as_json=as_json)


@backfill.command()
def ccnews(  # noqa: PLR0913, PLR0917 - each is an option
    context: typer.Context,
    named: Annotated[list[str] | None, typer.Argument(metavar="OUTLET...", help="Outlets by name; else all.")] = None,
    since: Annotated[str | None, typer.Option(help="Only captures from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only captures up to this day.")] = None,
    server: Annotated[str, typer.Option("--from", help="Where the set is.")] = "https://data.commoncrawl.org",
    listed: Annotated[
        Path | None, typer.Option("--list", help="Other files: paths below there, addresses there, or files here.")
    ] = None,
    engine: Name = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """What Common Crawl's news set, or any list of WARC files, holds of outlets.

    There is no index: all files of the window are fetched, a gigabyte each, and read; of what they hold, pages at hosts
    of the outlets are copied as evidence. A file that came in part is gone on with; one is read once, with --engine by
    several workers (docs/scale.md).

    JSON keys: run, captures, listed, attempts, problems, remarks.

    Example: palimpsest backfill ccnews rt-en --since 2022-02-24 --until 2022-02-25

    Example: palimpsest backfill ccnews rt-fr rt-en --list files.txt
    """
    from crawler.webarchives.errand import SetErrand
    from crawler.webarchives.sets import SetSpider

    home, names, base = home_of(context), tuple(named or ()), typed.address(server, "--from").rstrip("/")
    known = outlets_of(home)
    for name in names:
        known.get(name)
    files = _lines(listed) if listed else ()
    if not files and since is None:
        raise errors.UsageError("give --since DAY: the whole set is some hundred thousand files of a gigabyte each")
    window, by = _window(since, until), chosen(engine, workers, cluster)
    errand = SetErrand(base, *window, outlets=names, files=files, engine=by)
    _do(context, home, SetSpider, errand, as_json=as_json)


def _lines(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise errors.BadInput(f"{path} cannot be read: {problem}") from None
    if not (found := tuple(line.strip() for line in lines if line.strip())):
        raise errors.BadInput(f"{path} lists nothing")
    return found


def _do(context: typer.Context, home: Home, spider: type[AskingSpider], errand: Errand, *, as_json: bool) -> None:
    from crawler.webarchives.run import backfill as run

    result = run(home, spider, errand, settings_of(context))
    _say(result, as_json=as_json)
    if result.failure is not None:
        raise result.failure
    if result.interrupted:
        raise typer.Exit(errors.INTERRUPTED)
    if result.problems or result.attempts:
        raise typer.Exit(1)


def _window(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    now = clock.now()
    first = None if since is None else typed.time(since, "--since", UTC, now).start.date()
    last = None if until is None else typed.time(until, "--until", UTC, now).last_day()
    return first, last


def _say(result: Result, *, as_json: bool) -> None:
    if as_json:
        output.json_line(_row(result))
        return
    told = {"captures": result.captures, "listed": result.listed, "without an answer": result.attempts}
    parts = [
        f"{name}: {', '.join(f'{number} {word}' for word, number in sorted(counts.items()))}"
        for name, counts in told.items()
        if counts
    ]
    output.said(f"{result.run}: {'; '.join(parts) or 'nothing new'}")
    for words in (*result.remarks[:_SHOWN], *result.problems[:_SHOWN]):
        output.said(f"    {output.plain(words)}")
    if len(result.problems) > _SHOWN:
        output.said(f"    and {len(result.problems) - _SHOWN} more")
    if result.head:
        output.said(f"    head {result.head}")


def _row(result: Result) -> dict[str, Any]:
    row = asdict(result)
    kept = ("run", "captures", "listed", "attempts", "problems", "remarks")
    return {name: list(row[name]) if isinstance(row[name], tuple) else row[name] for name in kept}
