"""Raw reading -> reading: what is on the page but is not the article is taken out, and kept on record by rule.

Structural rules have marked their blocks already; here the phrase rules of `phrases/<language>.toml` decide
about the rest, block by block and line by line, then what was learnt of the outlet (`extract.taught`). A rule only ever
takes whole blocks or whole lines. Pure.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from archive.records import Block, BlockType, Reading, Removal
from crawler.extract.raw import RawBlock, RawReading
from crawler.extract.taught import taught
from crawler.extract.together import Together, compiled
from crawler.outlets.base import Outlet
from crawler.outlets.revisions import revision

__all__ = ["FOLDER", "Hit", "Phrases", "match", "phrases", "strip"]

FOLDER = Path(__file__).parent / "phrases"
COMMON = "common"
"""The phrase file that holds for every language."""

_NOTICE = "notice"
_READ_ALSO = "read-also"
_PREFIX = 3

# What differs between two savers of the same page and never between two sentences.
_IGNORED = re.compile(r"[\s\"'`´«»‹›“”„‟‘’‚‛\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_DASH = re.compile("[‐‑‒–—―−]")
# Persian is typed with the letters of Arabic keyboards too: both shapes of yeh and of kaf are one here.
_LETTERS = {0x64A: 0x6CC, 0x649: 0x6CC, 0x643: 0x6A9, 0x640: None}


# What a label ends with: nothing else, or a sign, between the two perhaps a date or something in brackets.
_LABELLED = re.compile(
    r"(?:[,(（\[]?[^:：.。]{0,40}?\d[^:：。]{0,40}?|[(（\[][^)）\]]{1,60}[)）\]])?(?:[:：\-|\])）】]|\.(?!\d)|\Z)"
)
_OF_OTHERS = frozenset({_READ_ALSO, "comments", "promo", "hidden"})
"""Kinds of furniture in which a note is one about something else."""
_INVITING = frozenset({"follow-us", "subscribe"})
_SPOKEN = re.compile(r"\s*(?:“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]|\"[^\"]*\")\s*\w")
_ORNAMENTS = re.compile(r"[\W_]+")


def _key(text: str) -> str:
    """The text as phrases are compared: without spaces, quotes and apostrophes, shapes of dashes and letters folded."""
    if not text.isascii():
        text = _DASH.sub("-", unicodedata.normalize("NFC", text)).translate(_LETTERS)
    return _IGNORED.sub("", text).casefold()


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase rule that takes a text. `beside`: only where the text stands next to other furniture."""

    rule: str
    kind: str
    title: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One phrase of a rule, compiled: the literal pieces between its `*`, as keys."""

    rule: str
    kind: str
    pieces: tuple[str, ...]
    open_end: bool
    longest: int
    beside: bool
    mark: str
    words: int
    label: bool = False

    def takes(self, key: str) -> bool:
        """Whether the whole text is this phrase: each piece in its order, each search from where the last ended."""
        first, *rest = self.pieces
        if self.label:
            return key.startswith(first) and _LABELLED.match(key, len(first)) is not None
        if not key.startswith(first):
            return False
        at = len(first)
        if not rest:
            return self.open_end or at == len(key)
        *middle, last = rest
        for piece in middle:
            if (found := key.find(piece, at)) < 0:
                return False
            at = found + len(piece)
        if self.open_end:
            return key.find(last, at) >= 0
        return key.endswith(last) and len(key) - len(last) >= at

    def hit(self, text: str) -> Hit:
        return Hit(self.rule, self.kind, self.title(text), self.beside)

    def title(self, text: str) -> str:
        """What follows a "read also" phrase: behind its closing sign, or behind as many words as it has."""
        if self.kind != _READ_ALSO or not self.open_end:
            return ""
        if self.mark:
            return text[_DASH.sub("-", text).find(self.mark) + 1 :].strip()
        return " ".join(text.split()[self.words :])


@dataclass(frozen=True)
class Phrases:
    """Compiled phrases of some languages, found by how they begin."""

    begins: dict[str, list[_Phrase]] = field(default_factory=dict)
    longest: int = 0
    pairs: frozenset[str] = frozenset()
    together: tuple[Together, ...] = ()

    def _may_begin(self, start: str) -> bool:
        """Whether a phrase can begin like that: a quick no for most paragraphs that begin with plain letters."""
        return not start.isascii() or not start[:2].isalnum() or start[:2].lower() in self.pairs

    def match(self, text: str) -> Hit | None:
        """The rule that takes this text whole, or None. Microseconds, linear in the text."""
        hit = self._begun(text)
        if hit is None and (mark := _ORNAMENTS.match(text)) is not None:
            # Brackets and stars stand before notices; before other furniture they are part of the phrase.
            hit = self._begun(text[mark.end() :])
            hit = hit if hit is not None and hit.kind == _NOTICE else None
        if hit is not None and hit.kind in _INVITING and _SPOKEN.match(text):
            return None  # what somebody says to somebody else
        return hit or next((Hit(each.rule, each.kind) for each in self.together if each.takes(text)), None)

    def _begun(self, text: str) -> Hit | None:
        """The rule that takes a text by how it begins."""
        if len(text) > self.longest or not self._may_begin(text[:3]):
            return None
        # The first characters decide nearly always; spaces and quotes between them cost a few more.
        start = _key(text[:24])[:_PREFIX]
        begun = (*self.begins.get(start, ()), *self.begins.get(start[: _PREFIX - 1], ()))
        candidates = [each for each in begun if len(text) <= each.longest]
        key = _key(text) if candidates else ""
        return next((each.hit(text) for each in candidates if each.takes(key)), None)


def _label(text: str, rule: dict[str, Any], language: str) -> _Phrase:
    """A word that a text begins with which is what the word says."""
    name, longest = f"{language}/{rule['name']}", int(rule["longest"])
    return _Phrase(name, rule["kind"], (_key(text),), True, longest, False, "", len(text.split()), label=True)


def _compile(text: str, rule: dict[str, Any], language: str) -> _Phrase:
    body = text.strip()
    open_end = body.endswith("…")
    body = body.removesuffix("…").rstrip()
    if open_end and "longest" not in rule:
        raise ValueError(f"a phrase with a closing … needs `longest`: {text!r}")
    pieces = tuple(_key(piece) for piece in body.split("*"))
    if len(pieces[0]) < _PREFIX and (open_end or len(pieces) > 1):
        raise ValueError(f"a phrase must begin with at least {_PREFIX} letters before its * or …: {text!r}")
    # Up to as many spaces and quotes as letters may stand in the page and are not counted against a plain phrase.
    longest = int(rule.get("longest", 2 * len(body) + 40))
    mark = _DASH.sub("-", body[-1]) if open_end and not body[-1].isalnum() else ""
    name = f"{language}/{rule['name']}"
    return _Phrase(name, rule["kind"], pieces, open_end, longest, bool(rule.get("beside")), mark, len(body.split()))


@lru_cache(maxsize=64)
def _file(language: str) -> dict[str, Any]:
    """What a phrase file says; nothing where there is no file for the language."""
    path = FOLDER / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


@lru_cache(maxsize=64)
def _read_file(language: str) -> tuple[tuple[str, _Phrase], ...]:
    """(family or empty, phrase) for every phrase of a file; empty where there is no file for the language."""
    rules = _file(language).get("rule", [])
    plain = ((rule, _compile(text, rule, language)) for rule in rules for text in rule.get("phrases", ()))
    labels = ((rule, _label(text, rule, language)) for rule in rules for text in rule.get("labels", ()))
    return tuple((rule.get("family", ""), phrase) for rule, phrase in (*plain, *labels))


@lru_cache(maxsize=64)
def _together(language: str) -> tuple[Together, ...]:
    """The rules of words that stand together."""
    named = {**_file(COMMON).get("words", {}), **_file(language).get("words", {})}
    return tuple(compiled(rule, language, named) for rule in _file(language).get("rule", []) if "together" in rule)


@lru_cache(maxsize=64)
def phrases(languages: tuple[str, ...], family: str) -> Phrases:
    """The compiled phrases of these languages that hold for an outlet family, the common ones included."""
    begins: dict[str, list[_Phrase]] = {}
    wanted = [phrase for name in (*languages, COMMON) for of, phrase in _read_file(name) if of in {"", family}]
    for phrase in wanted:
        begins.setdefault(phrase.pieces[0][:_PREFIX], []).append(phrase)
    longest = max((phrase.longest for phrase in wanted), default=0)
    together = tuple(rule for name in languages for rule in _together(name))
    return Phrases(begins, longest, frozenset(start[:2] for start in begins), together)


def match(text: str, languages: tuple[str, ...], family: str) -> Hit | None:
    """The phrase rule that takes a text whole, or None."""
    return phrases(languages, family).match(text)


# --- one reading ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block or a line of one, with the rule that takes it (None: it is article)."""

    block: RawBlock
    hit: Hit | None


