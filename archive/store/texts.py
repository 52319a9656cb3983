"""What a version says, as columns: from a reading to the row, and what the token table is fed with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from archive import text
from archive.records import BlockType, Reading

__all__ = ["columns", "digest", "fields", "size"]

_BLANK_LINES = re.compile(r"\n\s*\n")
_STORED = (
    "headline",
    "description",
    "body",
    "block_types",
    "authors",
    "date_published",
    "date_published_raw",
    "date_published_how",
    "images",
    "read_also",
    "language",
)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(row: Mapping[str, Any]) -> bytes:
    """SHA-256 of a text's columns exactly as stored: what `verify` compares."""
    return text.content_digest(*(row[name] for name in _STORED))


def columns(reading: Reading) -> dict[str, Any]:
    """A reading as the columns of `text`."""
    date = reading.date_published
    row: dict[str, Any] = {
        "headline": reading.headline,
        "description": reading.description,
        # An empty line stands between blocks, so none may hold one.
        "body": "\n\n".join(_BLANK_LINES.sub("\n", block.text) for block in reading.body),
        "block_types": " ".join(block.type for block in reading.body),
        "authors": _json(reading.authors),
        "date_published": text.iso(date.instant) if date else None,
        "date_published_raw": date.raw if date else None,
        "date_published_how": date.how if date else None,
        "images": _json([[image.caption, image.credit] for image in reading.images]),
        "read_also": _json(reading.read_also),
        "language": reading.circumstances.language,
    }
    return row | {"fingerprint": text.fingerprint(reading), "digest": digest(row)}


def size(reading: Reading) -> int:
    """Characters of the article's text, embeds left out: what a shrunken page is noticed by."""
    blocks = sum(len(block.text) for block in reading.body if block.type is not BlockType.EMBED)
    return len(reading.headline) + len(reading.description) + blocks


def fields(row: Mapping[str, Any]) -> Sequence[str]:
    """Headline, lead, body and by-line of a text row: what is searched."""
    return (row["headline"], row["description"], row["body"], ", ".join(json.loads(row["authors"])))
