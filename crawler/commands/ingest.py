"""Take what somebody saved into the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import clock, output, typed
from archive.commands.shared import Json, home_of, moment
from archive.query import stamped
from archive.records import DoubtKind, RunKind
from crawler.commands.engine import Cluster, Name, Workers, chosen

if TYPE_CHECKING:
    # Whoever only asks for help waits for nothing of it.
    from crawler.outlets.base import Outlet
    from crawler.pipeline.engines.protocol import Engine
    from crawler.pipeline.intake import Intake, Taken
    from crawler.pipeline.sources.protocol import Source
    from crawler.pipeline.whole_files import ReadBefore

__all__ = ["ingest"]


def ingest(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="Pages (HTML, MHTML), web archives (WACZ, WARC, ARC, HAR), or directories of those."
        ),
    ] = None,
    *,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved; else the file's own time.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url, fetched_at, status, headers.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Whose text it is, for --text.")] = None,
    roots: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE.pem", help="Certificates you trust: who signed a WACZ is checked against them."),
    ] = None,
    engine: Name = None,
    workers: Workers = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Take what somebody saved into the archive: a page, a web archive, a list of pages, a bare text.

    WARC and ARC may be packed by gzip or zstd; of a WACZ the digests and the signature are checked, and told; with
    --roots also whose certificate signed it, and when by a time stamp. A revisit finds what it repeats in any file of
    the same call, and in the archive. The bytes are copied into our own WARC before anything is made of them. What is
    stored already adds nothing, so the same command may be run again after an interruption. A given text never confirms
    an edit or a deletion. Ends with 1 where something could not be taken, where our own reader failed over a page, and
    where an outlet's brake is on.

    With --engine, WARC files are read whole by several workers, which must reach them under the same names; what is
    stored is the same, by this process alone (docs/scale.md).

    JSON keys: url, fetched_at, outcome, verdict, reason, article, version, capture.

    Example: palimpsest ingest page.html.gz --url https://francais.rt.com/international/41739-a --at 2017-08-06T10:00Z

    Example: palimpsest ingest crawl.warc.gz site.wacz more-crawls/

    Example: palimpsest ingest --engine dask --workers 8 more-crawls/

    Example: palimpsest ingest --manifest pages.jsonl

    Example: palimpsest ingest --text 000.txt --outlet rt-fr
    """
    from crawler.extract.examine import Fault
    from crawler.outlets.registry import registry
    from crawler.pipeline.intake import Intake
    from crawler.pipeline.sources.given import Given

    home, paths = home_of(context), tuple(files or ())
    url = None if url is None else typed.address(url, "--url")
    trusted = stamped.trusted(roots) if roots else None
    given = Given(paths, manifest, text_file, url, moment(at, "--at"), outlet, trusted)
    sources = given.sources(home.warc)
    named = registry(home.outlets).get(outlet) if outlet else None

    faults: list[str] = []

    def told(taken: Taken) -> None:
        if isinstance(taken.judgement, Fault):
            faults.append(taken.url)
            output.note(f"{taken.url}: {taken.judgement.reason}")
        for lacks in (doubt for doubt in taken.doubts if doubt.kind is DoubtKind.MISSING_PART):
            output.note(f"{taken.url}: {lacks.reason}")
        if as_json:
            output.json_line(_taken(taken))

    with (
        chosen(engine, workers, cluster).opened() as by,
        output.progress("ingesting") as bar,
        Intake(home, RunKind.INGEST, clock.now, told, output.note) as intake,
        _read_by(by, intake, sources, outlet) as read,
    ):
        known, troubles = _take(intake, sources, named, read, bar)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in sorted(intake.counts.items()))
    output.note(f"{intake.run.name}: {counts or 'nothing new'}; {known} stored before; {troubles} could not be taken")
    output.note(f"head {intake.head}")
    if troubles or faults or intake.braked:
        raise typer.Exit(1)


@contextmanager
def _read_by(
    engine: Engine | None, intake: Intake, sources: Iterable[Source], outlet: str | None
) -> Iterator[ReadBefore]:
    """What was read by an engine ahead; nothing where there is none."""
    from crawler.pipeline.sources.given import files_of
    from crawler.pipeline.stretches import whose
    from crawler.pipeline.whole_files import WholeFiles, not_read

    if engine is None:
        yield not_read
        return
    with WholeFiles(engine, intake, partial(whose, outlet), files_of(sources), output.note) as files:
        yield files.of


def _take(
    intake: Intake,
    sources: Iterable[Source],
    outlet: Outlet | None,
    read: ReadBefore,
    bar: Callable[[int, int], None],
) -> tuple[int, int]:
    """Take what sources hold, and say what cannot be taken; how many captures were stored before, and how many parts
    could not be taken."""
    done = known = troubles = 0
    for source in sources:
        for item in source.captures(intake.stored):
            done += 1
            if item.note:
                output.note(f"{item.where}: {item.note}")
            elif item.capture is None:
                troubles += 1
                output.note(f"{item.where}: {item.trouble}")
            else:
                known += not intake.take(item.capture, outlet, item.place, read=partial(read, item))
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
