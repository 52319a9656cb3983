"""Commands about one article: a version, what changed between two, how to cite one."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from archive import __version__, output, text
from archive.commands.shared import ARTICLE, Json, Sign, home_of, reading, signing
from archive.db import Connection
from archive.diff.sheet import as_html, as_markdown
from archive.files import Destination
from archive.proof import citation
from archive.proof.citation import Style
from archive.query import articles, comparison, quotes
from archive.query.articles import Article
from archive.wording import counted

__all__ = ["cite", "diff", "show"]


class Form(StrEnum):
    """What a comparison is written as."""

    TEXT = "text"
    HTML = "html"
    MD = "md"


def show(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="An article (id or address), or a version (id@12 hex).")],
    as_json: Json = False,
) -> None:
    """Show a version: what it says, what was removed from its page, by which rules it was read, where its bytes are.

    JSON keys: article, url, version, number, life, headline, description, body, authors, date_published,
    date_published_raw, images, read_also, in_language, circumstances, furniture, revision, capture, source, fetched_at,
    warc_file, warc_offset, warc_length, payload_digest, hops, doubts.

    Example: palimpsest show rt-fr:41739@0f3a9c2b7d1e
    """
    with reading(context) as connection:
        found = articles.show(connection, articles.find(connection, article))
    if as_json:
        output.json_line(articles.as_object(found))
        return
    _show(found)


def _show(found: articles.Shown) -> None:
    row = articles.as_object(found)
    output.said(f"{row['headline']}\n")
    for label, value in (
        ("version", f"{found.version} (number {found.number or 'none: held'})"),
        ("address", found.url),
        ("life", found.life),
        ("published", row["date_published"] or row["date_published_raw"] or "not stated"),
        ("by", ", ".join(row["authors"]) or "no by-line"),
    ):
        output.said(f"{label:10}{value}")
    output.said(f"\n{row['description']}\n" if row["description"] else "")
    for block in row["body"]:
        output.said(f"{block['text']}\n" if block["type"] == "p" else f"[{block['type']}] {block['text']}\n")
    for image in row["images"]:
        output.said(f"[image] {image['caption']} {image['credit']}")
    for title in row["read_also"]:
        output.said(f"[read also] {title}")
    for piece in row["furniture"]:
        output.said(f"[removed by {piece['rule']}] {text.clip(piece['text'], 100)}")
    output.said(
        f"\nread by {found.revision} from capture {found.capture} ({found.source}, {output.when(found.fetched_at)})\n"
        f"bytes: warc/{found.warc_file} at {found.warc_offset}, {found.warc_length} bytes, "
        f"payload sha256 {found.payload_digest}"
    )
    for doubt in found.doubts:
        output.said(f"in doubt: {doubt.kind}: {output.plain(doubt.reason)}")
    for hop in found.hops:
        output.said(f"on the way: warc/{hop.warc_file} at {hop.warc_offset}, {hop.warc_length} bytes, {hop.url}")


def diff(
    context: typer.Context,
    article: Annotated[str, ARTICLE],
    old: Annotated[int | None, typer.Argument(metavar="N", help="Number of the older version.")] = None,
    new: Annotated[int | None, typer.Argument(metavar="M", help="Number of the newer version.")] = None,
    form: Annotated[Form, typer.Option("--format", help="For a terminal, or a page to hand on.")] = Form.TEXT,
    as_json: Json = False,
) -> None:
    """Show what changed between two versions (the last two): paragraphs aligned, words marked, in any script.

    `--format html` writes one page that needs nothing else, with numbered paragraphs, the interval in which it was
    changed, ids and digests; `md` the same as Markdown.

    JSON keys: article, from, to, field, change, before, after, pieces.

    Example: palimpsest diff rt-fr:41739 1 2 --format html > edit.html
    """
    if form is not Form.TEXT:
        with reading(context) as connection:
            page = quotes.sheet(connection, articles.find(connection, article), old, new)
        output.written(as_html(page) if form is Form.HTML else as_markdown(page))
        return
    with reading(context) as connection:
        found = comparison.between(connection, articles.find(connection, article), old, new)
    if as_json:
        for one in found.paragraphs:
            pieces = [{"mark": piece.mark, "text": piece.text} for piece in one.pieces]
            named = {"article": found.article, "from": found.old, "to": found.new}
            places = {"field": one.field, "change": one.change, "before": one.before, "after": one.after}
            output.json_line(named | places | {"pieces": pieces})
        return
    output.said(f"{found.old}  ->  {found.new}\nchanged: {', '.join(found.changed) or 'nothing'}")
    output.paragraphs(found.paragraphs)


def cite(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="A version (id@12 hex), or an article: its newest version.")],
    style: Annotated[Style, typer.Option(help="How it is written.")] = Style.TEXT,
    as_json: Json = False,
    bundle: Annotated[Path | None, typer.Option("--bundle", metavar="FILE", help="Write what proves it.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Take the place of FILE.")] = False,
    sign: Sign = None,
) -> None:
    """Cite a version: who, what, where, when it was seen, and the digest of its bytes.

    `--bundle` writes one file for somebody who does not take our word: the pages as received that show how the version
    came, stood and went (an edit, a deletion), the seals that cover them, a page to read, and `verify.py`, which checks
    all of it without a network. It opens in players of web archives (docs/evidence.md).

    JSON keys: version, headline, authors, outlet, published, url, language, first_seen, last_seen, capture,
    payload_digest, doubts.

    Example: palimpsest cite rt-fr:41739@0f3a9c2b7d1e --style bibtex
    """
    with reading(context) as connection:
        article = articles.find(connection, version)
        found = quotes.citation(connection, article)
        if bundle is not None:
            _bundle(connection, article, Destination(bundle, home_of(context), overwrite), sign)
    if as_json:
        output.json_line(asdict(found))
    else:
        output.written(citation.cite(found, style))


def _bundle(connection: Connection, article: Article, to: Destination, key: Path | None) -> None:
    from archive.export.bundle import bundle, verifier

    made = bundle(connection, article, to, f"palimpsest {__version__}", signing(key))
    output.note(f"{to.path}: {made.size} bytes, sha256 {made.sha256}, {counted(made.looks, 'look')} as received")
    output.note(f"verify.py in it: sha256 {hashlib.sha256(verifier()).hexdigest()}")
