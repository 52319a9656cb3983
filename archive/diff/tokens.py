"""A sentence as its words: how each is compared, whether it is quoted, whether it is a name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import regex

from archive.diff.languages import Language, latin
from archive.diff.names import naming
from archive.diff.typography import INNER, QUOTE, folded

__all__ = ["Tokens", "tokens"]

_ELIDED = r"\p{L}{1,4}'(?=[\p{L}\"‹])|"
_PLAIN = r"\p{N}+(?:[.,:]\p{N}+)*|[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{M}]+)*|[^\s]"
_WORD = {elided: regex.compile((_ELIDED if elided else "") + _PLAIN) for elided in (True, False)}


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sentence as its words. `quoted` says of each whether it stands within a quotation; `named` is asked whether the
    word at a place is a name or part of one: few are looked at."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    quoted: tuple[bool, ...]
    named: Callable[[int], bool]


def _split(plain: str, known: Language) -> tuple[str, ...]:
    found = _WORD[known.code == "fr"].findall(plain)
    if known.code != "zh":
        return tuple(found)
    return tuple(_phrases(found, known))


def _phrases(signs: Sequence[str], known: Language) -> Iterator[str]:
    """Chinese: the longest words of the tables in a row of characters, else one character."""
    n = 0
    while n < len(signs):
        sizes = (size for size in (4, 3, 2) if "".join(signs[n : n + size]) in known.phrases)
        size = min(next(sizes, 1), len(signs) - n)
        yield "".join(signs[n : n + size])
        n += size


def _quoted(words: Sequence[str], opened: bool) -> Iterator[bool]:
    within = {QUOTE: opened, INNER: False}
    for word in words:
        if word in within:
            within[word] = not within[word]
        yield within[QUOTE] or within[INNER]


def _key(word: str) -> str:
    return QUOTE if word == INNER else word


def tokens(sentence: str, known: Language, opened: bool, names: frozenset[str]) -> Tokens:
    """The words of a sentence, which begins within a quotation where `opened`; `names` are words known to be names."""
    words = _split(folded(sentence), known)
    keys = tuple(_key(latin(word) if known.code == "sr" else _ungrouped(word, known)) for word in words)
    return Tokens(words, keys, tuple(_quoted(words, opened)), naming(words, known, names))


def _ungrouped(word: str, known: Language) -> str:
    sign = "," if known.point == "." else "."
    if sign not in word:
        return word
    return word.replace(sign, "") if regex.fullmatch(rf"\p{{N}}{{1,3}}(?:\{sign}\p{{N}}{{3}})+", word) else word
