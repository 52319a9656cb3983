"""Commands that find words: by search, and word for word."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from archive import output, search, text
from archive.commands.shared import Json, reading
from archive.questions import finding, quoting

__all__ = ["quote", "search_"]


def search_(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help='Words, all of which must be there; "a phrase" in double quotes.')],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many articles.")] = 20,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """Find articles by the words of any of their versions, the newest first, one row each.

    Case and accents do not matter; words are not stemmed.

    JSON keys: article, url, outlet, version, number, headline, first_seen, last_seen, passage, found.

    Example: palimpsest search '"Sergueï Kislyak"' sanctions
    """
    query = search.parse(" ".join(words))
    with reading(context, outlet) as connection:
        found = list(finding.find(connection, query, limit, outlet))
    if as_json:
        for hit in found:
            output.json_line(asdict(hit))
    elif found:
        for hit in found:
            output.said(f"{hit.article}  {output.when(hit.first_seen)}  {hit.headline}\n    {hit.passage}")
    else:
        output.note(f"no version holds {query.shown()}")


def quote(
    context: typer.Context,
    sentence: Annotated[str, typer.Argument(help="A sentence or a part of one, as it was published.")],
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    as_json: Json = False,
) -> None:
    """Find the versions in which a sentence stands word for word, and from when to when, the earliest first.

    Case, signs and accents must agree; white space is folded.

    JSON keys: article, url, outlet, version, number, field, paragraph, headline, first_seen, last_seen.

    Example: palimpsest quote "Repairs cost 12 million"
    """
    with reading(context, outlet) as connection:
        found = list(quoting.quoted(connection, sentence, outlet))
    for one in found:
        if as_json:
            output.json_line(asdict(one))
        else:
            output.said(f"{one.version}  {output.when(one.first_seen)} to {output.when(one.last_seen)}  {one.field}")
            output.said(f"    {output.plain(text.clip(one.paragraph or one.headline, 300))}")
    if not found:
        output.note("no version the archive holds has this, word for word; `palimpsest search` is less strict")
