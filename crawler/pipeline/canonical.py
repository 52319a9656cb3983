"""Is the address that a page calls its own to be believed? Systems leave out the article's id there, or write the
address of a section, or that of another article. Pure.

Believed is what names the same article as the address that answered: the same last part of the path, the same number,
or the same words; or words of the headline. Whoever drops only a parameter is believed where that tells of no article.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from archive import urls

__all__ = ["believed"]

_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+")
_DATE = re.compile(
    r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?)?|(?:19|20)\d\d[-_/.]\d{1,2}(?:[-_/.]\d{1,2})?"
)
_SCRIPT = re.compile(r"[A-Za-z_]+\.(?:php\d?|aspx?|jspx?|jsf|do|cgi|pl|cfm|action|dll|exe)", re.IGNORECASE)
_ENDING = re.compile(r"\.\w{2,5}\Z")
_TWIN = frozenset("amp m mobile print printable text lite full index home".split())
"""Parts of a path that name another shape of the same article."""
_NAMES_ARTICLE = re.compile(
    r"(?i)\w*id|art|article|story|item|doc|document|news|post|node|entry|nr|no|num|key|slug|title"
)


def _part(url: str) -> str:
    """The last part of the path (or of the route behind `#`) that is not a word for another shape of the page."""
    address = urlsplit(url)
    parts = [_ENDING.sub("", unquote(part)) for part in f"{address.path}/{address.fragment}".split("/")]
    return next((part for part in reversed(parts) if part.strip("!") and part.lower() not in _TWIN), "").lower()


def _numbers(url: str) -> set[str]:
    """The numbers in the last part of the path and in the query that are no dates."""
    values = (value for _, value in parse_qsl(urlsplit(url).query))
    return {number for text in (_part(url), *values) for number in _NUMBER.findall(_DATE.sub(" ", text))}


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _alike(one: set[str], other: set[str]) -> bool:
    """Whether most of the fewer words are among the others, two of them at least."""
    return len(one & other) >= max(2, 0.6 * min(len(one), len(other)))


def _names_article(url: str) -> bool:
    """Whether the last part of the path can tell an article from others: a number, or several words."""
    part = _part(url)
    return bool(_NUMBER.search(_DATE.sub(" ", part))) or len(_words(part)) > 1


def _only_drops(stated: str, landed: str) -> bool:
    """Whether what was left out of an address, or is another there, tells of no article."""
    kept = dict(parse_qsl(urlsplit(stated).query))
    asked = parse_qsl(urlsplit(landed).query)
    telling = [kept.get(name) == value for name, value in asked if value and _NAMES_ARTICLE.fullmatch(name)]
    script = _SCRIPT.fullmatch(urlsplit(stated).path.rpartition("/")[2])
    return any(telling) or (not telling and not script) or len("".join(_numbers(urlsplit(stated).path))) > 1


def believed(stated: str, landed: str, headline: str) -> bool:
    """Whether the address a page states as its own (normal spelling) names the article that it was found at."""
    if urls.canonical(stated) == urls.canonical(landed):
        return True
    one, other = urlsplit(stated), urlsplit(landed)
    if one.path.rstrip("/") == other.path.rstrip("/") and one.fragment == other.fragment:
        return _only_drops(stated, landed)
    if other.path.startswith(one.path.rstrip("/") + "/") and _part(stated) != _part(landed):
        return False  # a section of the site: what is below it is what tells its articles apart
    numbers, found = _numbers(stated), _numbers(landed)
    if numbers & found or (_part(stated) == _part(landed) and _names_article(stated)):
        return True
    if numbers and found:
        return False
    words = _words(_part(stated))
    return _alike(words, _words(_part(landed))) or _alike(words, _words(headline))
