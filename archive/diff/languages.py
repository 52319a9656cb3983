"""The small words of each language by which edits are told apart: what denies, hedges, speaks, counts. Pure.

One table per language in `diff/words/`; names of months, days, countries and cities are Unicode's (Babel). For a
language without a table fewer kinds are recognised, and what is not is called substantive.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from importlib import resources
from typing import Any, TypeVar, cast

import regex
from babel import Locale, UnknownLocaleError

__all__ = ["Language", "language", "latin", "remembered"]

_Find = TypeVar("_Find", bound=Callable[..., Any])

_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(" ")
_TO_LATIN = str.maketrans(
    dict(zip(_CYRILLIC, _LATIN, strict=True))
    | dict(zip(_CYRILLIC.upper(), (letters.capitalize() for letters in _LATIN), strict=True))
)
_POINTS = ("en", "zh", "ar", "fa")
"""Languages that write the decimal sign as a point; others write it as a comma and group by points."""


def latin(words: str) -> str:
    """Serbian in Latin letters; other letters stay."""
    return words.translate(_TO_LATIN)


def remembered(find: _Find) -> _Find:
    """What was found of a word is kept: texts repeat theirs. Not of what is too long to be one, lest memory grow."""
    kept = lru_cache(maxsize=30_000)(find)

    @wraps(find)
    def found(word: str, *args: Any) -> Any:
        return kept(word, *args) if len(word) <= 40 else find(word, *args)

    return cast("_Find", found)


# Told apart by which it is, not by all its words: there is one of each language.
@dataclass(frozen=True, eq=False)
class Language:
    """What is known of a language, every word in lower case.

    `denies`, `hedges`, `says`, `counts` and `small` are words; `prefixes` deny the word they stand before; `negative`
    and `possible` are whole verbs that deny or hedge within (patterns); `clitics` is what may be written onto the front
    of a word; `titles` stand beside names, `given` are given names, `places` names of places, `surnames` characters;
    `alike` are characters that are mistaken for each other; `live` are the marks of pages that grow.
    """

    code: str = ""
    abbreviations: frozenset[str] = frozenset()
    denies: frozenset[str] = frozenset()
    hedges: frozenset[str] = frozenset()
    says: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    surnames: str = ""
    negative: str = ""
    possible: str = ""
    clitics: str = ""

    @cached_property
    def common(self) -> frozenset[str]:
        """Words that are no names, however they are written."""
        return self.titles | self.says | self.small | self.counts | self.denies | self.hedges

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that are names by themselves."""
        return self.places | self.given

    @cached_property
    def beside(self) -> frozenset[str]:
        """Words after which a name stands."""
        return self.titles | self.given

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Words of more than one character, for languages that write no spaces."""
        words = self.denies | self.hedges | self.says | self.titles | self.places | self.counts
        return frozenset(word for word in words if len(word) > 1)

    @cached_property
    def clitic(self) -> regex.Pattern[str]:
        """What may be written onto the front of a word."""
        return regex.compile(rf"^(?:{self.clitics})(?=\p{{L}}{{2}})")

    @cached_property
    def _patterns(self) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
        return regex.compile(self.negative), regex.compile(self.possible)

    @cached_property
    def _one_form(self) -> bool:
        return not self.clitics and self.code != "sr"

    @property
    def point(self) -> str:
        """What stands before decimals."""
        return "." if self.code in {"", *_POINTS} else ","

    def forms(self, word: str) -> tuple[str, ...]:
        """A word in the forms it may stand in the tables: as it is, and without what is written onto its front."""
        return _forms(word, self)

    def among(self, word: str, words: frozenset[str]) -> bool:
        """Whether a word is one of these, in any form."""
        return word.lower() in words if self._one_form else not words.isdisjoint(_forms(word, self))

    def denying(self, word: str) -> bool:
        """Whether a word denies, by itself or by its form."""
        return self.among(word, self.denies) or bool(self.negative and self._patterns[0].fullmatch(word.lower()))

    def hedging(self, word: str) -> bool:
        """Whether a word says that something may, must or is said to be."""
        return self.among(word, self.hedges) or bool(self.possible and self._patterns[1].fullmatch(word.lower()))


@remembered
def _forms(word: str, known: Language) -> tuple[str, ...]:
    low = word.lower()
    if known.code == "sr":
        return (latin(low),)
    if not known.clitics:
        return (low,)
    bare = known.clitic.sub("", low)
    # The first clitic alone: one more letter of it may belong to the word.
    return tuple(dict.fromkeys((low, low[1:] if len(low) > 2 and low[0] in "وف" else low, bare)))


def _locale(code: str) -> list[Locale]:
    """What Unicode knows of the language; Serbian in Latin letters, as everywhere here."""
    try:
        return [Locale.parse("sr_Latn" if code == "sr" else code)]
    except (UnknownLocaleError, ValueError):
        return []


def _single(names: Iterable[str], least: int) -> frozenset[str]:
    return frozenset(name.lower() for name in names if len(name) >= least and not regex.search(r"[\s.()-]", name))


def _calendar(locale: Locale) -> frozenset[str]:
    """Names of months and days, as they stand alone and in dates; not abbreviations, which are words of other kinds."""
    return frozenset(
        name.lower()
        for names in (locale.months, locale.days)
        for width in ("format", "stand-alone")
        for name in names[width]["wide"].values()
        if not name.isdigit()
    )


def _cities(locale: Locale) -> Iterable[str]:
    return (zone["city"] for zone in locale.time_zones.values() if "city" in zone)


@lru_cache(maxsize=64)
def language(code: str) -> Language:
    """What is known of a language, by its BCP 47 code (`sr-Latn` is `sr`); an empty table where nothing is."""
    name = regex.sub(r"[^a-z]", "", code.lower().replace("_", "-").partition("-")[0])
    file = resources.files("archive.diff") / "words" / f"{name}.toml"
    if not name or not file.is_file():
        return Language(name)
    table = tomllib.loads(file.read_text("utf-8"))
    known = _locale(name)
    least = 2 if name == "zh" else 3
    of = {key: frozenset(table.get(key, "").split()) for key in _WORDS}
    return Language(
        code=name,
        abbreviations=of["abbreviations"],
        denies=of["not"],
        hedges=of["may"],
        says=of["says"],
        counts=of["numbers"].union(*map(_calendar, known)),
        small=of["small"],
        titles=of["titles"],
        given=of["given"],
        places=of["places"].union(*(_single((*one.territories.values(), *_cities(one)), least) for one in known)),
        prefixes=tuple(table.get("prefixes", "").split()),
        alike=tuple(table.get("alike", ())),
        live=tuple(table.get("live", ())),
        **{key: table.get(key, "") for key in ("surnames", "negative", "possible", "clitics")},
    )


_WORDS = ("abbreviations", "not", "may", "says", "numbers", "small", "titles", "given", "places")
