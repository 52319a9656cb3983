"""Lines that name who wrote an article, or who edited it; what may be the name of a person. Pure; never raises.

The words are in `words/bylines.toml`, in any language: a line of two languages is no rarity.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from archive import text as same

__all__ = ["BYLINES", "by_line", "edited", "is_by", "is_house", "looks_like_name", "split_names", "tidy_name"]

BYLINES = Path(__file__).parent / "words" / "bylines.toml"
_LONGEST_LINE = 200
_LONGEST_NAME = 80
_MOST_WORDS = 6

_PARTICLES = frozenset(
    "de del della delle di da do dos das du d van von der den des zu zum ter ten la le el al af av bin ibn ben bint y "
    "e i ve and und et".split()
)
_TRAIL = re.compile(r"\s*(?:[|•·/]\s|[|•·]|\d{1,2}[.:/ ]|\d{4}\b|[(（]).*\Z", re.DOTALL)
"""What stands behind the names: a date, an office in brackets, another part of the line."""
_MARK = r"(?:\s*[:：=]\s*|[/／・]\s*|\s+)"
"""What parts such a word from the names."""
_AND_PICTURES = r"(?:\s*[&+/]\s*[^\W\d]{4,12})?"
"""As in `Text & Photos:`."""
_EDGES = " \t\xa0.,;:：|/•·□■◆●▪►—–-"
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_HAN_NAME = re.compile("[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]{1,12}")
_KOREAN = re.compile(r"(?:\A|[\s=\]】|])(?P<names>[가-힣]{2,4})\s?(?:[가-힣]{0,4}기자|특파원)(?:\Z|[\s=(|·])")
_NAME_SIGNS = frozenset(" .'’ʼ‘`-‐·־")


@dataclass(frozen=True, slots=True)
class _Words:
    by: re.Pattern[str]
    alone: re.Pattern[str]
    editor: re.Pattern[str]
    house: frozenset[str]


def _listed(kinds: dict[str, str]) -> list[str]:
    return sorted({word.replace("_", " ") for line in kinds.values() for word in line.split()}, key=len, reverse=True)


def _choice(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)


@lru_cache(maxsize=1)
def _words() -> _Words:
    found = tomllib.loads(BYLINES.read_text(encoding="utf-8"))
    by, editor = _choice(_listed(found["by"])), _choice(_listed(found["editor"]))
    # Up to three words may come before it (`Ein Kommentar von`); in scripts without spaces an office or a house.
    before = rf"(?:(?:[^\W\d]+\s){{0,3}}?|[{_CJK}\s]{{0,14}}?)"
    return _Words(
        re.compile(
            rf"\W*(?P<before>{before})(?P<by>(?P<word>{by}){_AND_PICTURES}{_MARK})(?P<names>\S.*)",
            re.IGNORECASE | re.DOTALL,
        ),
        re.compile(rf"\W*(?:{by})\W*", re.IGNORECASE),
        re.compile(rf"(?:\A|[^\w-])(?:{editor}){_MARK}(?P<names>[^\s|;)）].*)", re.IGNORECASE | re.DOTALL),
        frozenset(found_word for line in found["house"].values() for found_word in line.split()),
    )


def tidy_name(text: str) -> str:
    """A name without what stands around it."""
    return text.strip(_EDGES)


def _is_capital(word: str) -> bool:
    """Whether a word begins as a name does, a particle before an apostrophe (`d'Ormesson`) left out."""
    head, mark, tail = word.partition("'" if "'" in word else "’")
    first = tail if mark and tail and len(head) <= 2 else word
    return first[:1] != first[:1].lower()


# A name in Chinese is parted from the next by a space, but one of two signs is spaced out in print.
_HAN = "[\u4e00-\u9fff]"
_PARTED = r"\s*(?:[,;|/&、，；]|(?<=\s)(?:и|and|et|y|und|e|ve|i|و|та|і|й|og|och|oraz|ja|és|și|dan|và)(?=\s))\s*"
_BETWEEN = re.compile(_PARTED)
_BETWEEN_HAN = re.compile(rf"{_PARTED}|(?<={_HAN}{{2}})\s+(?={_HAN})|(?<={_HAN})\s+(?={_HAN}{{2}})")
_SPACED = re.compile(rf"({_HAN})\s+({_HAN})")
_OFFICE = re.compile(rf"\A(?:\W*{_HAN}{{0,8}}?(?:记者|通讯员|评论员|作者|执笔|采写|编辑)[\s:：]*)+")


def split_names(text: str, language: str = "") -> tuple[str, ...]:
    """The names a by-line lists, in order, without the office before them; what is spoilt is no name. In Japanese
    (`ja`) a space parts family and given name."""
    between = _BETWEEN if language == "ja" else _BETWEEN_HAN
    parts = (_OFFICE.sub("", part).strip(" .:：") for part in between.split(same.visible(text)))
    joined = parts if language == "ja" else (_SPACED.sub(r"\1\2", name) for name in parts)
    return tuple(name for name in joined if name and "\ufffd" not in name)


_PREPOSITIONS = frozenset("de di da door av af του της 文 haber tim text tekst texte testo texto".split())
"""Words that begin many a line which names nobody: behind them, without a colon, only what looks like a name is one."""


def by_line(text: str, language: str = "") -> tuple[str, ...]:
    """The names in a line such as `By Anna Example and Otto Muster`; none where it is no such line."""
    text = same.visible(text)
    if not 2 < len(text) <= _LONGEST_LINE:
        return ()
    if found := _words().by.fullmatch(text):
        names = found["names"]
        if cut := _words().editor.search(names):
            names = names[: cut.start()]
        listed = tuple(filter(None, map(tidy_name, split_names(_before_trail(names), language))))
        is_common = found["word"].casefold() in _PREPOSITIONS or bool(found["before"])
        strict = is_common and not any(mark in found["by"] for mark in ":：=")
        return (
            listed if listed and all(_begins(name) and (not strict or looks_like_name(name)) for name in listed) else ()
        )
    found = _KOREAN.search(text)
    return (found["names"],) if found else ()


def _before_trail(names: str) -> str:
    """The names without what stands behind them, and without the small word (`on`, `at`) that leads over to it."""
    kept = _TRAIL.sub("", names)
    words = kept.split(" ")
    while kept != names and len(words) > 1 and words[-1].islower():
        words.pop()
    return " ".join(words)


def _begins(name: str) -> bool:
    """Whether all words of a name begin as those of names do."""
    words = name.split()
    scriptless = [word for word in words if word[:1].lower() == word[:1].upper()]
    return (
        len(words) <= (4 if len(scriptless) == len(words) else _MOST_WORDS)
        and all(_is_capital(word) or word in _PARTICLES for word in words if word not in scriptless)
        and any(_is_capital(word) or word in scriptless for word in words)
    )


def is_by(text: str) -> bool:
    """Whether a line says only that the next one is a name."""
    return len(text) <= 40 and _words().alone.fullmatch(text) is not None


def edited(text: str) -> str:
    """The names of those who edited, translated or photographed, as a line says; empty where it says none."""
    found = _words().editor.search(text) if len(text) <= _LONGEST_LINE else None
    return found["names"] if found else ""


def is_house(name: str) -> bool:
    """Whether every word of a name stands for a newsroom or an agency, or the name is in letters only machines use."""
    words = re.findall(r"[^\s/,&+|_.]+", unicodedata.normalize("NFC", name).casefold())
    return all(word in _words().house or _words().alone.fullmatch(word) for word in words)


def looks_like_name(text: str) -> bool:
    """Whether a text that nothing calls a name can be a person's: two to four words that begin as names do."""
    if _HAN_NAME.fullmatch(text):
        return True
    words = text.split()
    if not 2 <= len(words) <= 4 or len(text) > _LONGEST_NAME // 2:
        return False
    if any(not (sign.isalpha() or sign in _NAME_SIGNS or unicodedata.combining(sign)) for sign in text):
        return False
    named = [word for word in words if word.casefold() not in _PARTICLES]
    return len(named) >= 2 and all(map(_is_capital, named)) and not is_house(text)
