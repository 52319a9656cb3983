"""Numbers as each language writes them, in one form: 1,400 = 1 400 = 1.400 = ١٤٠٠, 50 billion = 500亿. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import regex

__all__ = ["numbers", "weight"]

_DIGITS = {ord(c): str(unicodedata.decimal(c)) for c in map(chr, range(0x600, 0x1200)) if c.isdecimal()}
# The Arabic signs of thousands and decimals; a space that is not a plain one groups digits.
_SIGNS = str.maketrans("٬٫،\u00a0\u202f\u2009’'", ",.,     ")
_NO_AMOUNT = regex.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}:\d{2}")
"""Dates and times of day: each language writes another, and every article has some."""
_NUMBER = regex.compile(r"(?<![\d.,])\d{1,3}(?:([ .,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?")
_GROUPED = regex.compile(r"[1-9]\d{0,2}(?:([ .,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_NEXT = regex.compile(r"[ -]?(?:(mil|bin) )?(\p{L}{1,14})")

_SCALES = {
    4: ("万", "萬", "만"),
    12: ("万亿", "trillion", "трлн", "триллион", "تريليون", "trilyon", "trilh", "تریلیون", "兆"),
    8: ("亿", "億", "억"),
    9: ("billion", "bn", "milliard", "mrd", "млрд", "миллиард", "مليار", "milyar", "bilh", "میلیارد", "mld"),
    6: ("million", "mln", "millon", "млн", "миллион", "مليون", "ملايين", "milyon", "milh", "میلیون", "百万", "mio"),
    3: ("thousand", "mille", "тыс", "тысяч", "ألف", "آلاف", "الف", "千", "tausend", "tys", "هزار"),
}
_POWERS = sorted(((word, power) for power, words in _SCALES.items() for word in words), key=lambda one: -len(one[0]))
_LONG_SCALE = frozenset({"fr", "de", "es", "it", "pl"})
"""Languages in which a billion is a million millions."""


def numbers(text: str, language: str) -> Iterator[str]:
    """The amounts a text states in digits, in order, as decimals without trailing zeros."""
    text = _NO_AMOUNT.sub(" ", unicodedata.normalize("NFKC", text).translate(_DIGITS).translate(_SIGNS))
    for found in _NUMBER.finditer(text):
        if len(found[0]) <= 18:
            value = _value(found[0]).scaleb(_power(text[found.end() : found.end() + 24], language))
            yield f"{value.normalize():f}"


def _value(written: str) -> Decimal:
    grouped = _GROUPED.fullmatch(written)
    return Decimal((written.replace(grouped[1], "") if grouped else written).replace(",", "."))


def _power(behind: str, language: str) -> int:
    """Of ten, as the word behind a number says."""
    found = _NEXT.match(behind)
    if found is None:
        return 0
    word = regex.sub(r"\p{M}", "", unicodedata.normalize("NFD", found[2])).lower()
    if language in _LONG_SCALE and word.startswith(("billion", "billon")):
        return 12
    power = next((power for start, power in _POWERS if word.startswith(start)), 0)
    if found[1] or (word in {"mil", "bin"} and language in {"es", "pt", "tr"}):
        return power + 3
    return power


def weight(number: str) -> float:
    """How much it says that two texts have it: a year next to nothing, four digits that are not round a lot."""
    whole, _, part = number.partition(".")
    significant = len((whole + part).strip("0"))
    if part:
        return 2.0 if significant < 3 else 3.0
    if len(whole) == 4 and "1900" <= whole <= "2100":
        return 0.3
    if int(whole) <= 12:
        return 0.4
    return min(4.0, 0.7 + 0.8 * significant + 0.2 * min(len(whole), 6))
