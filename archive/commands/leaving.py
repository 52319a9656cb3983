"""Commands by which an archive, or a part of it, leaves: exports."""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from archive import __version__, output
from archive.commands.filtering import filtered
from archive.commands.shared import Clock, reading
from archive.errors import UsageError
from archive.export.run import What, card_of
from archive.export.run import export as write
from archive.export.writers import Format
from archive.questions.filters import Filters

__all__ = ["export"]


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
def export(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="What is written; for Parquet a folder.")],
    filters: Filters = Filters(),  # noqa: B008 - taken from the options
    zone: tzinfo = UTC,  # noqa: ARG001 - times in files are UTC
    rows: Annotated[
        What, typer.Option("--rows", help="One row a version, or one a sentence of an edit.")
    ] = What.VERSIONS,
    form: Annotated[Format | None, typer.Option("--format", help="As what; by the ending of FILE if not said.")] = None,
    spreadsheet: Annotated[
        bool, typer.Option("--for-spreadsheet", help="Write xlsx with text cells; formulas get an apostrophe.")
    ] = False,
    no_text: Annotated[bool, typer.Option("--no-text", help="Only ids, addresses, times and digests.")] = False,
) -> None:
    """Write versions with their text, or edits sentence by sentence, to CSV, JSON Lines, Parquet or a spreadsheet.

    CSV is as text analysis tools exchange it (TIF): doc_id and text first. Parquet is a folder by outlet and month.
    Everything is exactly as the archive has it, but for a spreadsheet's cells, where what was changed is counted. FILE
    appears when it is whole, with FILE.card.json beside it: filters, counts, as-of, revisions, gaps, digest.

    Example: palimpsest export corpus.csv --outlet rt-fr --lang fr --version latest
    """
    named = _format(path, form, spreadsheet)
    with reading(context) as connection:
        card = write(
            connection, rows, path, named, filters, Clock(), f"palimpsest {__version__}", with_text=not no_text
        )
    output.note(f"{path}: {card.rows} rows of {card.articles} articles; {card_of(path).name} tells what they are")
    if card.changed_cells:
        output.note(f"{card.changed_cells} cells were changed for the spreadsheet: they are not evidence")