def _structural(block: RawBlock) -> Hit | None:
    return Hit(block.rule, block.kind) if block.rule else None


def _noted(block: RawBlock, rules: Phrases) -> Hit | None:
    """The rule by which what a structural rule takes is a note of the editors: those are never furniture."""
    if not block.rule or block.titles or block.kind in _OF_OTHERS:
        return None
    hit = rules.match(block.text)
    return hit if hit is not None and hit.kind == _NOTICE else None


def _lines(block: RawBlock, rules: Phrases) -> list[_Piece]:
    """A block of several lines cut where phrase rules take whole lines; as it is where they take none."""
    hits = [rules.match(text) for text in block.text.split("\n")]
    if not any(hit and not hit.beside for hit in hits):
        return [_Piece(block, None)]
    pieces: list[_Piece] = []
    for text, hit in zip(block.text.split("\n"), hits, strict=True):
        last = pieces[-1] if pieces else None
        if hit is None and last is not None and last.hit is None:
            pieces[-1] = _Piece(replace(block, text=f"{last.block.text}\n{text}"), None)
        else:
            pieces.append(_Piece(replace(block, text=text), hit))
    return pieces


def _judge(block: RawBlock, rules: Phrases) -> list[_Piece]:
    if block.rule or block.type is BlockType.EMBED:
        return [_Piece(block, _noted(block, rules) or _structural(block))]
    if (hit := rules.match(block.text)) is not None:
        return [_Piece(block, hit)]
    return _lines(block, rules) if "\n" in block.text else [_Piece(block, None)]


