"""Take what somebody saved into the archive, or only show what would be stored of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from archive import clock, output, typed
from archive.commands.shared import Json, home_of, moment
from archive.records import Capture, RunKind

__all__ = ["ingest", "read"]


def ingest(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A page (HTML) or a WARC file, gzipped or not.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved; else the file's own time.")] = None,
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
    from crawler.pipeline.given_files import Trouble
    from crawler.pipeline.intake import Intake, Taken
    from crawler.pipeline.sources import Given

    url = None if url is None else typed.address(url, "--url")
    given = Given(file=file, manifest=manifest, text_file=text_file, url=url, at=moment(at, "--at"), outlet=outlet)
    given.check_whole()
    troubles = 0

    def told(taken: Taken) -> None:
        if as_json:
            output.json_line(_taken(taken))

    with (
        output.progress("ingesting") as bar,
        Intake(home_of(context), RunKind.INGEST, clock.now, told, output.note) as intake,
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
    at: Annotated[str | None, typer.Option(help="When it was saved; else the file's own time.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Read it as a page or text of this outlet.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url.")] = None,
) -> None:
    """Show what would be stored of a page, storing nothing. Always JSON lines, in the order given.

    JSON keys: file, url, outlet, verdict, reason, headline, description, body, authors, date_published,
    date_published_raw, date_modified, in_language, images, read_also, furniture, revision.

    Example: palimpsest read page.html --url https://www.rt.com/uk/322589-a/
    """
    from crawler.pipeline.sources import Given, described

    url = None if url is None else typed.address(url, "--url")
    given = Given(file=page, manifest=manifest, text_file=text_file, url=url, at=moment(at, "--at"), outlet=outlet)
    given.check()
    for row in described(given, home_of(context).outlets):
        output.json_line(row)
