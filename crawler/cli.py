"""The command `palimpsest`: ingesting and reading here, what the archive answers from `archive.cli`."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from archive import __version__, cli, errors, output, text
from archive.commands.shared import Clock, Json, home_of, moment, reading
from archive.home import SETTINGS
from archive.records import Capture, RunKind

__all__ = ["app", "main"]

_HELP = """Keep every article of state-media outlets, every silent edit, every deletion, and the bytes that prove it.

Exit codes: 0 done, 1 done with problems, 2 usage, 3 bad input file, 4 unknown outlet or article, 5 database,
6 archive and program do not match, 7 disk full, 8 busy, 9 outlet unreachable, 10 verify found damage, 130 interrupted.
"""

app = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        output.said(f"palimpsest {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help=f"PALIMPSEST_HOME: {SETTINGS['PALIMPSEST_HOME']}.")] = None,
    database_url: Annotated[str | None, typer.Option(help=f"DATABASE_URL: {SETTINGS['DATABASE_URL']}.")] = None,
    setting: Annotated[list[str] | None, typer.Option(help="NAME=VALUE: a setting of Scrapy's, for crawls.")] = None,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Options of every command stand before it."""
    pairs = [words.partition("=") for words in setting or []]
    if bad := [name for name, equals, _ in pairs if not name or not equals]:
        raise errors.UsageError(f"--setting wants NAME=VALUE, not {bad[0]!r}")
    settings = {name: value for name, _, value in pairs}
    context.obj = {"home": home, "database_url": database_url, "settings": settings}


def ingest(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A page (HTML) or a WARC file, gzipped or not.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved (ISO 8601); else the file's own time.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url, fetched_at, status, headers.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Whose text it is, for --text.")] = None,
    as_json: Json = False,
) -> None:
    """Take what somebody saved into the archive: a page, a WARC, a list of pages, a bare text.

    The bytes are copied into our own WARC before anything is made of them. What is stored already adds nothing, so the
    same command may be run again after an interruption. A given text never confirms an edit or a deletion.

    JSON keys: url, fetched_at, outcome, verdict, reason, article, version, capture.

    Example: palimpsest ingest page.html.gz --url https://francais.rt.com/international/41739-a --at 2017-08-06T10:00Z

    Example: palimpsest ingest crawl.warc.gz

    Example: palimpsest ingest --manifest pages.jsonl

    Example: palimpsest ingest --text 000.txt --outlet rt-fr
    """
    from crawler.given_files import Trouble
    from crawler.intake import Intake, Taken
    from crawler.sources import Given

    given = Given(file=file, manifest=manifest, text_file=text_file, url=url, at=moment(at, "--at"), outlet=outlet)
    given.check_whole()
    troubles = 0

    def told(taken: Taken) -> None:
        if as_json:
            output.json_line(_taken(taken))

    with (
        output.progress("ingesting") as bar,
        Intake(home_of(context), RunKind.INGEST, Clock, told, output.note) as intake,
    ):
        known = 0
        named = intake.outlet(outlet) if outlet else None
        for done, found in enumerate(given.captures(intake.payload, intake.repeated, home_of(context).warc), 1):
            if isinstance(found, Trouble):
                troubles += 1
                output.note(f"{found.where}: {found.what}")
            else:
                capture, place = (found, None) if isinstance(found, Capture) else found
                known += not intake.take(capture, named, place)
            bar(done, 0)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(intake.counts.items()))
    output.note(f"{intake.run.name}: {counts or 'nothing new'}; {known} stored before; {troubles} could not be taken")
    if troubles:
        raise typer.Exit(1)


def _taken(taken: Any) -> dict[str, Any]:
    return {
        "url": taken.url,
        "fetched_at": taken.fetched_at,
        "outcome": taken.recorded.outcome,
        "verdict": taken.judgement.verdict,
        "reason": taken.judgement.reason,
        "article": taken.recorded.article or None,
        "version": taken.recorded.version or None,
        "capture": taken.recorded.uid,
    }


