"""A text as its sentences, in any language; joined they are the text. Pure.

sentencex splits, and we after an ellipsis. Two rules put together again what no sentence can be: a piece after a full
stop that begins in lower case, and one after an abbreviation of `diff/words/` that sentencex does not know.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex
import sentencex

from archive.diff.languages import Language, language

__all__ = ["LONGEST", "split"]

LONGEST = 50_000
"""Characters of a paragraph beyond which it is one sentence: no sentence splitter should be asked for more."""

_LAST = regex.compile(r"([\p{L}\p{M}.]*[\p{L}\p{M}])\.\s*$")
_ELLIPSIS = regex.compile(r"(?<=…[»”“\"]?\s+)(?=[\p{Lu}«„“\"¿¡])")
_LOW = regex.compile(r"[\s—–-]*\p{Ll}")
_STOP = regex.compile(r"(?:[.…]|[.…!?][»”“\"’)\]]+)\s*$")


def split(text: str, code: str) -> list[str]:
    """The sentences of a paragraph in the language of that code, each with the space after it."""
    if len(text) > LONGEST:
        return [text]
    known = language(code)
    found: list[str] = []
    for piece in _pieces(text, code):
        if found and _goes_on(found[-1], piece, known):
            found[-1] += piece
        elif piece:
            found.append(piece)
    return found


def _pieces(text: str, code: str) -> Iterator[str]:
    for piece in sentencex.segment(code.partition("-")[0] or "en", text):
        yield from _ELLIPSIS.split(piece)


def _goes_on(before: str, piece: str, known: Language) -> bool:
    if _LOW.match(piece) and _STOP.search(before):
        return True
    # A word has no space in it: only the last one can be meant.
    last = _LAST.search(before.rsplit(maxsplit=1)[-1]) if before.rstrip().endswith(".") else None
    return last is not None and known.among(last[1], known.abbreviations)
