"""What an address says of the article it names, and whether two addresses of a site can name one.

An address names an article by a number, by words, or both; a day or a language in it that differs tells another one.
That two may name one article does not make them one: what the pages state, or say, has to agree with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlsplit

from archive import urls, vantages
from archive.records import RENDERED, Source

__all__ = [
    "NAMES_ARTICLE",
    "alike",
    "answered_by",
    "differ",
    "host_of",
    "is_id_alone",
    "kin",
    "names_article",
    "numbers",
    "part",
    "seen_at",
    "shape",
    "twins",
    "words",
]

_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:(?:[-_/.](?:0?[1-9]|1[0-2])(?!\d)(?:[-_/.](?:0?[1-9]|[12]\d|3[01])(?!\d))?)|"
    r"(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01]))?(?!\d)|(?!\d))"
)
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0?[1-9]|1[0-2])(?:[-_/.]?(0?[1-9]|[12]\d|3[01]))?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ENDING = re.compile(r"\.\w{2,5}\Z")
_TWIN = frozenset("amp m mobile print printable text lite full index home".split())
"""Parts of a path that name another shape of the same article."""
_SHAPE = re.compile(r"(?i)(?:^|[/.?&=_-])(amp|m|mobile|print|printable|lite)(?=$|[/.?&=_-])")
"""What in an address says that it shows another shape of an article: `m.a.example`, `/41/amp`, `?view=print`."""
_CODE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_TELLS_LANGUAGE = re.compile(r"(?i)lang(?:uage)?|hl|locale|lng")
NAMES_ARTICLE = re.compile(
    r"(?i)(?!cat|sect|rub|tag|type|user|lang|page)\w*id|art|article|story|item|doc|document|news|post|node|entry|nr|no|num|key|slug|title|p"
)
"""Parameters that name an article wherever they stand."""
_LONG = 3
"""Digits from which on a number is no count of the things a headline speaks of."""


def part(url: str) -> str:
    """The last part of the path (or of the route behind `#`) that is not a word for another shape of the page."""
    address = urlsplit(url)
    parts = [_ENDING.sub("", unquote(one)) for one in f"{address.path}/{address.fragment}".split("/")]
    return next((one for one in reversed(parts) if one.strip("!") and one.lower() not in _TWIN), "").lower()


def shape(url: str) -> str:
    """The shape of its article that an address names (`amp`, `mobile`); empty where it names none."""
    address = urlsplit(url)
    folders = [one for one in address.path.split("/") if one.lower() in _TWIN or one.endswith(".amp")]
    said = f"{urls.host(url).partition('.')[0]}.{'/'.join(folders)}?{address.query}"
    found = _SHAPE.search(said)
    return found[1].lower() if found else ""


def answered_by(url: str) -> str:
    """The domain of an address, and behind `/` which other shape of its article that shows."""
    return f"{urls.domain(url)}/{other}" if (other := shape(url)) else urls.domain(url)


def seen_at(url: str, vantage: str, source: Source) -> str:
    """The same, and behind `@` the way it was seen: from another vantage, by a browser."""
    return vantages.at(answered_by(url), vantage, rendered=source in RENDERED)


def host_of(seen: str) -> str:
    """The domain alone."""
    return seen.partition("@")[0].partition("/")[0]


def numbers(url: str) -> set[str]:
    """The numbers in the last part of the path and in the query that are no dates; of a query that names an article,
    only those that do."""
    pairs = [(name, value) for name, value in parse_qsl(urlsplit(url).query) if _NUMBER.search(value)]
    values = [value for name, value in pairs if NAMES_ARTICLE.fullmatch(name)] or [value for _, value in pairs]
    return {number for text in (part(url), *values) for number in _NUMBER.findall(_DATE.sub(" ", text))}


def _ids(url: str) -> set[str]:
    """Those numbers; of an address that has none there, the last folder that is a number as long as an id."""
    folders = [
        one for one in urlsplit(url).path.split("/") if len(one) > _LONG and one.isdigit() and _DATE.sub("", one)
    ]
    return numbers(url) or set(folders[-1:])


def words(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(_WORD.findall(text.lower()))


def names_article(url: str) -> bool:
    """Whether the last part of the path can tell an article from others: a number, or several words."""
    last = part(url)
    return bool(_NUMBER.search(_DATE.sub(" ", last))) or len(words(last)) > 1


def is_id_alone(url: str) -> bool:
    """Whether an address names its article by a number and nothing else (`/?p=41`, `/node/8871`)."""
    query = [(name, value) for name, value in parse_qsl(urlsplit(url).query) if NAMES_ARTICLE.fullmatch(name)]
    return part(url).isdigit() or (not names_article(url) and any(value.isdigit() for _, value in query))


def _edges(url: str) -> tuple[str, ...]:
    """The numbers of two digits or more that begin or end the last part of the path: where ids stand."""
    found = re.fullmatch(r"(?:(\d{2,})\b.*?|.*?[^\d](\d{2,}))", part(url), re.DOTALL)
    return tuple(filter(None, found.groups())) if found else ()


def alike(one: set[str], other: set[str]) -> bool:
    """Whether most of the fewer words are among the others, two of them at least."""
    return len(one & other) >= max(2, 0.6 * min(len(one), len(other)))


def _days(url: str) -> set[tuple[str, ...]]:
    address = urlsplit(url)
    found = _DAY.findall(f"{address.path}?{address.query}".replace("/", "-"))
    return {(year, *(f"{int(one):02}" for one in (month, day) if one)) for year, month, day in found}


def _years(url: str) -> set[str]:
    return set(_YEAR.findall(part(url)))


def _languages(url: str) -> set[str]:
    """What in an address may be the code of a language or of an edition."""
    address = urlsplit(url)
    folders = [one for one in address.path.split("/")[:-1] if _CODE.fullmatch(one)]
    stated = [value for name, value in parse_qsl(address.query) if _TELLS_LANGUAGE.fullmatch(name)]
    first = urls.host(url).partition(".")[0]
    return {one.lower() for one in (*folders, *stated, *([first] if _CODE.fullmatch(first) else ()))}


def _at_odds(one: Iterable[tuple[str, ...]], other: Iterable[tuple[str, ...]]) -> bool:
    """Whether no day of one is, as exactly as both are told, a day of the other."""
    pairs = [(left[: len(right)], right[: len(left)]) for left in one for right in other]
    return bool(pairs) and all(left != right for left, right in pairs)


def differ(one: str, other: str) -> bool:
    """Whether two addresses tell two articles by the day, the year or the language that stands in them."""
    left, right = _languages(one), _languages(other)
    if left and right and not left & right:
        return True
    if _at_odds(_days(one), _days(other)):
        return True
    years = _years(one), _years(other)
    return bool(years[0] and years[1]) and not years[0] & years[1]


def kin(one: str, other: str) -> bool:
    """Whether two addresses name the same article by themselves: by the same number, or the same words, and by nothing
    that differs."""
    if urls.canonical(one) == urls.canonical(other):
        return True
    if differ(one, other):
        return False
    same, left, right = numbers(one) & numbers(other), words(part(one)), words(part(other))
    if same:
        told = any(len(number) >= _LONG for number in same) or bool(set(_edges(one)) & set(_edges(other)))
        return told or min(len(left), len(right)) < 2 or alike(left, right)
    if _ids(one) & _ids(other):
        return min(len(left), len(right)) < 2 or alike(left, right)
    if numbers(one) and numbers(other):
        return False
    return names_article(one) and (part(one) == part(other) or (len(left) > 1 and left == right))


def twins(one: str, other: str) -> bool:
    """Whether two addresses may name the same article where the texts that stand there agree."""
    if kin(one, other):
        return True
    told_apart = differ(one, other) or (numbers(one) and numbers(other))
    return not told_apart and alike(words(part(one)), words(part(other)))
