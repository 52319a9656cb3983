"""The analyser: how texts and queries become tokens. The databases split and fold nothing themselves.

Words are folded (case, accents, letter forms of Arabic and Persian) and, in languages that have one, cut to their stem
by a Snowball stemmer; a stem bears the mark of its language, so that an English stem is never found in a French text.
Scripts without spaces are pairs of characters; Serbian is Latin in either script. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex
import Stemmer

from archive.diff.languages import latin

__all__ = [
    "OWN",
    "SERBIAN_OWN",
    "WORD_CHARACTER",
    "Analysed",
    "analysed",
    "in_latin",
    "is_dense",
    "own_mark",
    "runs",
    "tokens",
    "tongue",
]

LONGEST_TOKEN = 100
"""Characters of one token; longer runs without a break are cut."""

STEMMERS = {
    code: name
    for name, codes in {
        "arabic": "ar",
        "armenian": "hy",
        "basque": "eu",
        "catalan": "ca",
        "czech": "cs",
        "danish": "da",
        "dutch": "nl",
        "english": "en",
        "estonian": "et",
        "finnish": "fi",
        "french": "fr",
        "german": "de",
        "greek": "el",
        "hindi": "hi",
        "hungarian": "hu",
        "indonesian": "id",
        "irish": "ga",
        "italian": "it",
        "lithuanian": "lt",
        "nepali": "ne",
        "norwegian": "no nb nn",
        "persian": "fa",
        "polish": "pl",
        "portuguese": "pt",
        "romanian": "ro",
        "russian": "ru",
        "serbian": "sr bs hr sh",
        "spanish": "es",
        "swedish": "sv",
        "tamil": "ta",
        "turkish": "tr",
        "yiddish": "yi",
    }.items()
    for code in codes.split()
}
"""Languages with a stemmer: primary subtags, and the names of Snowball's algorithms."""

_NAMES = sorted({*STEMMERS.values()})
# Private characters, which no text's token has: what is found in a text is letters, digits and marks.
_MARKS = {name: chr(0xE100 + n) for n, name in enumerate(_NAMES)}

OWN = "\ue000"
"""The mark of a word as it stands, in a text whose tokens are stems."""

SERBIAN_OWN = "\ue001"
"""The same in a Serbian text, in Latin letters: a Russian word is never an English one that is spelled alike."""

_DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD_CHARACTER = rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{_DENSE}]]"
"""What words between spaces are made of, as a pattern."""

_RUN = regex.compile(rf"[{_DENSE}]+|[[\p{{L}}\p{{N}}\p{{M}}]--[{_DENSE}]]+", regex.V1)
_IS_DENSE = regex.compile(f"[{_DENSE}]")
_FIRST_DENSE = "\u0e00"
_LAST_DENSE = regex.compile(rf"[{_DENSE}](?![{_DENSE}])")
_SIMPLE_RUN = re.compile(r"[^\W_]+")
# Combining marks, and the blocks from which scripts without spaces come: everything else is words between spaces.
_NEEDS_CARE = re.compile("[\u0300-\u036f\u0590-\u05ff\u0700-\u1dff\u2e80-\U0010ffff]")
# Accents that people leave out when they search; elsewhere a mark makes another letter (и й, か が).
_ACCENTED = [*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x2000)]

