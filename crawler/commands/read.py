"""Show what would be stored of a page, and where each of its texts went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archive import output, text, typed
from archive.commands.shared import home_of, moment, reading
from archive.errors import BadInput
from archive.home import Home
from archive.records import Block, Capture, Judgement, Reading

if TYPE_CHECKING:
    # Whoever only asks for help waits for nothing of it.
    from crawler.extract.account import Account, Part
    from crawler.outlets.base import Outlet
    from crawler.pipeline.shown import Shown
    from crawler.pipeline.sources.given import Given

__all__ = ["read"]


def read(  # noqa: PLR0913, PLR0917 - each is an option
    context: typer.Context,
    page: Annotated[
        str | None,
        typer.Argument(
            help="A saved page (HTML, MHTML), gzipped or not; or what the archive holds: an address, an id of its."
        ),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Address of the page or text.")] = None,
    at: Annotated[str | None, typer.Option(help="When it was saved; else the file's own time.")] = None,
    text_file: Annotated[Path | None, typer.Option("--text", help="A bare text that some tool saved.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Read it as a page or text of this outlet.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="JSON lines: file, url.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show where every text of the page went.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines also with --all.")] = False,
) -> None:
    """Show what would be stored of a page, storing nothing. JSON lines, in the order given.

    What the archive has learnt of an outlet counts, as it would when the page is stored.

    With --all a table of every text of the page, in page order: what it is to the article, or the rule that removed
    it, or `unassigned`, and then its place above, beside or behind the text. `hidden` is what the page shows to
    nobody; what the reading has and the page does not show comes last, with where it is from. Ends with 1 where our
    own reader failed over a page.

    JSON keys: file, url, outlet, verdict, reason, headline, description, body, authors, date_published,
    date_published_raw, date_modified, in_language, images, read_also, furniture, revision, doubts,
    account, unshown.

    Example: palimpsest read page.html --url https://www.rt.com/uk/322589-a/

    Example: palimpsest read https://www.rt.com/uk/322589-a/ --all
    """
    from crawler.pipeline.shown import show
    from crawler.pipeline.sources.given import Given
    from crawler.pipeline.workers import LocalExecutor

    home = home_of(context)
    if page is not None and url is None and not Path(page).exists() and (manifest or text_file) is None:
        looks: Iterable[_Look] = [_stored(context, home, page, outlet)]
    else:
        url = None if url is None else typed.address(url, "--url")
        given = Given(() if page is None else (Path(page),), manifest, text_file, url, moment(at, "--at"), outlet)
        given.check()
        looks = _given(given, home)
    failed = 0
    with closing(LocalExecutor(home.outlets)) as pool:
        for name, capture, whose in looks:
            found = show(pool, home.outlets, capture, whose, everything=everything)
            failed += _printed((name, capture, whose), found, as_json=as_json or not everything)
    if failed:
        raise typer.Exit(1)


_Look = tuple[str, Capture, "Outlet"]
"""A name, a capture and whose page it is."""


def _stored(context: typer.Context, home: Home, name: str, outlet: str | None) -> _Look:
    """The look the archive holds by this name. Raises BadInput where it is meant for a file, and there is none."""
    from archive.query import stored
    from archive.store.lookups import Lookups
    from crawler.outlets.registry import registry
    from crawler.pipeline.outlets import taught
    from crawler.pipeline.stored import Bytes

    if not (typed.looks_like_address(name) or stored.is_id(name)) or Path(name).suffix in {".html", ".htm", ".gz"}:
        raise BadInput(f"{name}: no such file")
    with reading(context) as connection:
        look = stored.find(connection, name)
        outlets = taught(registry(home.outlets), connection.engine)
        with Lookups(connection.engine) as lookups:
            held = Bytes(home.warc, lookups).capture(look.place, bytes.fromhex(look.capture))
    capture = replace(held, url=look.url, final_url=look.final_url, fetched_at=look.fetched_at)
    whose = outlets.get(outlet) if outlet else outlets.named(look.outlet, capture.landed, look.fetched_at)
    return look.capture, capture, whose


def _given(given: Given, home: Home) -> Iterator[_Look]:
    """Each page that was given."""
    from crawler.pipeline.outlets import as_known

    outlets = as_known(home)
    for name, capture in _pages(given):
        outlet = outlets.get(given.outlet) if given.outlet else outlets.for_url(capture.url, capture.fetched_at)
        yield name, replace(capture, outlet=outlet.name), outlet


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


# --- what is shown --------------------------------------------------------------------------------------------------


def _printed(look: _Look, found: Shown, *, as_json: bool) -> bool:
    """One page on stdout: a JSON line, or a table of all its texts. Whether our own reader failed over it."""
    from crawler.extract.examine import Fault

    name, capture, outlet = look
    judgement, reading = found.judgement, found.reading
    if as_json:
        output.json_line(_described(name, capture.url, outlet.name, judgement, reading) | _accounted(found.account))
    else:
        left = f"; {found.left:.0%} of the sentences are unassigned" if reading else ""
        output.note(f"{name}: {judgement.verdict}{judgement.reason and f', {judgement.reason}'}{left}")
        output.rows(("part", "text", "where"), _rows(found.account) if found.account else ())
    return isinstance(judgement, Fault)


def _accounted(found: Account | None) -> dict[str, Any]:
    if found is None:
        return {"account": None, "unshown": None}
    return {"account": [asdict(part) for part in found.parts], "unshown": [asdict(each) for each in found.unshown]}


def _rows(found: Account) -> Iterator[tuple[str, str, str]]:
    for part in found.parts:
        yield _told(part), part.text, part.element
    for each in found.unshown:
        yield f"{each.role}, not shown", each.text, each.source


def _told(part: Part) -> str:
    """What a part is, in words: `body 3`, `removed fr/share`, `unassigned behind`."""
    more = part.number or part.rule or (part.place if part.role == "unassigned" else "")
    return f"{part.role} {more}".strip() + (", hidden" if part.hidden and part.role != "hidden" else "")


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
