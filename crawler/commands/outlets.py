"""`palimpsest outlets`: list the outlets, draft the file of a new one, see what a file makes of its pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, output, text, typed
from archive.commands import shared
from archive.errors import BadInput, DatabaseError, NoArchive, UsageError
from archive.home import Home
from archive.records import Capture
from archive.wording import counted
from crawler.commands.domains import add_domain, remove_domain
from crawler.commands.enabling import disable, enable
from crawler.commands.learning import learn, rules
from crawler.outlets.base import Outlet
from crawler.outlets.registry import Registry, registry

if TYPE_CHECKING:
    # Who lists outlets reads no page.
    from crawler.authoring import check as checking
    from crawler.authoring.check import CheckedPage, CheckedSource
    from crawler.pipeline.workers import LocalExecutor

__all__ = ["outlets"]

outlets = typer.Typer(
    help="""List the outlets that are known: whose they are, how they are found, which layouts are read.

    A layout `from code` is known from scrapers' code only and was never seen in a saved page: check it on first use.

    JSON keys: name, family, title, country, languages, timezone, controlled_by, monitor, daily, domains, mirrors,
    layouts, from_code, found_by, robots, access, own.

    Example: palimpsest outlets --json
    """,
    rich_markup_mode=None,
)


@outlets.callback(invoke_without_command=True)
def listed(context: typer.Context, as_json: shared.Json = False) -> None:
    """Hand on to a command, or list."""
    if context.invoked_subcommand is not None:
        return
    known = _known(shared.home_of(context))
    for words in known.remarks:
        output.note(words)
    names = sorted({*known.names(), *known.added})
    own = known.outlets.keys() - registry().outlets.keys()
    rows = [_row(known.named(name, "", clock.now()), own=name in own) for name in names]
    if as_json:
        for row in rows:
            output.json_line(row)
        return
    headings = ("name", "title", "state", "languages", "type", "domains", "layouts", "found by")
    output.rows(headings, map(_line, rows), spare=("found by", "domains", "layouts", "type"))


def _known(home: Home) -> Registry:
    """The outlets, with the domains they were given, where there is an archive that says so."""
    from archive import db
    from archive.query.added import domains_added

    known = registry(home.outlets)
    try:
        engine = db.open_reader(home.database_url)
        try:
            with db.reading(engine) as connection:
                return replace(known, added=domains_added(connection))
        finally:
            engine.dispose()
    except NoArchive:
        return known
    except DatabaseError as problem:
        output.note(f"domains that were added are not listed: {problem}")
        return known


def _row(outlet: Outlet, *, own: bool) -> dict[str, Any]:
    return {
        "name": outlet.name,
        "family": outlet.family,
        "title": outlet.title,
        "country": outlet.country,
        "languages": list(outlet.languages),
        "timezone": outlet.timezone,
        "controlled_by": outlet.controlled_by,
        "monitor": outlet.monitor,
        "daily": outlet.daily or None,
        "domains": [domain.host for domain in outlet.domains if not domain.mirror],
        "mirrors": [domain.host for domain in outlet.domains if domain.mirror],
        "layouts": [reader.name for reader in outlet.readers],
        "from_code": [reader.name for reader in outlet.readers if not reader.seen],
        "found_by": sorted({type(find).__name__.lower() for find in outlet.find}),
        "robots": outlet.robots,
        "access": outlet.access,
        "own": own,
    }


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    hosts, unseen = row["domains"] + row["mirrors"], len(row["from_code"])
    layouts = f"{len(row['layouts'])}" + (f" ({unseen} from code)" if unseen else "") if row["layouts"] else "general"
    more = f" +{len(hosts) - 1}" if len(hosts) > 1 else ""
    return (
        row["name"],
        row["title"],
        row["country"],
        " ".join(row["languages"]),
        row["monitor"],
        f"{hosts[0] if hosts else ''}{more}",
        layouts,
        " ".join(row["found_by"]) or "-",
    )


# --- a new one --------------------------------------------------------------------------------------------------------

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TRY = typer.Option("--page", help="Try this page: FILE=ADDRESS; repeat for more.")
_CASES = typer.Option("--cases", help="Cases: folders with page.html and expected.json.")
_PAGE = typer.Option("--page", help="A saved page, as FILE or FILE=ADDRESS; repeat for each. Two articles at least.")


@outlets.command("new")
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the outlet shall be called: small letters, digits, hyphens.")],
    url: Annotated[str, typer.Option(help="Its home page.")],
    page: Annotated[list[str], _PAGE],
    language: Annotated[str, typer.Option(help="Its language (two letters), where the pages do not tell.")] = "",
) -> None:
    """Draft the file of an outlet from saved pages of it, and keep the pages beside it as cases.

    The draft goes to outlets/NAME.py in the archive's folder, and says what it could not find out.

    Example: palimpsest outlets new vale-post --url https://vale-post.example --page one.html --page two.html
    """
    from crawler.authoring.draft import drafted
    from crawler.pipeline.workers import LONGEST, LocalExecutor, Stopped

    home = shared.home_of(context)
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name: small letters, digits and hyphens, such as vale-post")
    path = home.outlets / f"{name}.py"
    if os.path.lexists(path) or os.path.lexists(path.with_suffix("")) or name in registry(home.outlets).outlets:
        raise UsageError(f"there is an outlet called {name} already; remove its file and cases, or choose another name")
    pages = [_captured(words) for words in page]
    with closing(LocalExecutor(home.outlets)) as pool:
        try:
            draft, captures = pool.call(
                LONGEST, drafted, name, typed.address(url, "--url"), pages, clock.now(), language
            )
        except Stopped as stopped:
            raise BadInput(f"no draft comes of {', '.join(file for file, _ in pages)}: {stopped}") from None
    home.make()
    path.write_text(draft.text, encoding="utf-8")
    registry.cache_clear()
    outlet = registry(home.outlets).get(name)
    _keep(home, outlet, captures)
    output.said(f"{path} is a draft. Look it through, then: palimpsest outlets check {name}")
    for words in draft.open:
        output.said(f"  not found out: {words}")


def _captured(words: str) -> tuple[str, Capture]:
    """FILE or FILE=ADDRESS as a capture; without an address it is named by a `urn:`."""
    from crawler.pipeline.sources.page import page

    file, _, address = words.partition("=")
    path = Path(file)
    url = typed.address(address, "--page") if address else f"urn:palimpsest:{path.stem}"
    return file, page(path, url, None)


def _keep(home: Home, outlet: Outlet, captures: Iterable[Capture]) -> None:
    from crawler.authoring import cases
    from crawler.pipeline.workers import reading_elsewhere

    with reading_elsewhere(home.outlets) as read:
        for one in captures:
            result = read(one, outlet, "")
            name = re.sub(r"[^\w-]+", "-", Path(one.origin).name.split(".")[0]).strip("-") or "page"
            cases.write(_free(home.outlets / outlet.name, name), one, result.judgement, result.reading)


def _free(folder: Path, name: str) -> Path:
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(path for each in names if not (path := folder / each).exists())


# --- how it does ------------------------------------------------------------------------------------------------------


@outlets.command("check")
def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="An outlet.")],
    page: Annotated[
        list[str] | None, typer.Option("--page", help="Try this page: FILE=ADDRESS; repeat for more.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--cases", help="Cases: folders with page.html and expected.json.")
    ] = None,
    newest: Annotated[int, typer.Option(help="So many of the newest pages in the archive are read too.")] = 3,
    alarm: Annotated[
        str | None, typer.Option("--from-archive", metavar="ALARM", help="Make cases of the pages that show an alarm.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Show every paragraph.")] = False,
    as_json: shared.Json = False,
) -> None:
    """Show field by field what is read from an outlet's pages, and what its sources give.

    Pages are its cases (in outlets/NAME/ of the archive's folder, or --cases), the newest the archive holds, or those
    given with --page. Green: as expected. Red: not as expected, or missing. Grey: nothing is expected of it. Ends with
    1 where something is red.

    With --from-archive the pages that show an alarm become cases first, those fields left out that are read wrongly,
    and are compared with pages from before it: did the layout change, or does the outlet mean it?

    JSON keys: page, url, verdict, reason, field, found, expected, fine, problems.

    Example: palimpsest outlets check vale-post --page today.html=https://vale-post.example/local/1
    """
    from crawler.authoring import check as checking
    from crawler.pipeline.workers import LocalExecutor

    home = shared.home_of(context)
    if alarm is not None:
        _cases_of(home, name, alarm, folder or home.outlets / name)
    outlet = registry(home.outlets).named(name, "", clock.now()) if alarm else registry(home.outlets).get(name)
    with closing(LocalExecutor(home.outlets)) as pool, checking.Held(home) as held:
        found = list(_pages(pool, home, held, outlet, page or [], folder, newest))
        given = list(checking.sources(pool, held, outlet, clock.now()))
    if not found:
        raise BadInput(f"there is no page of {name} to look at: give one with --page FILE=ADDRESS, or crawl it first")
    for one in found:
        _page_lines(one) if as_json else _show_page(one, full=full)
    for source in given:
        _source_line(source) if as_json else _show_source(source)
    if any(one.problems for one in found) or any(source.problem for source in given):
        raise typer.Exit(1)


def _cases_of(home: Home, name: str, alarm: str, folder: Path) -> None:
    """Make cases of the pages that show an alarm, and say what they tell of its cause; all of it beside the answer."""
    from crawler.authoring.from_alarm import from_alarm
    from crawler.pipeline.workers import LocalExecutor

    with closing(LocalExecutor(home.outlets)) as pool:
        told = from_alarm(pool, home, registry(home.outlets).named(name, "", clock.now()), alarm, folder)
    output.note(f"{counted(told.before, 'page')} from before {alarm}, {told.since} since: {told.cause}")
    for one in told.lost:
        output.note(f"    {one.field}: on {one.before} of {told.before} before, on {one.since} of {told.since} since")
    for path in told.made:
        output.note(f"    {path}: say in expected.json what the page shows, mend the outlet's file, and check again")


def _pages(
    pool: LocalExecutor,
    home: Home,
    held: checking.Held,
    outlet: Outlet,
    pages: list[str],
    folder: Path | None,
    newest: int,
) -> Iterator[CheckedPage]:
    from crawler.authoring import check as checking

    if pages:
        yield from checking.pages_given(pool, (_captured(words) for words in pages), outlet)
        return
    yield from checking.pages_saved(pool, folder or home.outlets / outlet.name, outlet)
    yield from checking.pages_given(pool, held.pages(outlet, max(0, newest)), outlet)


def _page_lines(one: CheckedPage) -> None:
    from crawler.authoring import cases

    about = {"page": one.name, "url": one.url, "verdict": one.judgement.verdict, "reason": one.judgement.reason}
    for each in one.fields or (cases.Compared("", None),):
        row = {"field": each.field, "found": each.found, "expected": each.expected, "fine": each.fine}
        output.json_line(about | row | {"problems": list(one.problems)})


def _source_line(source: CheckedSource) -> None:
    about = {"page": source.kind, "url": source.url, "verdict": None, "reason": source.problem}
    row = {"field": "addresses", "found": source.found, "expected": None, "fine": None}
    output.json_line(about | row | {"problems": [source.problem] if source.problem else []})


def _show_page(one: CheckedPage, *, full: bool) -> None:
    reason = f" ({one.judgement.reason})" if one.judgement.reason else ""
    output.said(f"\n{one.name}  {one.url}")
    output.lamp(None if not one.problems else False, "verdict", f"{one.judgement.verdict}{reason}  {one.revision}")
    for each in one.fields:
        for words in _shown(each.field, each.found, full=full):
            output.lamp(each.fine, each.field, words)
        if each.fine is False:
            for words in _shown(each.field, each.expected, full=full):
                output.lamp(False, "expected", words)
    for problem in one.problems:
        output.lamp(False, "problem", problem)


def _shown(field: str, found: Any, *, full: bool) -> list[str]:
    """A value as lines: lists an item a line, long ones by their beginning and end."""
    if not isinstance(found, list):
        return [_short("" if found is None else str(found), full=full)]
    lines = [_short("  ".join(map(str, item)) if isinstance(item, list) else str(item), full=full) for item in found]
    if full or len(lines) <= 4:
        return lines or ["-"]
    kind = "blocks" if field == "body" else "items"
    return [*lines[:2], f"... {len(lines)} {kind} in all ...", *lines[-2:]]


def _short(words: str, *, full: bool) -> str:
    return words or "-" if full else text.clip(words, 160) or "-"


def _show_source(source: CheckedSource) -> None:
    told = f"{counted(source.found, 'address')}, {source.articles} of articles" if source.found is not None else ""
    fine = not source.problem if told or source.problem else None
    output.lamp(fine, source.kind, f"{source.url}: {told or 'not fetched yet'}")
    for example in source.examples:
        output.lamp(None, "", example)
    if source.problem:
        output.lamp(False, "problem", source.problem)


# --- what is learnt ---------------------------------------------------------------------------------------------------

outlets.command("learn")(learn)
outlets.command("rules")(rules)

# --- whether it is crawled --------------------------------------------------------------------------------------------

outlets.command("enable")(enable)
outlets.command("disable")(disable)

# --- which domains it has ---------------------------------------------------------------------------------------------

outlets.command("add-domain")(add_domain)
outlets.command("remove-domain")(remove_domain)