# The format characters seen in news texts: soft hyphen, zero-width and direction marks.
_INVISIBLE = [0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_UNSEEN = "".join(map(chr, _INVISIBLE))
_SHOWN_RUN = regex.compile(
    rf"[{_DENSE}][{_DENSE}{_UNSEEN}]*|[[\p{{L}}\p{{N}}\p{{M}}]--[{_DENSE}]][[\p{{L}}\p{{N}}\p{{M}}{_UNSEEN}]--[{_DENSE}]]*",
    regex.V1,
)


def _without_accents() -> dict[int, str]:
    split = ((point, unicodedata.normalize("NFD", chr(point))) for point in _ACCENTED)
    return {point: parts[0] for point, parts in split if all(map(unicodedata.combining, parts[1:]))}


def _letters() -> dict[int, str | None]:
    arabic = dict(zip(map(ord, "أإآٱىیکةۀё"), "ااااييكههе", strict=True))
    vowels = dict.fromkeys([*range(0x610, 0x61B), 0x640, *range(0x64B, 0x660), 0x670])
    # What still stands alone after composing is a stress mark, or the dot of a Turkish capital made small.
    marks = dict.fromkeys(range(0x300, 0x370))
    invisible = dict.fromkeys(_INVISIBLE)
    return {**invisible, **marks, **vowels, **arabic, **_without_accents()}


_LETTERS = _letters()


_DROPPED = re.compile("[" + "".join(chr(point) for point, letter in _LETTERS.items() if letter is None) + "]")


def _folded(words: str) -> str:
    if words.isascii():
        return words.lower()
    return _DROPPED.sub("", unicodedata.normalize("NFKC", words).casefold())


@lru_cache(maxsize=50_000)
def _bare(word: str) -> str:
    # Most words of a language come again and again, and `translate` is slow.
    return word.translate(_LETTERS)[:LONGEST_TOKEN]


# --- stems ------------------------------------------------------------------------------------------------------------


class _Stems(dict[str, str]):
    """The stems of a language's words, with its mark, as they come: words come again and again."""

    MOST = 30_000

    def __init__(self, name: str) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer(name, 0)
        self._mark = _MARKS[name]

    def __missing__(self, word: str) -> str:
        if len(self) >= self.MOST:
            self.clear()
        # Accents first to the stemmer, whose endings have them.
        stem = self[word] = self._mark + _bare(self._stemmer.stemWord(word[:LONGEST_TOKEN]))
        return stem


_stems = lru_cache(maxsize=None)(_Stems)


def tongue(language: str) -> str:
    """The stemmer of a language (BCP 47); empty where it has none."""
    return STEMMERS.get(language.partition("-")[0].lower(), "")


# --- tokens -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text's tokens in order, the same ones unstemmed, and the last character of each run of a script without
    spaces, with which no pair begins."""

    tokens: list[str]
    own: list[str]
    last: list[str]


def _split(folded: str) -> list[str]:
    if folded.isascii() or not _NEEDS_CARE.search(folded):
        return _SIMPLE_RUN.findall(folded)
    return [piece for run in _RUN.findall(folded) for piece in _pieces(run)]


def _pieces(run: str) -> Iterator[str]:
    if not _IS_DENSE.match(run) or len(run) == 1:
        yield run
    else:
        yield from (first + second for first, second in pairwise(run))


def in_latin(token: str) -> str:
    """A word as it stands as Serbian texts have it."""
    return _bare(latin(token))


def own_mark(name: str) -> str:
    """The mark words have as they stand, where tokens are stems of that stemmer."""
    return SERBIAN_OWN if name == "serbian" else OWN


def is_dense(word: str) -> bool:
    """Whether it begins in a script without spaces."""
    # Most words of most texts are told without the pattern.
    return word >= _FIRST_DENSE and bool(_IS_DENSE.match(word))


def analysed(words: str, name: str = "") -> Analysed:
    """The tokens of a text whose language has the stemmer of that name, or none."""
    folded = _folded(words)
    if name == "serbian":
        folded = latin(folded)
    pieces = _split(folded)
    if folded.isascii():
        own, last = [piece[:LONGEST_TOKEN] for piece in pieces], []
    else:
        own, last = list(map(_bare, pieces)), _LAST_DENSE.findall(folded) if _NEEDS_CARE.search(folded) else []
    if not name:
        return Analysed(own, own, last)
    stems = _stems(name)
    if not last:
        return Analysed(list(map(stems.__getitem__, pieces)), own, last)
    mixed = [bare if is_dense(bare) else stems[piece] for piece, bare in zip(pieces, own, strict=True)]
    return Analysed(mixed, own, last)


def tokens(words: str, name: str = "") -> list[str]:
    """The tokens of a text, in order: folded words or their stems, or pairs of characters."""
    return analysed(words, name).tokens


def runs(words: str) -> Iterator[tuple[str, int, int]]:
    """A text as it is read: its words, or stretches of a script without spaces, with where they begin and end."""
    for found in _SHOWN_RUN.finditer(words):
        yield found[0], found.start(), found.end()
