"""Same text? Decided here and nowhere else: what may be stored, what counts as equal, and the fingerprint.

`clean` is the only door through which foreign text enters the archive. `canonical` is what two texts are compared by;
it is never stored. Quotes, dashes, case, digits and look-alike letters are not folded: they can be edits.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any

import regex

from archive.fields import READ, Holds
from archive.records import Block, BlockType, Date, Image, Reading

__all__ = [
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "canonical",
    "clean",
    "clip",
    "content_digest",
    "escaped",
    "fingerprint",
    "fold_space",
    "iso",
    "parse_time",
    "printable",
    "visible",
]

LONGEST_LINE = 20_000
"""Characters of a headline, a name, a caption or one address that are kept; the rest is in the WARC."""

LONGEST_TEXT = 5_000_000
"""Characters of one block of body text that are kept."""

_MARK = " […]"

# Neither database stores these alike: NUL and lone surrogates are refused by one and mangled by the other, the
# other C0 and C1 controls and noncharacters break terminals, XML and CSV. Tab and newline stay.
_UNSTORABLE = regex.compile(r"[\p{Cs}\p{Noncharacter_Code_Point}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HARMLESS = "\n\t\xa0\u3000\u200c"
_CARRIAGE = re.compile(r"\r\n?")
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Cc}--[\t\n\r]]", regex.V1)
_UNSEEN = regex.compile(r"[\p{Cf}--[\u200c\u200d]]", regex.V1)
_UNSAFE_TO_SHOW = regex.compile(r"[\p{Cc}\p{Cs}\p{Bidi_Control}]")


def clean(text: str) -> str:
    """The text without what cannot be stored and compared: NUL, lone surrogates, control and noncharacters."""
    # What Python calls printable can be stored, and so can a few signs that it does not call so. To ask that takes a
    # tenth of the pattern's time, and nearly every text is so.
    plain = text
    for harmless in _HARMLESS if not text.isprintable() else ():
        plain = plain.replace(harmless, "")
    if plain.isprintable():
        return text
    return _UNSTORABLE.sub("", _CARRIAGE.sub("\n", text))


def fold_space(text: str) -> str:
    """White space of every kind folded to one space; ends stripped."""
    return " ".join(text.split())


def clip(text: str, longest: int) -> str:
    """The text, cut to `longest` characters with a mark where it was cut."""
    return text if len(text) <= longest else text[: longest - len(_MARK)] + _MARK


def canonical(text: str) -> str:
    """What two texts are compared by: NFC, format and control characters removed, white space folded."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    # What Python calls printable has neither those nor white space but the space: nearly every text is so.
    if text.isprintable():
        folded = "  " not in text and text[:1] != " " and text[-1:] != " "
        return text if folded else fold_space(text)
    text, removed = _INVISIBLE.subn("", text)
    # Removing a format character can bring a base and its mark together, hence NFC again where one was removed.
    return fold_space(unicodedata.normalize("NFC", text) if removed else text)


def visible(text: str) -> str:
    """The text without characters that cannot be seen, the joiners left in that shape letters: what patterns see."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def printable(text: str, *, lines: bool = False) -> str:
    """Foreign text made safe for a terminal: control, escape and direction characters shown as \\u escapes."""
    if lines:
        return "\n".join(printable(line) for line in text.split("\n"))
    return _UNSAFE_TO_SHOW.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def escaped(text: str) -> str:
    """Foreign text within HTML: markup is text, and control and direction characters are shown, not obeyed."""
    return html.escape(printable(text, lines=True))


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 as every output prints it: UTC with `+00:00`, or without offset where the zone is not known."""
    if moment is None:
        return None
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()


def parse_time(text: str, zone: tzinfo = UTC) -> datetime:
    """A time as a person or a file states it: ISO 8601; without an offset it is of that zone. Raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    try:
        return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
    except OverflowError as problem:
        raise ValueError(f"{text.strip()} is before the year 1 or after 9999 in UTC") from problem


def _date_key(date: Date | None) -> str:
    if date is None:
        return ""
    return iso(date.instant) or canonical(date.raw)


def _block_keys(blocks: Iterable[Block]) -> list[str]:
    return _line_keys(block.text for block in blocks if block.type is not BlockType.EMBED)


def _line_keys(lines: Iterable[str]) -> list[str]:
    return [line for line in map(canonical, lines) if line]


def _image_keys(images: Iterable[Image]) -> list[list[str]]:
    pairs = ([canonical(image.caption), canonical(image.credit)] for image in images)
    return [pair for pair in pairs if any(pair)]


_KEYS: dict[Holds, Callable[[Any], object]] = {
    Holds.LINE: canonical,
    Holds.BLOCKS: _block_keys,
    Holds.NAMES: _line_keys,
    Holds.DATE: _date_key,
    Holds.IMAGES: _image_keys,
}


def editorial(reading: Reading) -> dict[str, object]:
    """The editorial fields in their canonical form, in the fixed order: two readings are equal where these are.

    A heading that begins the body and says no more than the headline is none of it: layouts put it there and take it
    away."""
    body = [block for block in reading.body if block.type is not BlockType.EMBED]
    headed = body and body[0].type is BlockType.H and canonical(body[0].text) == canonical(reading.headline)
    said = {"body": body[1:]} if headed else {}
    return {name: _KEYS[holds](said.get(name, getattr(reading, name))) for name, holds in READ.items()}


SHORTEST_BODY = 100
"""Characters of a body under which it says too little to be told by: two lines of a flash are alike by chance."""


def blocks(types: str, body: str) -> list[Block]:
    """The blocks of a stored body, whose types stand with spaces between, in order."""
    kinds = types.split()
    return [Block(BlockType(kind), one) for kind, one in zip(kinds, body.split("\n\n") if kinds else [], strict=True)]


def told_by(body: Iterable[Block]) -> bytes:
    """What a body is told by wherever it stands: 16 bytes of SHA-256 over its canonical form; empty for short ones."""
    said = "\n".join(filter(None, (canonical(block.text) for block in body if block.type is not BlockType.EMBED)))
    return hashlib.sha256(said.encode()).digest()[:16] if len(said) >= SHORTEST_BODY else b""


def fingerprint(reading: Reading) -> bytes:
    """SHA-256 (32 bytes) over the canonical editorial fields."""
    return hashlib.sha256(json.dumps(list(editorial(reading).values()), ensure_ascii=False).encode()).digest()


def content_digest(*parts: str | None) -> bytes:
    """SHA-256 (32 bytes) over exact texts, in order and unambiguously: what `verify` holds stored text against."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).digest()
