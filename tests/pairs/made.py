"""Looks made up from a saved page: with one visible character of an editorial field changed, or with a circumstance
changed. What must come of each is known from what was done to the page, not from reading it.

A character is changed wherever the page repeats the words around it (in its title, in what it says to machines), as an
outlet's system does, and in the expected values alike: the fields in which these then differ are those to be named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from archive import text
from archive.records import BlockType, Capture, Reading
from crawler.authoring import cases
from crawler.authoring.cases import Case
from crawler.outlets.registry import registry
from tests.pairs.lists import articles, packed, text_of
from tests.pairs.source import Source, Spot

__all__ = ["Made", "Saved", "edits", "own", "rotations"]

_TRIES = 60
"""Places that are looked at for one that the page has word for word."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved page: what it says by field (the names `changed` uses, without the date), the date as it is written
    (empty: not to be changed), what stands on it besides, and which of that are related titles."""

    name: str
    capture: Capture
    fields: Mapping[str, tuple[str, ...]]
    date: str = ""
    besides: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A second look, what was done to it, the fields that must be named (none: it is the same), and those that may be
    named besides: where a credit is read from the end of a caption, both have changed."""

    what: str
    capture: Capture
    changed: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()

    def names(self, named: tuple[str, ...]) -> bool:
        """Whether these are the fields to be named."""
        return set(self.changed) <= set(named) <= {*self.changed, *self.besides}


def _own(name: str, case: Case, reading: Reading) -> Saved:
    expected = {**cases.values(reading), **case.expected}
    fields = {
        "headline": (expected["headline"],),
        "description": (expected["description"],),
        "body": tuple(words for kind, words in expected["body"] if kind != BlockType.EMBED),
        "authors": tuple(expected["authors"]),
        "caption": tuple(caption for caption, _ in expected["images"]),
        "credit": tuple(credit for _, credit in expected["images"]),
    }
    date = reading.date_published.raw if reading.date_published else ""
    related = tuple(expected["read_also"])
    return Saved(name, case.capture, fields, date, (*(words for _, words in expected["removed"]), *related), related)


def own() -> Iterator[tuple[Saved, Reading]]:
    """Our own saved articles with what is expected of them, and as they are read."""
    for name, case in articles():
        reading = cases.read(case, registry())[1]
        assert reading is not None, name
        yield _own(name, case, reading), reading


# --- edits ------------------------------------------------------------------------------------------------------------

_QUOTES, _DASHES = "\u00ab\u00bb\u201c\u201d\u2018\u2019\"'", "-\u2013\u2014"
_SAFE_PUNCTUATION = ".,!?;"


def _visible(one: str) -> bool:
    return unicodedata.category(one)[0] in "LNPS"


def _another(one: str, letters: Sequence[str], chance: Random) -> str:
    """Another character to stand there: of the same kind, two, or none."""
    if one.isdecimal():
        zero = ord(one) - unicodedata.decimal(one)
        return chr(zero + chance.choice([n for n in range(10) if n != unicodedata.decimal(one)]))
    if one.isalpha():
        return chance.choice([chance.choice(letters), one * 2, ""]) if letters else one * 2
    for kind in (_QUOTES, _DASHES, _SAFE_PUNCTUATION):
        if one in kind:
            # A double quotation mark would end what a machine reads.
            return chance.choice([other for other in kind if other not in {one, '"'}] + [""])
    return ""


