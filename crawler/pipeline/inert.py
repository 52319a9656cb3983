"""A stored page as a frame may show it, with what was read of it marked in it."""

from __future__ import annotations

import json

from archive import text
from archive.query.articles import Shown
from archive.records import Date, Image, Reading, Removal
from archive.warc import StoredRecord, capture_from
from crawler.extract.marked import marked
from crawler.parse.inert import inert, inert_tree
from crawler.parse.page import load

__all__ = ["inert_page"]


def inert_page(record: StoredRecord, shown: Shown | None) -> str:
    """The page of a record, inert; with a version that was read of it, its fields are marked where they stand."""
    page = load(capture_from(record)) if shown else None
    if shown and page and not page.problem:
        return inert_tree(page.tree, record.url, marked(page, _reading(shown)))
    said = {key.lower(): value for key, value in record.headers}
    return inert(record.body, said.get("content-type", ""), said.get("content-encoding", ""), record.url)


def _reading(shown: Shown) -> Reading:
    """What a version says, as it was read: its editorial fields, and what was taken out."""
    row = shown.text
    raw = row["date_published_raw"]
    return Reading(
        headline=row["headline"],
        description=row["description"] or "",
        body=tuple(text.blocks(row["block_types"], row["body"])),
        authors=tuple(json.loads(row["authors"])),
        date_published=Date(raw) if raw else None,
        images=tuple(Image(*pair) for pair in json.loads(row["images"])),
        removed=tuple(Removal(rule, rule, words) for rule, words in shown.furniture),
    )
