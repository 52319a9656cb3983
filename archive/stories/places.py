"""Countries and cities by the names that Unicode's CLDR (Babel) has for them in each language. Pure.

Names of languages tell countries too (`Turkish`, `turc`, `турецкий`): of what language adds to a word at its end no
table is kept, up to four letters there are anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

import regex
from babel import Locale, UnknownLocaleError
from babel.core import get_global

__all__ = ["places", "weight"]

_WORD = regex.compile(r"[\p{L}\p{M}.]{2,40}")
_DENSE = frozenset({"zh", "ja", "th", "my", "km", "lo"})
_CLITICS = regex.compile(r"(?:[وف]?(?:بال|كال|لل|ال)|[وبلكف])(?=\p{L}{3})")
_VOWELS = frozenset("aeiouyаеиоуыэюяйьةهیي")
_NATIONS = (
    "ru en es fr de tr fa zh ja ko it pt pl uk be kk uz hy ka az he hi sr hu cs sv fi nl el bg ro th vi id ms mn ky"
)
_SHORT = {
    "en": {"US": "US", "U.S.": "US", "USA": "US", "UK": "GB", "EU": "EU", "UN": "UN", "Britain": "GB", "British": "GB",
           "American": "US", "DPRK": "KP"},
    "fr": {"UE": "EU", "ONU": "UN", "américain": "US", "britannique": "GB"},
    "es": {"EE.UU.": "US", "EEUU": "US", "UE": "EU", "ONU": "UN", "estadounidense": "US", "británico": "GB"},
    "ru": {"российск": "RU", "США": "US", "ЕС": "EU", "ООН": "UN", "американск": "US", "британск": "GB", "КНДР": "KP",
           "ОАЭ": "AE"},
    "de": {"USA": "US", "EU": "EU", "UN": "UN", "amerikanisch": "US", "britisch": "GB"},
    "pt": {"EUA": "US", "UE": "EU", "ONU": "UN", "britânico": "GB"},
    "tr": {"ABD": "US", "AB": "EU", "BM": "UN"},
    "zh": {"美": "US", "俄": "RU", "乌": "UA", "韩": "KR", "朝": "KP", "伊": "IR"},
    "ar": {"أمريك": "US", "أميرك": "US", "بريطاني": "GB"},
}  # fmt: skip
"""What the CLDR does not have: short forms, and adjectives that are no language's."""


@lru_cache(maxsize=30_000)
def _folded(word: str) -> str:
    marked = unicodedata.normalize("NFD", word.casefold())
    return regex.sub(r"\p{M}", "", marked)


def _stem(word: str) -> str:
    """A name without up to two vowels at its end, but not so short that it begins many words."""
    for ending in (2, 1):
        bare = word[:-ending]
        if len(bare) >= min(4, len(word) - 1) and _VOWELS.issuperset(word[-ending:]):
            return bare
    return word


def _named(language: str) -> Iterator[tuple[str, str]]:
    """Names in a language, and of what."""
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return
    for zone, known in sorted(locale.time_zones.items()):
        if "/" in zone and not zone.startswith("Antarctica"):
            yield known.get("city") or zone.rpartition("/")[2].replace("_", " "), zone.rpartition("/")[2]
    for code, name in sorted(locale.territories.items()):
        if len(code) == 2:
            yield name, code
    likely = get_global("likely_subtags")
    for one in _NATIONS.split():
        name = locale.languages.get(one, "")
        yield (name[:-1] if language == "zh" and name.endswith(("语", "文")) else name), likely[one][-2:]


@lru_cache(maxsize=16)
def _known(language: str) -> tuple[Mapping[str, list[tuple[tuple[str, ...], str]]], Mapping[str, str]]:
    """By the stem of its first word what a name goes on with and means; and what is written in one way alone."""
    stems: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    exact = dict(_SHORT.get(language, {}))
    for name, code in _named(language):
        if language in _DENSE:
            if len(name) > 1:
                exact.setdefault(name, code)
            continue
        words = [_stem(_bare(word)) for word in _WORD.findall(_folded(name))]
        if words and len(name) >= 4 and len("".join(words)) >= 3:
            stems.setdefault(words[0], []).append((tuple(words[1:]), code))
        if len(words) == 1:
            stems.setdefault(_folded(name), []).append(((), code))
    for name, code in _SHORT.get(language, {}).items():
        if not name.isupper() and language not in _DENSE and "." not in name:
            stems.setdefault(_stem(_folded(name)), []).append(((), code))
    return stems, exact


def _bare(word: str) -> str:
    return _CLITICS.sub("", word, count=1) if _CLITICS.match(word) else word


def places(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The places a text names: CLDR's code of a country, or a city by the end of its zone's; and as it is written."""
    language = language or "en"
    stems, exact = _known(language)
    if language in _DENSE:
        yield from ((exact[name], name) for name in _within(text, exact))
        return
    words = _WORD.findall(text)
    folded = [_folded(word).strip(".") for word in words]
    for n, word in enumerate(words):
        if word in exact or word.rstrip(".") in exact:
            yield exact.get(word) or exact[word.rstrip(".")], word
        for form in dict.fromkeys((folded[n], _bare(folded[n]))):
            for end in range(len(form), max(2, len(form) - 5), -1):
                for rest, code in stems.get(form[:end], ()) if _inflected(form, end, word) else ():
                    if all(_begins(folded, n + 1 + m, part) for m, part in enumerate(rest)):
                        yield code, " ".join(words[n : n + 1 + len(rest)])


def _inflected(form: str, end: int, word: str) -> bool:
    """Whether what follows a beginning can be an ending: the shorter that is, the less; a short one needs a capital."""
    return len(form) - end <= min(4, end - 2) and (end > 3 or not word[0].islower())


def _begins(words: list[str], n: int, stem: str) -> bool:
    return n < len(words) and _bare(words[n]).startswith(stem) and len(_bare(words[n])) <= len(stem) + 4


def _within(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """The names in a text without spaces, the longest wherever one begins."""
    longest = max(map(len, names), default=0)
    start = 0
    while start < len(text):
        end = next((n for n in range(min(longest, len(text) - start), 0, -1) if text[start : start + n] in names), 0)
        if end:
            yield text[start : start + end]
        start += end or 1


_EVERYWHERE = frozenset({"US", "RU", "CN", "EU", "UA", "Moscow", "GB", "FR", "UN"})
"""Of which state media write every day."""


def weight(place: str) -> float:
    """How much it says that two texts name it."""
    return 0.5 if place in _EVERYWHERE else 1.2 if len(place) == 2 else 1.8