def _touched(saved: Saved, spot: Spot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields in which a character changed, as they hold the words around it; and those in which it may have, as
    they are a part of the text it stands in (a credit that ends the caption) or hold nearly these words."""

    def holds(words: str) -> bool:
        return spot.window in words

    def may_hold(words: str) -> bool:
        found = spot.whole.find(words)
        return spot.window.strip() in words or 0 <= found <= spot.at < found + len(words)

    def which(test: Callable[[str], bool]) -> tuple[str, ...]:
        told = {name: [one for one in map(text.canonical, words) if one] for name, words in saved.fields.items()}
        return tuple(name for name, words in told.items() if any(map(test, words)))

    return which(holds), which(may_hold)


def _spots(texts: Sequence[str], chance: Random, wanted: Callable[[str], bool]) -> Iterator[Spot]:
    """Places in texts, at random, each with as much around it as there is within reach."""
    told = [one for one in map(text.canonical, texts) if one]
    for _ in range(_TRIES if told else 0):
        words = chance.choice(told)
        at = chance.randrange(len(words))
        if wanted(words[at]):
            yield Spot(words, at)


def _is_certain(saved: Saved, spot: Spot) -> bool:
    """Whether only editorial text is touched where this spot is."""
    return len(spot.window) > 3 and not any(spot.window in text.canonical(one) for one in saved.besides)


def _edited(saved: Saved, source: Source, name: str, chance: Random) -> Made | None:
    letters = sorted({one for words in saved.fields[name] for one in words if one.isalpha()})
    for spot in _spots(saved.fields[name], chance, _visible):
        others = [one for one in letters if one != spot.one]
        into = _another(spot.one, others, chance)
        if into == spot.one or not _is_certain(saved, spot):
            continue
        made = source.changed(spot.before, spot.one, spot.after, into)
        after = spot.before + into + spot.after
        if made != source.text and text.canonical(after) != spot.window:
            return Made(f"{name}: {spot.window!r} -> {after!r}", _with(saved.capture, made), *_touched(saved, spot))
    return None


def _redated(saved: Saved, source: Source, chance: Random) -> Made | None:
    """The date published, moved by some minutes or, where no time is written, by some days."""
    times = list(re.finditer(r"(?<=\d:[0-5])\d|(?<=T\d\d[0-5])\d(?=\D)", saved.date))
    days = list(re.finditer(r"(?<=[-/.][01])[1-8](?!\d)|(?<=0)[1-8](?=[-/.T ])", saved.date))
    found = (times or days)[:1]
    if not found or not saved.date or saved.date not in source.text:
        return None
    at = found[0].start()
    one = saved.date[at]
    into = chance.choice([str(n) for n in range(10 if times else 9) if str(n) != one and (times or n)])
    if not one.isascii():
        into = chr(ord(one) - unicodedata.decimal(one) + int(into))
    moved = saved.date[:at] + into + saved.date[at + 1 :]
    made = source.text.replace(saved.date, moved)
    return Made(f"date_published: {saved.date!r} -> {moved!r}", _with(saved.capture, made), ("date_published",))


def _with(capture: Capture, source: str) -> Capture:
    _, charset = text_of(capture.body)
    return replace(capture, body=source.encode(charset, "xmlcharrefreplace"))


def edits(saved: Saved, seed: int, many: int) -> Iterator[Made]:
    """So many planted edits, each field in turn as far as the page has it."""
    chance, source = Random(f"{saved.name} {seed}"), Source(text_of(saved.capture.body)[0])
    names = [name for name, words in saved.fields.items() if any(words)]
    for n in range(many):
        made = _redated(saved, source, chance) if n % 10 == 9 else None
        made = made or _edited(saved, source, names[n % len(names)], chance)
        if made is not None:
            yield made


# --- circumstances ----------------------------------------------------------------------------------------------------


Turn = Callable[[Saved, Source, Random], Capture | None]
_INVISIBLE = "\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c"
_SPACES = "\u00a0\u202f\u2009\u3000"


def _spotted(saved: Saved, source: Source, spot: Spot, into: str, *, shown: bool = True) -> Capture | None:
    made = source.changed(spot.before, spot.one, spot.after, into, shown=shown)
    return None if made == source.text else _with(saved.capture, made)


def _anywhere(saved: Saved, chance: Random, wanted: Callable[[str], bool]) -> Iterator[Spot]:
    return _spots([one for words in saved.fields.values() for one in words], chance, wanted)


def _first(tried: Iterator[Capture | None]) -> Capture | None:
    return next((one for one in tried if one is not None), None)


def _space(saved: Saved, source: Source, chance: Random) -> Capture | None:
    spots = _anywhere(saved, chance, str.isspace)
    return _first(_spotted(saved, source, spot, chance.choice([*_SPACES, "  ", "\n\t", "&nbsp;"])) for spot in spots)


def _invisible(saved: Saved, source: Source, chance: Random) -> Capture | None:
    spots = _anywhere(saved, chance, str.isalnum)
    return _first(_spotted(saved, source, spot, chance.choice(_INVISIBLE) + spot.one) for spot in spots)


def _decomposed(saved: Saved, source: Source, chance: Random) -> Capture | None:
    def has_parts(one: str) -> bool:
        parts = unicodedata.normalize("NFD", one)
        return len(parts) > 1 and unicodedata.normalize("NFC", parts) == one

    spots = _anywhere(saved, chance, has_parts)
    return _first(_spotted(saved, source, spot, unicodedata.normalize("NFD", spot.one)) for spot in spots)


def _entity(saved: Saved, source: Source, chance: Random) -> Capture | None:
    spots = _anywhere(saved, chance, _visible)
    return _first(_spotted(saved, source, spot, f"&#x{ord(spot.one):x};") for spot in spots if spot.one != "&")


def _wrapped(saved: Saved, source: Source, chance: Random) -> Capture | None:
    spots = _anywhere(saved, chance, str.isalnum)
    return _first(
        _spotted(saved, source, spot, f'<span class="x-{chance.randrange(99)}">{spot.one}</span>') for spot in spots
    )


def _related(saved: Saved, source: Source, chance: Random) -> Capture | None:
    """A related title is about something else."""
    for spot in _spots(saved.related, chance, str.isalpha):
        if not any(spot.window in text.canonical(one) for words in saved.fields.values() for one in words):
            made = _spotted(saved, source, spot, spot.one * 2, shown=False)
            if made is not None:
                return made
    return None


def _swap(pattern: str, into: Callable[[re.Match[str], Random], str]) -> Turn:
    """Every place of a pattern, rewritten."""
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)

    def turn(saved: Saved, source: Source, chance: Random) -> Capture | None:
        made = compiled.sub(lambda match: into(match, chance), source.text)
        return None if made == source.text else _with(saved.capture, made)

    return turn


def _put(place: str, markup: str) -> Turn:
    """Markup with a number that is another at every look, put after the first place of a pattern."""
    compiled = re.compile(place, re.IGNORECASE)

    def turn(saved: Saved, source: Source, chance: Random) -> Capture | None:
        made = compiled.sub(lambda match: match[0] + markup.replace("N", str(chance.randrange(10**6))), source.text, 1)
        return None if made == source.text else _with(saved.capture, made)

    return turn


def _repacked(saved: Saved, source: Source, chance: Random) -> Capture | None:
    return packed(saved.capture, chance.choice(["gzip", "br", "zstd"]))


_DECLARED = re.compile(r"(charset\s*=\s*[\"']?)[-\w]+", re.IGNORECASE)


def _recoded(saved: Saved, source: Source, chance: Random) -> Capture | None:
    """In another charset that has all its letters, declared in the page and by the header."""
    charset = chance.choice(["utf-8", "gb18030", "windows-1251", "windows-1252", "windows-1256", "iso-8859-2"])
    try:
        body = _DECLARED.sub(rf"\g<1>{charset}", source.text).encode(charset)
    except UnicodeEncodeError:
        return None
    others = [one for one in saved.capture.headers if one[0].lower() != "content-type"]
    headers = (("Content-Type", f"text/html; charset={charset}"), *others)
    return replace(saved.capture, body=body, headers=headers)


def _tracked(saved: Saved, source: Source, chance: Random) -> Capture | None:
    if not saved.capture.url.startswith("http") or saved.capture.final_url:
        return None
    with_ = "&" if "?" in saved.capture.url else "?"
    words = f"{with_}utm_source=telegram&utm_campaign={chance.randrange(99)}&fbclid={chance.randrange(10**9)}"
    return replace(saved.capture, url=saved.capture.url.partition("#")[0] + words)


def _retitled(saved: Saved, source: Source, chance: Random) -> Capture | None:
    """A title variant, where the headline stands elsewhere too."""
    return _TITLE(saved, source, chance) if "<h1" in source.text else None


_TITLE = _swap(r"(<title[^>]*>)[^<]*(</title>)", lambda found, chance: f"{found[1]}Title {chance.random()}{found[2]}")


def _number(_match: re.Match[str], chance: Random) -> str:
    return f"{_match[1]}{chance.randrange(10**6)}{_match[2]}"


ROTATIONS: Mapping[str, Turn] = {
    "another space": _space,
    "an invisible character": _invisible,
    "a letter in two parts": _decomposed,
    "a letter as an entity": _entity,
    "a letter in a span": _wrapped,
    "a related title": _related,
    "title": _retitled,
    "og:description": _swap(r"(property=\"og:description\" content=\")[^\"]*(\")", _number),
    "date modified": _swap(
        r"(modified_time\" content=\"[^\"]*:[0-5]|dateModified\"\s*:\s*\"[^\"]*T\d\d:[0-5])\d",
        lambda found, chance: f"{found[1]}{chance.randrange(10)}",
    ),
    "keywords": _swap(r"(name=\"keywords\" content=\")[^\"]*(\")", _number),
    "link targets": _swap(
        r"(<a\b[^>]*\bhref=\"/[^\"?#]*)(\")", lambda found, chance: f"{found[1]}?from={chance.randrange(99)}{found[2]}"
    ),
    "picture addresses": _swap(
        r"(<img\b[^>]*\bsrc=\"[^\"?]+\.(?:jpe?g|png|webp))(\")",
        lambda found, chance: f"{found[1]}?w={chance.randrange(999)}{found[2]}",
    ),
    "alternative text": _swap(
        r"(<img\b[^>]*\balt=\")[^\"]+(\")", lambda found, chance: f"{found[1]}picture {chance.randrange(99)}{found[2]}"
    ),
    "embeds": _swap(
        r"(<iframe\b[^>]*\bsrc=\"[^\"?]+)(?=[\"?])", lambda found, chance: f"{found[1]}{chance.randrange(99)}"
    ),
    "attributes": _swap(
        r"<(p|div|h1|h2|li|figure)\b",
        lambda found, chance: f'<{found[1]} data-k{chance.randrange(9)}="{chance.randrange(999)}"',
    ),
    "a token": _put(r"<body[^>]*>", "<script>window.token='N';</script>"),
    "a style": _put(r"</title>", "<style>.c-N{color:red}</style>"),
    "a comment of the server": _put(r"</title>", "<!-- web-N -->"),
    "a comment inside": _put(r"<h1[^>]*>", "<!-- N -->"),
    "a counter": _put(r"<body[^>]*>", '<div class="views" aria-hidden="true">N</div>'),
    "ends of lines": _swap(r"(?<!\r)\n", lambda _found, _chance: "\r\n"),
    "packing": _repacked,
    "charset": _recoded,
    "tracking": _tracked,
}
"""What may change on a page without an edit, by what it is called."""


def rotations(saved: Saved, seed: int, many: int) -> Iterator[Made]:
    """So many looks at which only circumstances and furniture changed, each kind in turn where the page has it."""
    chance, source = Random(f"{saved.name} {seed}"), Source(text_of(saved.capture.body)[0])
    kinds = list(ROTATIONS.items())
    for n in range(many):
        what, turn = kinds[n % len(kinds)]
        if (capture := turn(saved, source, chance)) is not None:
            yield Made(what, capture)
