"""What a version says, as it is stored: from a reading to the row of `text`, and what the token table is fed with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from typing import Any

from archive import page_words, text
from archive.copies import shingles, sketch, units
from archive.fields import COLUMNS, FIELDS, PROSE, Holds
from archive.records import Block, BlockType, Circumstances, Content, Date, Reading
from archive.search import index
from archive.stories import facts

__all__ = ["Said", "columns", "content", "digest"]

_BLANK_LINES = re.compile(r"\n\s*\n")
_STORED = (*COLUMNS, "read_also", "language")
_CIRCUMSTANCES = tuple(field.name for field in fields(Circumstances))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(row: Mapping[str, Any]) -> bytes:
    """SHA-256 of a text's columns exactly as stored: what `verify` compares."""
    return text.content_digest(*(row[name] for name in _STORED))


def _dated(date: Date) -> dict[str, str | None]:
    return {"raw": date.raw, "instant": text.iso(date.instant), "how": date.how}


def _document(circumstances: Circumstances) -> str:
    """Circumstances as JSON: what is there, in a fixed order."""
    found = {name: value for name in _CIRCUMSTANCES if (value := getattr(circumstances, name))}
    if circumstances.date_modified:
        found["date_modified"] = _dated(circumstances.date_modified)
    return _json(found)


def _blocks(body: Iterable[Block]) -> tuple[str, str]:
    # An empty line stands between blocks, so none may hold one.
    return "\n\n".join(_BLANK_LINES.sub("\n", block.text) for block in body), " ".join(block.type for block in body)


def _date(date: Date | None) -> tuple[str | None, str | None, str | None]:
    return (text.iso(date.instant), date.raw, date.how) if date else (None, None, None)


_WRITTEN: dict[Holds, Callable[[Any], tuple[str | None, ...]]] = {
    Holds.LINE: lambda line: (line,),
    Holds.BLOCKS: _blocks,
    Holds.NAMES: lambda names: (_json(names),),
    Holds.DATE: _date,
    Holds.IMAGES: lambda images: (_json([[image.caption, image.credit] for image in images]),),
}
"""What the columns of a field hold, by what the field does."""


def _texts(reading: Reading) -> dict[str, Any]:
    row: dict[str, str | None] = {"read_also": _json(reading.read_also), "language": reading.circumstances.language}
    for field in FIELDS:
        row |= zip(field.columns, _WRITTEN[field.holds](getattr(reading, field.attribute)), strict=True)
    return row


def content(reading: Reading) -> Content:
    """A reading as it is stored."""
    row = _texts(reading)
    said = Said(row)
    # Characters of the article without embeds: what a shrunken page is noticed by.
    blocks = sum(len(block.text) for block in reading.body if block.type is not BlockType.EMBED)
    return Content(
        **row,
        fingerprint=text.fingerprint(reading),
        digest=digest(row),
        size=len(reading.headline) + len(reading.description) + blocks,
        circumstances=_document(reading.circumstances),
        words=said.words,
        length=said.length,
        told_by=said.told_by,
        keys=said.keys,
        shingles=said.shingles,
        page_words=page_words.pack(reading.page_words, row) if reading.page_words else b"",
    )


_RUN = re.compile(r"\w+")
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


class Said:
    """What a row of `text` says, and what is made of it; each is made when it is asked for, and once."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row

    @classmethod
    def of(cls, stored: Content) -> Said:
        """The same of a content, of which all is made already."""
        said = cls(columns(stored))
        made = "words", "length", "told_by", "keys", "shingles"
        said.__dict__.update({name: getattr(stored, name) for name in made})
        return said

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The tokens of each field that is searched."""
        return index.written(index.fields_of(self.row), self.row["language"])

    @cached_property
    def length(self) -> int:
        """Words of its running text; in scripts without spaces two characters count as one."""
        spaced, dense = _DENSE.subn(" ", "\n".join(self.row[name] for name in PROSE))
        return len(_RUN.findall(spaced)) + (dense + 1) // 2

    @cached_property
    def told_by(self) -> bytes:
        """What its body is told by."""
        return text.told_by(self._body)

    @cached_property
    def folded(self) -> str:
        """Its body as near copies are compared."""
        return units.folded(self._body)

    @cached_property
    def keys(self) -> bytes:
        """What near copies of its body are found by; empty where that is too short to be told by."""
        return sketch.packed(sketch.keys(self._compared)) if self.told_by else b""

    @cached_property
    def shingles(self) -> bytes:
        """What near copies of its body are compared by; empty where that is too short to be told by."""
        return shingles.packed(self._compared) if self.told_by else b""

    @cached_property
    def _compared(self) -> units.Body:
        return units.Body(self.folded)

    @cached_property
    def facts(self) -> bytes:
        """What it is compared by with texts in other languages, as stored."""
        row = self.row
        return facts.pack(facts.read(row["headline"], row["description"], row["body"], row["language"]))

    @cached_property
    def _body(self) -> list[Block]:
        return text.blocks(self.row["block_types"], self.row["body"])


def columns(stored: Content) -> dict[str, Any]:
    """The columns of `text`."""
    return {name: getattr(stored, name) for name in ("fingerprint", "digest", *_STORED)}
