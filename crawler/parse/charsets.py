"""Which charset bytes are in that do not say so, or say so falsely: told by the language they make. Pure.

Each charset is tried with the languages that are written in it. A text costs the improbability of its letters (natural
logarithm) under the language's letter groups of one to three, as langdetect's profiles count them; the cheapest pair
wins. All pairs explain the same bytes, so that what they cost compares whatever the number of letters is. (Charset and
language together: Kikui, Identifying the coding system and language of on-line documents, COLING 1996.)

Not charset-normalizer 3.5 or chardet 5.2, which tell 75 and 71 of a hundred texts where this tells all but one in a
thousand: `benchmarks/charsets.py` measures the three.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["Told", "knows", "tell"]

_WESTERN = tuple("en fr de es pt it ca nl sv da no fi af sq id sw cy et".split())
_CENTRAL = tuple("pl cs sk hu sl hr ro sq".split())
_CYRILLIC = ("ru", "uk", "bg", "mk")
_ARABIC = ("ar", "fa", "ur")
_BALTIC = ("lt", "lv", "et")
_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "cp1251": _CYRILLIC,
    "cp1250": _CENTRAL,
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": _ARABIC,
    "cp1257": _BALTIC,
    "cp1258": ("vi",),
    "cp874": ("th",),
    "gb18030": ("zh-cn", "zh-tw"),
    "big5hkscs": ("zh-tw",),
    "cp949": ("ko",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "koi8-r": ("ru", "bg"),
    "koi8-u": ("uk", "ru", "bg"),
    "iso8859-2": _CENTRAL,
    "iso8859-5": _CYRILLIC,
    "iso8859-7": ("el",),
    "iso8859-8": ("he",),
    "iso8859-6": _ARABIC,
    "iso8859-13": _BALTIC,
    "iso8859-4": _BALTIC,
    "iso8859-15": _WESTERN,
    "cp866": ("ru", "bg"),
    "mac-cyrillic": _CYRILLIC,
    "mac-roman": _WESTERN,
}
"""The charsets that are tried, and the languages each is written for; of two that make the same text the first wins."""
_RARE = dict.fromkeys(("mac-roman", "mac-cyrillic", "cp866", "iso8859-4", "iso8859-6", "cp1258"), 6.0)
"""What a charset costs that hardly any page is in (odds of 400 to 1)."""

_SAMPLE = 2_400
"""Bytes of words with letters beyond ASCII that are looked at."""
_FEW = 300
"""Bytes of them that are read in every charset."""
_FAR = 80.0
"""How far behind the best a charset is, then, that is not looked at again."""
_PLAIN = 400
"""Bytes of words in plain ASCII that are looked at: in Western languages they tell more than the letters beyond."""
_MOST = 1_000_000
_HIDDEN = re.compile(
    rb"<(script|style|noscript|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[a-z!/?][^<>]*>|&[a-z#0-9]{2,8};",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(rb"[^\x00-\x20<>&]+")
_BEYOND = re.compile(rb"[\x80-\xff]")
_ASCII_WORDS = re.compile(rb"(?<![^\x00-\x40])[A-Za-z]{2,20}(?![^\x00-\x40])")

_UNKNOWN = 13.0
"""What a letter costs that a language has never shown."""
_FOREIGN = 4.0
"""What a letter of a word in plain ASCII costs at most: names and English stand in every language."""
_CATEGORIES = {"Co": 20.0, "Cn": 20.0, "Cc": 20.0, "Cf": 9.0, "So": 12.0, "Sm": 11.0, "Sk": 12.0, "Lm": 13.0, "No": 9.0}
_SIGNS = dict.fromkeys("«»„“”‘’–—…\xa0。、，：（）「」『』《》・！？؟،؛٬٫。\u200c", 4.5) | dict.fromkeys(
    "©®°§№€·•¿¡ªº", 7.0
)
_LOST = 14.0
"""What a place costs at which the bytes do not fit the charset."""
_RISING = 6.0
"""What a capital behind a small letter costs: no alphabet puts them so, but one charset read as another does."""
_ODD, _INSIDE = 8.0, 6.0
_APART = frozenset("–—“„«‘¿¡•")
"""What a sign costs from which on it is an odd one; what an odd one behind a letter costs besides, as does one that
stands before words and between them."""
_SURE = 12.0
"""By how much the best must be cheaper than what is declared to win: odds of 160,000 to 1."""
_DOUBTFUL = 5.0
"""By how much it is cheaper where it may still be chance: odds of 150 to 1."""
_STATED = 8.0
"""How much cheaper the language is that the page is declared to be in."""
_LIKELY = 5.0
"""What a byte of the words with letters beyond ASCII costs at most, on average, in a text that was read right."""

_CLEAR = 4.0
"""What such a byte costs at most where no other charset can do better, in an alphabet that is not the Latin one."""

_MANY = 60


@dataclass(frozen=True, slots=True)
class Told:
    """The likeliest charset; whether its text reads as a language, and clearly so (in an alphabet of its own); and how
    far each charset that was tried is behind."""

    charset: str
    language: str
    plausible: bool
    clear: bool
    behind: Mapping[str, float]

    def beats(self, charset: str) -> bool:
        """Whether it is likelier than another beyond doubt."""
        return self.behind[charset] > _SURE

    def rivals(self, charset: str) -> bool:
        """Whether it is so much likelier than another that this one is in doubt."""
        return self.behind[charset] > _DOUBTFUL


def knows(charset: str) -> bool:
    """Whether a charset is among those that are tried."""
    return charset in _WRITTEN


# --- languages --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _normalize() -> Any:
    from langdetect.utils.ngram import NGram

    return NGram.normalize


@lru_cache(maxsize=1)
def _sizes() -> Counter[str]:
    """How many letters each letter of the profiles stands for: they count East Asian ones by class."""
    counted: Counter[str] = Counter()
    for first, last in (
        (0x1EA0, 0x1EFF),
        (0x3041, 0x3096),
        (0x30A1, 0x30FA),
        (0x4E00, 0x9FA5),
        (0xAC00, 0xAC00 + 2350),
    ):
        counted.update(_normalize()(chr(at)) for at in range(first, last + 1))
    return counted


@lru_cache(maxsize=100_000)
def _letter(char: str) -> str:
    """A character as the profiles count it, in lower case; a space for what is no letter."""
    low = _normalize()("i" if char == "İ" else char.lower()[:1])
    return low if low.isalpha() or unicodedata.category(low)[0] == "M" else " "


class _Language:
    """How often a language has each group of one to three letters."""

    def __init__(self, name: str) -> None:
        from langdetect import PROFILES_DIRECTORY

        profile = json.loads((Path(PROFILES_DIRECTORY) / name).read_text(encoding="utf-8"))
        self._count: Counter[str] = Counter()
        for group, number in profile["freq"].items():
            self._count["".join(" " if part == " " else _letter(part) for part in group)] += number
        self._all = sum(number for group, number in self._count.items() if len(group) == 1)
        self._known: dict[str, float] = {}
        self.latin = self._count["a"] + self._count["e"] > self._all / 20

    def cost(self, group: str) -> float:
        """What the last letter of a group of three costs behind the other two."""
        found = self._known.get(group)
        if found is None:
            found = self._known[group] = self._computed(group)
        return found

    def _computed(self, group: str) -> float:
        count, last = self._count, group[-1]
        one = count[last] / self._all
        two = count[group[1:]] / max(1, count[group[1]]) if group[1] != " " else count[" " + last] / self._all * 5
        three = count[group] / max(1, count[group[:2]])
        share = 0.6 * min(1.0, three) + 0.3 * min(1.0, two) + 0.1 * one
        return min(_UNKNOWN, -math.log(share / max(1, _sizes()[last]) + 1e-9))


@lru_cache(maxsize=64)
def _language(name: str) -> _Language:
    return _Language(name)


# --- texts ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _sign(char: str) -> float:
    """What a character that is no letter costs."""
    if char == "\ufffd":
        return _LOST
    if char in _SIGNS:
        return _SIGNS[char]
    return 3.0 if char < "\x80" else _CATEGORIES.get(unicodedata.category(char), _UNKNOWN)


def _word_cost(language: _Language, word: str) -> float:
    cost, two, before, rises = 0.0, " ", " ", False
    for char in word:
        letter = _letter(char)
        if letter == " ":
            cost += _sign(char) + (_INSIDE if before != " " and (_sign(char) > _ODD or char in _APART) else 0.0)
            two, before, rises = " ", " ", False
            continue
        cost += language.cost(two + before + letter)
        upper = char.isupper()
        cost += _RISING if rises and upper else 0.0
        two, before, rises = before, letter, not upper
    return cost


@dataclass(frozen=True, slots=True)
class _Sample:
    """What is looked at of a page: words with bytes beyond ASCII, each once, and words without."""

    telling: tuple[bytes, ...]
    plain: tuple[str, ...]

    @property
    def foreign(self) -> bool:
        """Whether there are many words that are beyond ASCII to the last letter, as in every alphabet but the Latin."""
        whole = b"".join(self.telling)
        beyond = len(_BEYOND.findall(whole))
        return beyond >= _MANY and beyond > len(whole) / 2

    def stages(self) -> Iterator[tuple[bytes, ...]]:
        """The telling words: a few, and the rest."""
        few = tuple(_bounded(self.telling, _FEW))
        yield few
        yield self.telling[len(few) :]


def _bounded(words: Iterable[bytes], most: int) -> Iterator[bytes]:
    for word in words:
        if most <= 0:
            return
        yield word[:most]
        most -= len(word)


def _sample(body: bytes) -> _Sample:
    shown = _HIDDEN.sub(b" ", body[:_MOST])
    telling = dict.fromkeys(word for word in _WORDS.findall(shown) if not word.isascii())
    plain = dict.fromkeys(word.lower() for word in _ASCII_WORDS.findall(shown[:100_000]))
    words = tuple(word.decode("ascii") for word in _bounded(plain, _PLAIN))
    return _Sample(tuple(_bounded(telling, _SAMPLE)), words)


def _plain_cost(name: str, sample: _Sample, stated: str) -> float:
    language, most = _language(name), _FOREIGN * sum(map(len, sample.plain))
    cost = (
        sum(min(_word_cost(language, word), _FOREIGN * len(word)) for word in sample.plain) if language.latin else most
    )
    return cost - (_STATED if name.partition("-")[0] == stated else 0.0)


class _Found:
    """What each pair of charset and language has cost so far, and how far behind the best each charset was when it was
    last looked at."""

    def __init__(self, costs: dict[tuple[str, str], float]) -> None:
        self.costs = costs
        self.behind: dict[str, float] = {}

    def read(self, words: tuple[bytes, ...]) -> None:
        """Add what some words cost, and leave out the pairs that are far behind."""
        texts = {charset: _decoded(words, charset) for charset, _ in self.costs}
        for pair in self.costs:
            language = _language(pair[1])
            self.costs[pair] += sum(_word_cost(language, text) for text in texts[pair[0]])
        best = min(self.costs.values())
        for charset in texts:
            self.behind[charset] = min(cost for pair, cost in self.costs.items() if pair[0] == charset) - best
        self.costs = {pair: cost for pair, cost in self.costs.items() if cost <= best + _FAR}


def _decoded(words: tuple[bytes, ...], charset: str) -> list[str]:
    texts = (word.decode(charset, "replace") for word in words)
    return [unicodedata.normalize("NFC", text) for text in texts] if charset == "cp1258" else list(texts)


def _costs(sample: _Sample, charsets: Iterable[str], stated: str) -> _Found:
    """What each pair of charset and language costs: all on the first words, and those that are not far behind then on
    the rest."""
    pairs = [(charset, name) for charset in charsets for name in _WRITTEN[charset]]
    plain = {name: _plain_cost(name, sample, stated) for _, name in pairs}
    found = _Found({(charset, name): plain[name] + _RARE.get(charset, 0.0) for charset, name in pairs})
    for words in sample.stages():
        found.read(words)
    return found


def _best(sample: _Sample, charsets: tuple[str, ...], stated: str) -> Told:
    found = _costs(sample, charsets, stated)
    charset, language = min(found.costs, key=found.costs.__getitem__)
    cost = found.costs[charset, language] - _plain_cost(language, sample, stated)
    share = cost / max(1, sum(map(len, sample.telling)))
    clear = share <= _CLEAR and not _language(language).latin and sample.foreign
    return Told(charset, language, share <= _LIKELY, clear, found.behind)


def tell(body: bytes, stated: str = "", declared: str = "") -> Told:
    """The likeliest charset for the bytes of a page. `stated` is the language that it says it is in, `declared` the
    charset: where that is clearly so, only those for the same languages are tried."""
    sample = _sample(body)
    if declared:
        kin = tuple(name for name, written in _WRITTEN.items() if not set(written).isdisjoint(_WRITTEN[declared]))
        told = _best(sample, kin, stated)
        if told.clear:
            return told
    return _best(sample, tuple(_WRITTEN), stated)
