"""Take what somebody saved into the archive, or only show what would be stored of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, output, text, typed
from archive.commands.shared import Json, home_of, moment
from archive.errors import BadInput
from archive.home import Home
from archive.records import Block, Capture, Judgement, Reading, RunKind

if TYPE_CHECKING:
    # Whoever only asks for help waits for nothing of it.
    from crawler.outlets.base import Outlet
    from crawler.pipeline.intake import Intake, Taken
    from crawler.pipeline.sources.given import Given
    from crawler.pipeline.sources.protocol import Source

__all__ = ["ingest", "read"]


def ingest(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="Pages (HTML, MHTML), WARC files, gzipped or not, or directories of those."
        ),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved; else the file's own time.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url, fetched_at, status, headers.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Whose text it is, for --text.")] = None,
    as_json: Json = False,
) -> None:
    """Take what somebody saved into the archive: a page, a WARC, a list of pages, a bare text.

    The bytes are copied into our own WARC before anything is made of them. What is stored already adds nothing, so the
    same command may be run again after an interruption. A given text never confirms an edit or a deletion. Ends with 1
    where something could not be taken, and where our own reader failed over a page.

    JSON keys: url, fetched_at, outcome, verdict, reason, article, version, capture.

    Example: palimpsest ingest page.html.gz --url https://francais.rt.com/international/41739-a --at 2017-08-06T10:00Z

    Example: palimpsest ingest crawl.warc.gz more-crawls/

    Example: palimpsest ingest --manifest pages.jsonl

    Example: palimpsest ingest --text 000.txt --outlet rt-fr
    """
    from crawler.extract.examine import Fault
    from crawler.outlets.registry import registry
    from crawler.pipeline.intake import Intake
    from crawler.pipeline.sources.given import Given

    home, paths = home_of(context), tuple(files or ())
    url = None if url is None else typed.address(url, "--url")
    given = Given(paths, manifest, text_file, url, moment(at, "--at"), outlet)
    sources = given.sources(home.warc)
    named = registry(home.outlets).get(outlet) if outlet else None

    faults: list[str] = []

    def told(taken: Taken) -> None:
        if isinstance(taken.judgement, Fault):
            faults.append(taken.url)
            output.note(f"{taken.url}: {taken.judgement.reason}")
        if as_json:
            output.json_line(_taken(taken))

    with output.progress("ingesting") as bar, Intake(home, RunKind.INGEST, clock.now, told, output.note) as intake:
        known, troubles = _take(intake, sources, named, bar)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(intake.counts.items()))
    output.note(f"{intake.run.name}: {counts or 'nothing new'}; {known} stored before; {troubles} could not be taken")
    if troubles or faults:
        raise typer.Exit(1)


def _take(
    intake: Intake, sources: Iterable[Source], outlet: Outlet | None, bar: Callable[[int, int], None]
) -> tuple[int, int]:
    """Take what sources hold, and say what cannot be taken; how many captures were stored before, and how many parts
    could not be taken."""
    done = known = troubles = 0
    for source in sources:
        for item in source.captures(intake.stored):
            done += 1
            if item.capture is None:
                troubles += 1
                output.note(f"{item.where}: {item.trouble}")
            else:
                known += not intake.take(item.capture, outlet, item.place)
            bar(done, 0)
    return known, troubles


def _taken(taken: Taken) -> dict[str, Any]:
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
    page: Annotated[Path | None, typer.Argument(help="A saved page (HTML, MHTML), gzipped or not.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved; else the file's own time.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Read it as a page or text of this outlet.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url.")] = None,
) -> None:
    """Show what would be stored of a page, storing nothing. Always JSON lines, in the order given.

    Ends with 1 where our own reader failed over a page.

    JSON keys: file, url, outlet, verdict, reason, headline, description, body, authors, date_published,
    date_published_raw, date_modified, in_language, images, read_also, furniture, revision, doubts.

    Example: palimpsest read page.html --url https://www.rt.com/uk/322589-a/
    """
    from crawler.pipeline.sources.given import Given

    paths = () if page is None else (page,)
    url = None if url is None else typed.address(url, "--url")
    given = Given(paths, manifest, text_file, url, moment(at, "--at"), outlet)
    given.check()
    failed = False
    for row, is_fault in _would_be(given, home_of(context)):
        output.json_line(row)
        failed |= is_fault
    if failed:
        raise typer.Exit(1)


def _would_be(given: Given, home: Home) -> Iterator[tuple[dict[str, Any], bool]]:
    """What would be stored of each page, and whether our own code failed over it."""
    from crawler.extract.examine import Fault, examine
    from crawler.outlets.registry import registry

    outlets = registry(home.outlets)
    for name, capture in _pages(given):
        outlet = outlets.get(given.outlet) if given.outlet else outlets.for_url(capture.url, capture.fetched_at)
        judgement, reading = examine(replace(capture, outlet=outlet.name), outlet)
        yield _described(name, capture.url, outlet.name, judgement, reading), isinstance(judgement, Fault)


def _pages(given: Given) -> Iterator[tuple[str, Capture]]:
    """The pages and texts that were given, each with the name of its file."""
    from crawler.pipeline.sources.manifest import Manifest
    from crawler.pipeline.sources.page import page
    from crawler.pipeline.sources.text import text as bare
    from crawler.pipeline.sources.warc import is_warc

    if given.manifest:
        for name, path, url in Manifest(given.manifest).pages():
            yield name, page(path, url, given.at)
    elif given.text_file:
        yield str(given.text_file), bare(given.text_file, given.url, given.at)
    for path in given.files:
        if given.url is None and is_warc(path):
            raise BadInput(f"{path} is a WARC; `palimpsest ingest` reads those")
        yield str(path), page(path, given.url, given.at)


def _described(name: str, url: str, outlet: str, judgement: Judgement, reading: Reading | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "file": name,
        "url": url,
        "outlet": outlet,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "headline": None,
        "description": None,
        "body": [],
        "authors": [],
        "date_published": None,
        "date_published_raw": None,
        "date_modified": None,
        "in_language": None,
        "images": [],
        "read_also": [],
        "furniture": [],
        "revision": None,
        "doubts": [],
    }
    return row if reading is None else row | _read(reading)


def _block(block: Block) -> dict[str, str]:
    return {"type": block.type, "text": block.text}


def _read(reading: Reading) -> dict[str, Any]:
    published, modified = reading.date_published, reading.circumstances.date_modified
    return {
        "headline": reading.headline,
        "description": reading.description or None,
        "body": [_block(block) for block in reading.body],
        "authors": list(reading.authors),
        "date_published": text.iso(published.instant) if published else None,
        "date_published_raw": published.raw if published else None,
        "date_modified": text.iso(modified.instant) if modified else None,
        "in_language": reading.circumstances.language or None,
        "images": [{"caption": image.caption or None, "credit": image.credit or None} for image in reading.images],
        "read_also": list(reading.read_also),
        "furniture": [{"rule": removal.rule, "text": removal.text} for removal in reading.removed],
        "revision": reading.revision,
        "doubts": [{"kind": doubt.kind, "reason": doubt.reason} for doubt in reading.doubts],
    }