def _settle_beside(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Words that are furniture only next to other furniture: spread from both sides, dropped where alone."""
    settled = [piece.hit is not None and not piece.hit.beside for piece in pieces]
    for order in (range(1, len(pieces)), range(len(pieces) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for at in order:
            settled[at] = settled[at] or (pieces[at].hit is not None and settled[at + step])
    return [piece if sure else _Piece(piece.block, None) for piece, sure in zip(pieces, settled, strict=True)]


def _titles(piece: _Piece) -> tuple[str, ...]:
    if piece.block.titles:
        return piece.block.titles
    return (piece.hit.title,) if piece.hit and piece.hit.title else ()


def _kept(piece: _Piece) -> Block | None:
    if piece.hit is None:
        return Block(piece.block.type, piece.block.text)
    return Block(BlockType.NOTICE, piece.block.text) if piece.hit.kind == _NOTICE else None


def _removals(pieces: Iterable[_Piece]) -> Iterator[Removal]:
    for piece in pieces:
        if piece.hit is not None and piece.hit.kind != _NOTICE:
            yield Removal(piece.hit.rule, piece.hit.kind, piece.block.text)


def _split_lead(body: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    at = next((place for place, block in enumerate(body) if block.type is BlockType.P), None)
    return ("", body) if at is None else (body[at].text, body[:at] + body[at + 1 :])


def strip(raw: RawReading, outlet: Outlet) -> Reading:
    """The reading without furniture: every block is in exactly one of lead, body and `removed`."""
    rules = phrases(raw.languages, outlet.family)
    raw = taught(raw, outlet.learnt, lambda said: rules.match(said) is not None)
    pieces = _settle_beside([piece for block in raw.blocks for piece in _judge(block, rules)])
    body = tuple(block for piece in pieces if (block := _kept(piece)) is not None)
    description = raw.description
    if raw.lead_first:
        description, body = _split_lead(body)
    return Reading(
        headline=raw.headline,
        description=description,
        body=body,
        authors=raw.authors,
        date_published=raw.date_published,
        images=raw.images,
        circumstances=raw.circumstances,
        read_also=tuple(title for piece in pieces for title in _titles(piece)),
        removed=tuple(_removals(pieces)),
        own_id=raw.own_id,
        revision=revision(raw.reader, outlet.source, outlet.languages, outlet.learnt.digest),
        doubts=raw.doubts,
    )
