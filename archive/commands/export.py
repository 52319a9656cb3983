"""Commands by which an archive, or a part of it, leaves: exports, a file to publish, another database."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer

from archive import __version__, clock, db, output
from archive.commands.filters import filtered
from archive.commands.shared import Sign, home_of, put_to, signing
from archive.diff.classify import Kind
from archive.errors import NoArchive, UsageError
from archive.export import publish as publishing
from archive.export import transfer as moving
from archive.export import webarchive
from archive.export.release import release as freeze
from archive.export.rows import Wanted
from archive.export.run import Card, What, card_of
from archive.export.run import export as write
from archive.export.webarchive import Archived
from archive.export.webarchive import export as write_archive
from archive.export.writers import Format
from archive.files import Destination, is_stream
from archive.home import address_of
from archive.query.filters import Filters
from archive.wording import counted

__all__ = ["export", "publish", "transfer"]

_PROGRAM = f"palimpsest {__version__}"
_OVERWRITE = typer.Option("--overwrite", help="Take the place of FILE, whatever it is; never within the archive.")
_Wacz = Annotated[bool, typer.Option("--wacz", help="Write looks as a web archive: records as received, index, pages.")]
_Warc = Annotated[bool, typer.Option("--warc", help="Write the records of looks as received, in one WARC file.")]
_Release = Annotated[bool, typer.Option("--release", help="Freeze versions and edits as a release: a bag in a zip.")]
_Cdxj = Annotated[bool, typer.Option("--cdxj", help="Write the index of the records of looks in the folder warc/.")]


def _format(path: Path, form: Format | None, spreadsheet: bool) -> Format:
    if spreadsheet:
        if form not in {None, Format.XLSX}:
            raise UsageError(f"--for-spreadsheet writes xlsx, not {form}")
        return Format.XLSX
    named = form or next((one for one in Format if path.suffix == f".{one}"), None)
    if named is None:
        raise UsageError(f"{path.name} does not end in .csv, .jsonl or .parquet: say which with --format")
    if named is Format.XLSX:
        raise UsageError("a spreadsheet changes what it is given: say --for-spreadsheet if that is meant")
    return named


@filtered
def export(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="What is written; for Parquet a folder.")],
    *,
    filters: Filters,
    zone: tzinfo,  # noqa: ARG001 - times in files are UTC
    rows: Annotated[
        What,
        typer.Option(
            "--rows", help="Versions, sentences of edits, pairs of copies, members of clusters, pairs on a story."
        ),
    ] = What.VERSIONS,
    form: Annotated[Format | None, typer.Option("--format", help="As what; by the ending of FILE if not said.")] = None,
    spreadsheet: Annotated[
        bool,
        typer.Option("--for-spreadsheet", help="Write xlsx that runs nothing: formulas get an apostrophe."),
    ] = False,
    words: Annotated[list[str] | None, typer.Option(help="Only what has these words, as for search.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only edits that are of this kind, too.")] = None,
    silent: Annotated[bool, typer.Option("--silent", help="Only edits of which no date of change tells.")] = False,
    no_text: Annotated[bool, typer.Option("--no-text", help="Only ids, addresses, times and digests.")] = False,
    overwrite: Annotated[bool, _OVERWRITE] = False,
    wacz: _Wacz = False,
    warc: _Warc = False,
    cdxj: _Cdxj = False,
    release: _Release = False,
    sign: Sign = None,
    certificate: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pem", help="With --sign: your domain's certificate for that key, and its chain."),
    ] = None,
) -> None:
    """Write versions with their text, edits by sentence, copies, clusters or stories to CSV, JSON Lines, Parquet, xlsx.

    `--words`, `--kind` and `--silent` choose as in `edits`; `citation` is ready to paste.

    CSV is as text analysis tools exchange it (TIF): doc_id and text first. Parquet is a folder by outlet and month.
    Everything is exactly as the archive has it, formulas in a CSV too: a spreadsheet that opens one may run what an
    outlet wrote. For a spreadsheet say --for-spreadsheet; the cells it changes are counted. FILE appears
    when it is whole, with FILE.card.json beside it: filters, counts, as-of, revisions, gaps, digest.
    It takes the place of an earlier export that is as it was written; of any other file with --overwrite only.

    As a web archive (--wacz, --warc, --cdxj) it is looks that are written: of these outlets, made within --seen-since
    and --seen-until, by those whom --evidence names; any other filter keeps looks that show a version it keeps.
    --release freezes versions and edits with codebook, coverage and citation, under a content digest. See
    docs/evidence.md.

    Example: palimpsest export corpus.csv --outlet rt-fr --lang fr --version latest
    """
    to = Destination(path, home_of(context), overwrite)
    if chosen := _chosen(wacz=wacz, warc=warc, cdxj=cdxj, release=release):
        if form or spreadsheet or kind or silent or rows is not What.VERSIONS:
            raise UsageError(f"of --{chosen} only filters and --words choose what is written")
        by = _signed(chosen, sign, certificate)
        _as_a_whole(context, chosen, filters, to, tuple(words or ()), no_text=no_text, sign=by)
        return
    if sign or certificate:
        raise UsageError("--sign goes with --wacz: of other files the data card has the digest")
    named = _format(path, form, spreadsheet)
    wanted = Wanted(tuple(words or ()), kind, silent)
    with put_to(context, filters) as asked:
        card = write(asked, rows, to, named, clock.now(), _PROGRAM, wanted=wanted, with_text=not no_text)
    _tell(path, card, "row")


def _chosen(**wanted: bool) -> str:
    """What is asked for that is no table of rows, by the name of its option; empty for none."""
    chosen = [name for name, said in wanted.items() if said]
    if len(chosen) > 1:
        raise UsageError(f"say one of {', '.join(f'--{one}' for one in chosen)}")
    return "".join(chosen)


def _signed(chosen: str, sign: Path | None, certificate: Path | None) -> webarchive.Sign | None:
    if (sign or certificate) and chosen != Archived.WACZ:
        raise UsageError("only --wacz has a place for a signature")
    if certificate and not sign:
        raise UsageError("--certificate is one for the key that --sign names")
    return signing(sign, certificate)


def _as_a_whole(
    context: typer.Context,
    chosen: str,
    filters: Filters,
    to: Destination,
    words: tuple[str, ...],
    *,
    no_text: bool,
    sign: webarchive.Sign | None,
) -> None:
    """Write a release or a web archive."""
    if chosen == "release":
        with put_to(context, filters) as asked:
            card, digest = freeze(asked, to, clock.now(), _PROGRAM, words=words, with_text=not no_text)
        _tell(to.path, card, "version")
        output.note(f"content digest: {digest}")
        return
    if no_text:
        raise UsageError(f"--{chosen} writes pages as they were received")
    with put_to(context, filters) as asked:
        card = write_archive(asked, Archived(chosen), to, clock.now(), _PROGRAM, words=words, sign=sign)
    _tell(to.path, card, "look")


def _tell(path: Path, card: Card, row: str) -> None:
    what = f"{counted(card.rows, row)} of {counted(card.articles, 'article')}"
    output.note(f"{path}: {what}" + ("" if is_stream(path) else f"; {card_of(path).name} tells what they are"))
    if card.changed_cells:
        output.note(f"{counted(card.changed_cells, 'cell')} changed for the spreadsheet: not evidence")
    if card.formula_cells:
        cells = counted(card.formula_cells, "cell")
        output.note(f"{cells} a spreadsheet would run as formulas: for one, write --for-spreadsheet instead")


def publish(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The SQLite file to write.")],
    overwrite: Annotated[bool, _OVERWRITE] = False,
) -> None:
    """Write the archive to one SQLite file for readers: consistent, indexed, read-only; from SQLite or PostgreSQL.

    It takes the place of an earlier one at once: whoever reads that goes on reading it. Any other file stays, unless
    --overwrite is said. No WAL lies beside it, so that it may lie on a network share. Locks and names of processes are
    left out. The pages as received (warc/) are not in it.

    Example: palimpsest publish /srv/share/archive.db
    """
    home = home_of(context)
    source = db.open_reader(home.database_url)
    try:
        db.ready(source)
        with output.progress("copying") as told:
            made = publishing.publish(source, Destination(path, home, overwrite), told)
    finally:
        source.dispose()
    output.note(f"{path}: {made.size} bytes, sha256 {made.sha256}")


def transfer(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="An archive: its folder, file or database address.")],
    to: Annotated[str, typer.Argument(metavar="TO", help="An empty database: an address, or a file not there yet.")],
) -> None:
    """Move an archive to another database, SQLite to PostgreSQL or back; every public id stays the same.

    Killed at any moment, the same command goes on where it was; until it is done, no command takes TO for an archive.
    In the end both are compared, row by row. FROM stays as it is, and must not be written to meanwhile. The folder
    warc/ is not in a database: copy it beside (docs/analysing.md).

    Example: palimpsest transfer palimpsest-data postgresql://user@host/palimpsest
    """
    source, target = db.open_reader(address_of(origin)), db.open_writer(address_of(to))
    try:
        db.ready(source)
        _leave_others(address_of(to))
        with output.progress("moving") as told:
            moved = moving.transfer(source, target, told)
    finally:
        source.dispose()
        target.dispose()
    output.rows(("table", "rows", "sha256"), ((one.table, one.rows, one.digest) for one in moved))
    output.note(
        f"the same in both: {counted(sum(one.rows for one in moved), 'row')}; copy the folder warc/ to where TO is used"
    )


def _leave_others(address: str) -> None:
    """Raises DatabaseError where there is a database that is not ours: whoever opens one to write changes its file."""
    try:
        looked = db.open_reader(address)
    except NoArchive:
        return  # a file that is not there yet
    try:
        with db.explained(), looked.connect() as connection:
            found = db.revision(connection)
        if found is None:
            db.upgradable(looked)
    finally:
        looked.dispose()
