"""Is the address that a page calls its own to be believed? Systems leave out the article's id there, or write the
address of a section, or that of another article. And by which other addresses is the article known? Pure.

Believed is what names the same article as the address that answered: the same last part of the path, the same number,
or the same words; or words of the headline, unless the address that answered has more of them. Whoever drops only a
parameter is believed where that tells of no article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, urlsplit

from archive import naming, urls

__all__ = ["aliases", "believed"]

_NUMBER = re.compile(r"\d+")
_SCRIPT = re.compile(r"[A-Za-z_]+\.(?:php\d?|aspx?|jspx?|jsf|do|cgi|pl|cfm|action|dll|exe)", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?i)lang(?:uage)?|hl|locale|lng")


def _only_drops(stated: str, landed: str) -> bool:
    """Whether what was left out of an address, or is another there, tells of no article."""
    kept = dict(parse_qsl(urlsplit(stated).query))
    asked = parse_qsl(urlsplit(landed).query)
    if any(kept.get(name) != value for name, value in asked if _LANGUAGE.fullmatch(name)):
        return False
    telling = [kept.get(name) == value for name, value in asked if value and naming.NAMES_ARTICLE.fullmatch(name)]
    script = _SCRIPT.fullmatch(urlsplit(stated).path.rpartition("/")[2])
    return any(telling) or (not telling and not script) or len("".join(_NUMBER.findall(naming.part(stated)))) > 1


def _fits_better(landed: str, stated: str, headline: str) -> bool:
    """Whether the address that answered has more words of the headline than the stated one: that is another's."""
    said = naming.words(headline)
    own, found = (len(naming.words(naming.part(url)) & said) for url in (stated, landed))
    return found > max(own, 1)


def _by_words(stated: str, landed: str, headline: str) -> bool:
    own = naming.words(naming.part(stated))
    return naming.alike(own, naming.words(naming.part(landed))) or naming.alike(own, naming.words(headline))


def believed(stated: str, landed: str, headline: str, alternates: Collection[str] = ()) -> bool:
    """Whether the address a page states as its own (normal spelling) names the article that it was found at.

    `alternates` are what the page names as the same text in other languages: of two of these, none names the other."""
    if urls.canonical(stated) == urls.canonical(landed):
        return True
    listed = {urls.canonical(one) for one in alternates}
    if {urls.canonical(stated), urls.canonical(landed)} <= listed or naming.differ(stated, landed):
        return False
    one, other = urlsplit(stated), urlsplit(landed)
    if one.path.rstrip("/") == other.path.rstrip("/") and one.fragment == other.fragment:
        return _only_drops(stated, landed)
    # What stands below a section of the site is what tells its articles apart.
    section = other.path.startswith(one.path.rstrip("/") + "/") and naming.part(stated) != naming.part(landed)
    return not section and _names(stated, landed, headline)


def _names(stated: str, landed: str, headline: str) -> bool:
    if naming.kin(stated, landed):
        return True
    told_apart = naming.numbers(stated) and naming.numbers(landed)
    by_words = not told_apart and _by_words(stated, landed, headline)
    return by_words and not _fits_better(landed, stated, headline)


def aliases(named: str, others: Iterable[str], headline: str) -> tuple[str, ...]:
    """Of the addresses that led to a page, those that name the same article for good as the one it is named by, as the
    page itself shows: an address that shows something else tomorrow (`/latest`) is none."""
    said = naming.words(headline)
    found = []
    for one in dict.fromkeys(others):
        if urls.canonical(one) == urls.canonical(named):
            continue
        # The outlet leads from a bare number to an address with the words of the headline.
        led = naming.is_id_alone(one) and not (naming.numbers(named) or naming.differ(one, named))
        if naming.kin(one, named) or (led and naming.alike(naming.words(naming.part(named)), said)):
            found.append(one)
    return tuple(found)
