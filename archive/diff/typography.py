"""A text without what only typography tells apart: kinds of quotation marks, dashes and digits, case, accents. Pure."""

from __future__ import annotations

import re
import unicodedata

import regex

from archive import text as same
from archive.diff.languages import remembered

__all__ = ["INNER", "LETTER", "QUOTE", "folded", "loose", "toggles"]

_FOLD = str.maketrans(
    dict.fromkeys('«»„“”‟"「」『』〝〞', '"')
    | dict.fromkeys("‘’‚‛`´ʼ", "'")
    | dict.fromkeys("‐‑‒–—―−﹘", "-")
    | {"…": "...", "。": ".", "、": ",", "،": ",", "؛": ";", "؟": "?", "٪": "%", "٫": ".", "٬": ",", "ـ": ""}
)
_SINGLE = regex.compile(r"(?<![\p{L}\p{N}'])['‹](?=\S)([^'‹›]*?)(?<=\S)['›](?![\p{L}\p{N}'])")
_GROUPED = regex.compile(r"(?<![\p{N}.,])\p{N}{1,3}(?:[ ' ]\p{N}{3})+(?![\p{N}])")
_LONG = regex.compile(r"-{2,}|\.{2,}")
_DIGIT = re.compile(r"(?![0-9])\d")
_NO_FIGURE = regex.compile(r"\P{N}")
LETTER = regex.compile(r"\p{L}")
QUOTE, INNER = '"', "‹"
_QUOTES = re.compile('["＂«»„“”‟「」『』〝〞﹁﹂﹃﹄｢｣]')
"""What becomes a quotation mark when it is folded."""


def folded(words: str) -> str:
    """A text without its typography: one kind of quotation mark, apostrophe, dash and digit, figures ungrouped."""
    plain = same.canonical(words).translate(_FOLD)
    if not unicodedata.is_normalized("NFKC", plain):
        plain = unicodedata.normalize("NFKC", plain).translate(_FOLD)
    plain = _LONG.sub(lambda found: found[0][:1] * (3 if found[0][0] == "." else 1), plain)
    plain = _SINGLE.sub(rf"{INNER}\1{INNER}", plain)
    plain = _GROUPED.sub(lambda found: _NO_FIGURE.sub("", found[0]), plain)
    return plain if plain.isascii() else _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), plain)


_VARIANTS = str.maketrans("أإآٱىيكةؤئı", "ااااییکهویi")


@remembered
def loose(word: str) -> str:
    """A word without case, accents and what is written in two ways in Arabic script."""
    low = unicodedata.normalize("NFKD", word.casefold().translate(_VARIANTS))
    return "".join(sign for sign in low if not unicodedata.combining(sign))


def toggles(sentence: str, opened: bool) -> bool:
    """Whether a quotation is open after a sentence, by whether one was before."""
    if not _QUOTES.search(sentence):
        return opened
    return opened != bool(folded(sentence).count(QUOTE) % 2)