def read(
    context: typer.Context,
    page: Annotated[Path | None, typer.Argument(help="A saved page (HTML), gzipped or not.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved (ISO 8601); else the file's own time.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Read it as a page or text of this outlet.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url.")] = None,
) -> None:
    """Show what would be stored of a page, storing nothing. Always JSON lines, in the order given.

    JSON keys: file, url, outlet, verdict, reason, headline, description, body, authors, date_published,
    date_published_raw, date_modified, in_language, images, read_also, furniture, revision.

    Example: palimpsest read page.html --url https://www.rt.com/uk/322589-a/
    """
    from crawler.sources import Given, described

    given = Given(file=page, manifest=manifest, text_file=text_file, url=url, at=moment(at, "--at"), outlet=outlet)
    given.check()
    for row in described(given, home_of(context).outlets):
        output.json_line(row)


_OUTLETS = typer.Argument(help="Names of outlets: `scrapy list` shows them.")
_LIMIT = typer.Option(min=1, help="At most so many pages of each outlet.")


def crawl(
    context: typer.Context,
    outlets: Annotated[list[str], _OUTLETS],
    since: Annotated[str | None, typer.Option(help="Only what sources date from this day on (ISO).")] = None,
    until: Annotated[str | None, typer.Option(help="Only what sources date up to this day (ISO).")] = None,
    limit: Annotated[int | None, _LIMIT] = None,
    section: Annotated[str | None, typer.Option(help="Only addresses with this path segment.")] = None,
    as_json: Json = False,
) -> None:
    """Crawl outlets: ask their feeds, sitemaps and listings what is new, and fetch what is waiting.

    The archive is the crawl's memory: after an interruption of any kind the same command goes on. A second crawl of an
    outlet is refused (8). Ends with 9 where an outlet could not be reached at all, with 1 where there were problems.

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks.

    Example: palimpsest crawl rt-fr --limit 100
    """
    arguments = {"since": since, "until": until, "limit": limit, "section": section}
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

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks.

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

    JSON keys: outlet, run, captures, attempts, problems, waiting, remarks.

    Example: palimpsest run --once
    """
    from crawler.crawling import enabled

    if not once:
        raise errors.UsageError("nothing runs for ever here: put `palimpsest run --once` into cron or a systemd timer")
    names = outlets or enabled(home_of(context))
    if not names:
        raise errors.UsageError("the archive holds no outlet yet: begin with `palimpsest crawl OUTLET`")
    _crawl(context, names, RunKind.CRAWL, {"limit": limit, "look": "both"}, as_json)


def _crawl(context: typer.Context, names: list[str], kind: RunKind, arguments: dict[str, Any], as_json: bool) -> None:
    from crawler import crawling

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
    if code := crawling.code(results, alone=alone):
        raise typer.Exit(code)


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
    }


def add(
    context: typer.Context,
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL...", help="Addresses of articles.")] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="A file with one address a line.")] = None,
    as_json: Json = False,
) -> None:
    """Hand in addresses: those of known outlets wait for the next crawl; says for each what became of it.

    An address of no outlet that can be crawled is refused, and the reason told. What had been given up waits again.

    JSON keys: url, outlet, outcome, article, reason.

    Example: palimpsest add https://www.rt.com/news/600001-a/ --list more.txt
    """
    from crawler.adding import add_all

    if not urls and listed is None:
        raise errors.UsageError("give addresses, or a file of them with --list")
    lines = _lines(listed) if listed else []
    rows = add_all(home_of(context), [*(urls or []), *lines], Clock())
    refused = 0
    for row in rows:
        refused += row.outcome == "refused"
        if as_json:
            said = {"url": row.url, "outlet": row.outlet or None, "outcome": row.outcome}
            output.json_line(said | {"article": row.article or None, "reason": row.reason or None})
        else:
            why = f"  ({row.reason})" if row.reason else ""
            output.said(f"{row.outcome:10} {row.article or '-':28} {output.plain(row.url)}{why}")
    if refused:
        raise typer.Exit(1)


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as problem:
        raise errors.BadInput(f"{path} cannot be read: {problem}") from None


def demo(context: typer.Context) -> None:
    """Show the whole promise on a family of outlets that is served, crawled and changed on this machine.

    The clock moves, and the demo says so. What it leaves is an archive (in ./palimpsest-demo, or where --home says):
    every command works on it. Takes well under two minutes and needs no network.

    Example: palimpsest demo
    """
    from crawler.demo.show import run as run_demo

    folder = context.find_root().obj.get("home")
    run_demo(folder or Path("palimpsest-demo"))


def reread(
    context: typer.Context,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    since: Annotated[str | None, typer.Option(help="Only articles captured since then (ISO 8601).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change, write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Read stored captures again by today's rules: what older ones read, and what was refused. No edit comes of it.

    What read differently before is kept with its revision; versions that become equal are folded into one. A version
    whose bytes are missing, or that today's rules no longer read, keeps its old reading and is listed. A page that was
    refused (a wall, unreadable) and is an article by today's rules takes its place among the looks. Interrupted, the
    same command goes on from there.

    JSON keys: version, outlet, outcome, reason, changed.

    Example: palimpsest reread --outlet rt-fr --dry-run
    """
    from dataclasses import asdict

    from crawler.rereading import Again, Rereading

    def told(again: Again) -> None:
        if as_json:
            row = asdict(again)
            output.json_line({name: row[name] for name in ("version", "outlet", "outcome", "reason", "changed")})
        elif again.outcome != "same":
            output.said(f"{again.version}  {again.outcome}  {' '.join(again.changed)}{again.reason}")
            output.paragraphs(again.paragraphs[:3])

    with output.progress("reading again") as bar:
        rereading = Rereading(home_of(context), told, bar)
        when = moment(since, "--since")
        with reading(context, outlet):
            pass  # an outlet the archive does not know is refused before anything is begun
        name = rereading.look(outlet, when) if dry_run else rereading.run(outlet, when, Clock)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(rereading.counts.items()))
    output.note(f"{name}: {counts or 'everything was read by the rules of today'}")
    if rereading.counts["kept"]:
        raise typer.Exit(1)


