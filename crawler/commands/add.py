"""Hand in addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archive import clock, errors, output, typed
from archive.commands.shared import Json, home_of

__all__ = ["add"]


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
    from crawler.spiders.add import add_all

    if not urls and listed is None:
        raise errors.UsageError("give addresses, or a file of them with --list")
    lines = map(typed.with_scheme, _lines(listed) if listed else [])
    rows = add_all(home_of(context), [*map(typed.address, urls or []), *lines], clock.now())
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
