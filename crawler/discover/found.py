"""What one document gives: addresses with what was said of them, further documents, and what was wrong."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import quote, urljoin

from archive import text as same
from archive import urls
from archive.discovery import Found
from archive.errors import BadInput
from archive.masking import bare, masked

__all__ = ["MOST_ENTRIES", "Discovery", "Found", "Gathered", "as_title", "normal", "short"]

MOST_ENTRIES = 50_000
"""Entries of one document that are read: what the sitemap protocol allows."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one document gave: articles, further documents to fetch, what was wrong in words, and how many entries gave
    no address that could be fetched. Addresses are normal, http(s), each once, in page order; `more` never holds the
    document's own. A `problem` does not mean that nothing was found. `too_big`: unpacked, it was more than is read."""

    found: tuple[Found, ...] = ()
    more: tuple[str, ...] = ()
    problem: str = ""
    refused: int = 0
    too_big: bool = False


# In these `urls.normal` changes nothing; it costs twenty times as much, and most addresses are like this.
_NORMAL = re.compile(
    r"https?://(?!xn--)[a-z0-9][a-z0-9-]{0,62}(?:\.(?!xn--)[a-z0-9][a-z0-9-]{0,62})+"
    r"(?![^?]*/(?:\.|%2E){1,2}(?:[/?]|\Z))/(?:[A-Za-z0-9/_.~-]|%[0-9A-F]{2})*(?:\?(?:[A-Za-z0-9/_.~=&-]|%[0-9A-F]{2})+)?"
)
_LONGEST_NORMAL = 2_000
# Many systems escape an address once more than their format asks for; no server wants a parameter `amp;page`.
_AMPERSAND = re.compile(r"&(?:amp|#0{0,3}38|#[xX]0{0,2}26);")
_AROUND = " \t\r\n\u00a0\u200b\u200e\u200f\u2060\ufeff"
_WRAPPING = "\"'<(“«"
_WITHIN = re.compile(r"https?://[^\s\"'<>“”»]+")
"""The address in what was written around it: quotes, brackets, a link in HTML."""
_AGAIN = re.compile(r"\Ahttps?:?/{1,3}(?=https?:?//)", re.IGNORECASE)
_NO_COLON = re.compile(r"\A(https?)//", re.IGNORECASE)
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@lru_cache(maxsize=4096)
def _is_tracking(name: str) -> bool:
    # What is tracking, `archive.urls` decides: a parameter that makes no difference to it.
    return urls.canonical(f"http://x/?{name}=") == "x"


def _without_tracking(url: str) -> str:
    address, mark, query = url.partition("?")
    if not mark:
        return url
    kept = "&".join(pair for pair in query.split("&") if not pair or not _is_tracking(pair.partition("=")[0]))
    return f"{address}?{kept}" if kept else address


def normal(address: str) -> str:
    """The address as it is stored. Raises BadInput."""
    if len(address) < _LONGEST_NORMAL:
        escaped = address if address.isascii() else _FOREIGN.sub(lambda found: quote(found[0]), address)
        if _NORMAL.fullmatch(escaped):
            return _without_tracking(escaped)
    if address.startswith("urn:"):
        raise BadInput(f"not an http(s) address: {bare(address)}")
    return _without_tracking(urls.normal(address))


@dataclass
class Gathered:
    """What a document has given so far."""

    url: str
    found: dict[str, Found] = field(default_factory=dict)
    more: dict[str, None] = field(default_factory=dict)
    entries: int = 0
    language: str = ""
    words: list[str] = field(default_factory=list)
    refused: int = 0
    refusal: str = ""
    too_big: bool = False

    @cached_property
    def _canonical(self) -> str:
        try:
            return urls.canonical(self.url)
        except ValueError:
            return ""

    @property
    def full(self) -> bool:
        return self.entries > MOST_ENTRIES

    def _refuse(self, why: str) -> str:
        self.refused += 1
        self.refusal = self.refusal or why
        return ""

    def _address(self, written: str, base: str = "") -> str:
        written = _AMPERSAND.sub("&", same.clean(written).strip(_AROUND))
        if not written:
            return self._refuse("an entry without an address")
        try:
            return normal(self._whole(written, base))
        except (BadInput, ValueError) as problem:
            return self._refuse(str(problem))

    def _whole(self, written: str, base: str) -> str:
        # A scheme that was put before another, or lost its colon, and a line break in HTML behind it.
        written = _NO_COLON.sub(r"\1://", _AGAIN.sub("", written)) if "//" in written else written
        if written.startswith(("https://", "http://")):
            return written.partition("<")[0]
        if written[0] in _WRAPPING and (within := _WITHIN.search(written)):
            return within[0]
        first = urls.host(f"//{written}")
        if "." in first and urls.registrable(first) == urls.registrable(urls.host(self.url)):
            return f"{self.url.partition(':')[0]}://{written}"  # a host of this site, without a scheme before it
        return urljoin(base or self.url, written)

    def add(self, written: str, base: str = "", **facts: str) -> None:
        """One article; of several entries with one address the first counts, with the first title."""
        url = self._address(written, base)
        if not url:
            return
        known = self.found.get(url)
        if known is None or (not known.title and facts.get("title")):
            self.found[url] = Found(url, self.url, **facts)

    def follow(self, written: str) -> None:
        """One more document to fetch; never this one, in no spelling."""
        url = self._address(written)
        if url and url != self.url and urls.canonical(url) != self._canonical:
            self.more[url] = None

    def discovery(self) -> Discovery:
        words = list(self.words)
        if self.full:
            words.append(f"more than {MOST_ENTRIES:,} entries: the rest was not read")
        if self.refused:
            words.append(f"{self.refused} without an address to fetch, the first: {self.refusal}")
        said = masked("; ".join(words))
        return Discovery(tuple(self.found.values()), tuple(self.more), said, self.refused, self.too_big)


_LONGEST_TITLE = 2_000
_INLINE = re.compile(r"</?(?:a|b|br|em|font|i|p|s|small|span|strong|sub|sup|u)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)


def short(text: str, longest: int = 200) -> str:
    return same.clip(same.fold_space(same.clean(text[: 10 * longest])), longest)


def as_title(text: str) -> str:
    """A title as one line. Feeds escape the entities and tags of their titles once more than XML asks for."""
    text = text[:_LONGEST_TITLE]
    if "&" in text:
        text = html.unescape(text)
    return short(_INLINE.sub("", text) if "<" in text else text, _LONGEST_TITLE)
