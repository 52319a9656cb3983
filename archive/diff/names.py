"""Which words of a sentence are names? Told by case, by tables and by what stands beside them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import regex

from archive.diff.languages import Language, remembered
from archive.diff.typography import LETTER

__all__ = ["names_in", "naming"]

_UPPER = regex.compile(r"\p{Lu}")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}]")
_STARTS = frozenset('".:-‹(•!?')
"""Signs after which a sentence begins, whatever its first letter says."""
_MID = regex.compile(r"(?<=[\p{Ll},]\s)\p{Lu}[\p{L}\p{M}]+")


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Words written with a capital in the middle of sentences: names, wherever else they stand."""
    return frozenset(name for text in texts for name in _MID.findall(text))


def _capital(words: Sequence[str], known: Language) -> list[bool]:
    """Which words have a capital that a beginning of a sentence does not explain; none in a headline all in capitals,
    or with one on every word, as English ones have."""
    cased = [word for word in words if len(word) > 3 and _CASED.match(word)]
    told = str.istitle if known.code in {"", "en"} else str.isupper
    if sum(map(told, cased)) + sum(map(str.isupper, cased)) > max(2, 0.6 * len(cased)):
        return [False] * len(words)
    starts = (not n or words[n - 1] in _STARTS for n in range(len(words)))
    return [len(word) > 1 and not start and bool(_UPPER.match(word)) for word, start in zip(words, starts, strict=True)]


def _behind(words: Sequence[str], n: int, among: frozenset[str], known: Language) -> bool:
    return n > 0 and known.among(words[n - 1], among)


def naming(words: Sequence[str], known: Language, names: frozenset[str]) -> Callable[[int], bool]:
    """Which words are names, by case, by the tables, by what stands beside them."""
    if known.code == "zh":
        return _chinese_names(words, known).__getitem__
    capital = _capital(words, known)
    return lambda n: bool(LETTER.match(words[n])) and _is_name(words, n, capital, known, names)


@remembered
def _by_tables(word: str, known: Language) -> bool | None:
    """Whether a word is a name wherever it stands; None where the tables do not tell."""
    if known.among(word, known.common):
        return False
    return known.among(word, known.names) or _stripped(word, known) in known.places or None


def _is_name(words: Sequence[str], n: int, capital: Sequence[bool], known: Language, names: frozenset[str]) -> bool:
    word = words[n]
    if (told := _by_tables(word, known)) is not None:
        return told
    if not _CASED.match(word):
        return _behind(words, n, known.beside, known)
    if not _UPPER.match(word):
        return False
    if known.code == "de":
        return _behind(words, n, known.titles, known) or _pair(capital, n) or (word.isupper() and capital[n])
    return capital[n] or word in names or (word.isupper() and len(word) > 1 and any(map(str.islower, words)))


def _stripped(word: str, known: Language) -> str:
    return word.lower().removesuffix("s") if known.code in {"de", "en"} else word.lower()


def _pair(capital: Sequence[bool], n: int) -> bool:
    """German writes every noun with a capital; two in a row are, as a rule, somebody's name."""
    return any(capital[n:][:1]) and (any(capital[max(0, n - 1) : n]) or any(capital[n + 1 : n + 2]))


def _chinese_names(words: Sequence[str], known: Language) -> list[bool]:
    """Places, transliterations with a dot, and one to three characters beside a title that begin with a surname."""
    found = [word in known.places for word in words]
    for n, word in enumerate(words):
        if word == "·":
            near = slice(max(0, n - 4), n + 5)
            found[near] = [one == "·" or _is_character(one) for one in words[near]]
        elif word in known.titles:
            name = _beside_title(words, n, known.surnames)
            found[name] = map(_is_character, words[name])
    return found


def _is_character(word: str) -> bool:
    return len(word) == 1 and bool(LETTER.match(word))


def _beside_title(words: Sequence[str], n: int, surnames: str) -> slice:
    """Where the name beside a title is: before it, else behind it; nowhere where no surname begins it."""
    starts = (start for start in (n - 3, n - 2, n + 1) if 0 <= start < len(words) and words[start][0] in surnames)
    start = next(starts, n)
    return slice(start, start + 3 if start > n else n)