def _outlets() -> typer.Typer:
    from crawler.outlet_commands import outlets

    return outlets


def _audit() -> Callable[..., None]:
    from crawler.auditing import audit_

    return audit_


app.add_typer(_outlets(), name="outlets")
app.command("demo")(demo)
app.command("crawl")(crawl)
app.command("recheck")(recheck)
app.command("run")(run)
app.command("add")(add)
app.command("ingest")(ingest)
app.command("read")(read)
app.command("reread")(reread)
app.command("audit")(_audit())
cli.add_to(app)


def _usable_streams() -> None:
    # One that was closed (`>&-`) is missing, and the next file that is opened would take its number.
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115, PTH123
    # Lone surrogates in a file name must not stop an answer; a closed pipe is the reader's right.
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


_LONGEST = 2_000
"""Characters of an error that are shown: it may repeat whatever it was given."""


def main() -> int:
    """Run the command and end with one of the exit codes of the house, never with a traceback."""
    _usable_streams()
    try:
        app()
    except SystemExit as end:
        if end.code == errors.INTERRUPTED:
            output.note("palimpsest: interrupted; what was committed stays, the same command goes on from there")
        raise
    except errors.PalimpsestError as problem:
        output.note(f"palimpsest: {text.clip(str(problem), _LONGEST)}")
        return problem.exit_code
    except OSError as problem:
        output.note(f"palimpsest: {problem}")
        full = problem.errno in _FULL
        return (errors.DiskFull if full else errors.PalimpsestError).exit_code
    except Exception as problem:  # noqa: BLE001
        # Nobody who runs this unattended is helped by a traceback; where it happened is enough to report it.
        frame = traceback.extract_tb(problem.__traceback__)[-1]
        output.note(f"palimpsest: a fault of the program: {type(problem).__name__}: {problem}")
        output.note(f"    at {frame.filename}:{frame.lineno}; what was committed is safe. Please report this line.")
        return errors.PalimpsestError.exit_code
    return 0
