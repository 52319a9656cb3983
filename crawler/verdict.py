"""Is this the article, a wall, an error, a torn page? Judged from one capture alone, with the reason. Pure.

The checks run in the order of `_CHECKS`; the first with an answer wins. No article may ever be taken for a wall: on a
page answered with 200, marks of walls count only where next to nothing is to be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive import urls
from archive.records import BlockType, Capture, Judgement, Reading, Source, Verdict
from crawler import furniture
from crawler.blocks import paragraphs
from crawler.outlets.base import Outlet
from crawler.page import Page

__all__ = ["WALLS", "Wall", "check", "judge"]


# --- walls ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wall:
    """A page that stands in place of the one asked for, and what it is told by.

    `header` is (name, part of its value), lower case. `marks` are pieces of markup, lower case, that stand on no other
    page; `hints` may stand on articles too and count only where the status says that something is wrong.
    """

    verdict: Verdict
    name: str
    marks: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    header: tuple[str, str] = ("", "")


WALLS = (
    Wall(
        Verdict.CAPTCHA,
        "Cloudflare challenge",
        marks=("window._cf_chl_opt", "<title>just a moment...</title>", "cf-browser-verification"),
        hints=("/cdn-cgi/challenge-platform/", "cf-turnstile", "cf-error-details"),
        header=("cf-mitigated", "challenge"),
    ),
    Wall(
        Verdict.CAPTCHA,
        "DDoS-Guard check",
        marks=("<title>ddos-guard</title>", "/.well-known/ddos-guard/js-challenge"),
        hints=("/.well-known/ddos-guard/", "ddos-guard"),
    ),
    Wall(
        Verdict.CAPTCHA,
        "servicepipe check",
        marks=("servicepipe.ru/static", "id_captcha_frame_div"),
        hints=("servicepipe",),
    ),
    Wall(Verdict.CAPTCHA, "ArvanCloud check", marks=("__arcsjs", "arvan-challenge"), hints=("arvancloud",)),
    Wall(
        Verdict.CAPTCHA,
        "AWS WAF challenge",
        marks=("awswafcookiedomainlist", ".token.awswaf.com/"),
        header=("x-amzn-waf-action", ""),
    ),
    Wall(Verdict.CAPTCHA, "Akamai check", marks=("sec-if-cpt-container",), hints=("/_sec/cp_challenge/",)),
    Wall(Verdict.CAPTCHA, "captcha", hints=("g-recaptcha", "h-captcha", "smart-captcha", "captcha")),
    Wall(
        Verdict.GEO_BLOCKED,
        "regional block",
        marks=("not available in your region", "not available in your country", "<title>web page blocked"),
        hints=("in your country", "in your region", "geo-block", "geoblock"),
    ),
)
_LITTLE = 2_000
"""Characters to be read on a page up to which it can be a wall answered with 200; the stubs known show under 500."""

_BEGINNING = 60_000
_CONSENT_HOST = re.compile(r"(?:consent|guce|cmp|privacy-?gate)\.", re.IGNORECASE)


def _sent(wall: Wall, capture: Capture) -> bool:
    name, value = wall.header
    return bool(name) and any(key.lower() == name and value in found.lower() for key, found in capture.headers)


def _wall(capture: Capture, page: Page, *, failed: bool) -> Wall | None:
    markup = page.text[:_BEGINNING].lower()
    for wall in WALLS:
        marks = (*wall.marks, *wall.hints) if failed else wall.marks
        if _sent(wall, capture) or any(mark in markup for mark in marks):
            return wall
    return None


def _consent_share(texts: list[str], outlet: Outlet) -> float:
    """How much of a page's text is consent by the phrase rules of its outlet."""
    hits = ((text, furniture.match(text, outlet.languages, outlet.family)) for text in texts)
    consent = sum(len(text) for text, hit in hits if hit is not None and hit.kind == "consent")
    return consent / max(1, sum(map(len, texts)))


# --- checks, in order -----------------------------------------------------------------------------------------------

_Check = Callable[[Capture, Page, Outlet], Judgement | None]


def _given_text(_capture: Capture, page: Page, _outlet: Outlet) -> Judgement | None:
    if not page.is_text:
        return None
    if page.text.strip():
        return Judgement(Verdict.ARTICLE, "a text given as one")
    return Judgement(Verdict.EMPTY_SHELL, "no text")


def _status(capture: Capture, page: Page, _outlet: Outlet) -> Judgement | None:
    status = capture.status
    if status == 200:
        return None
    if status in {404, 410}:
        return Judgement(Verdict.GONE, f"status {status}")
    if status == 451:
        return Judgement(Verdict.GEO_BLOCKED, "status 451")
    if 300 <= status < 400:
        return Judgement(Verdict.REDIRECTED, f"status {status} without a page behind it")
    if status in {202, 401, 403, 405, 429, 503} and (wall := _wall(capture, page, failed=True)):
        return Judgement(wall.verdict, f"{wall.name}, status {status}")
    return Judgement(Verdict.ERROR_PAGE, f"status {status}")


def _whole(capture: Capture, _page: Page, _outlet: Outlet) -> Judgement | None:
    if capture.truncated:
        return Judgement(Verdict.CUT, "the carrier knew the body to be incomplete")
    length = capture.header("content-length").strip()
    if capture.header("transfer-encoding") or not length.isascii() or not length.isdigit():
        return None
    if len(capture.body) < int(length[:18]):
        return Judgement(Verdict.CUT, f"{len(capture.body):,} of {int(length[:18]):,} bytes announced")
    return None


def _problem(capture: Capture, page: Page, _outlet: Outlet) -> Judgement | None:
    if not capture.body.strip():
        return Judgement(Verdict.EMPTY_SHELL, "no bytes")
    return page.problem


_OPEN_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]{0,4000})?\Z")
_PAIRED = ("div", "article", "section", "script", "table", "ul")


def _left_open(markup: bytes) -> str:
    """An element whose end stands on every page that is whole, and that more often begins than ends here."""
    lowered = markup.lower()
    names = (name for name in _PAIRED if _begins(lowered, name) > lowered.count(b"</%s" % name.encode()))
    return next(names, "")


def _begins(markup: bytes, name: str) -> int:
    tag = b"<" + name.encode()
    return sum(markup.count(tag + end) for end in (b">", b" ", b"\n", b"\t", b"\r"))


def _why_cut(tail: str, markup: bytes, *, own: bool) -> str:
    if _OPEN_TAG.search(tail):
        return "ends inside a tag"
    if tail.rfind("<!--") > tail.rfind("-->"):
        return "ends inside a comment"
    if own:
        return "the end of the document is missing"
    if not tail.endswith(">"):
        return "ends in the middle of a text"
    left = _left_open(markup)
    return f"ends with an open {left}" if left else ""


def _ends(capture: Capture, page: Page, outlet: Outlet) -> Judgement | None:
    """A document that has begun and does not end.

    HTML allows to leave `</html>` out, and saved pages sometimes do; so its absence alone counts only for pages we
    fetched ourselves from an outlet that is described. Else something must show that the page stops in the middle.
    """
    tail = page.text[-8_000:].rstrip()
    if "</html" in tail.lower() or b"</html" in page.markup or b"</HTML" in page.markup:
        return None
    began = "<html" in page.text[:20_000].lower()
    own = began and capture.source in {Source.OWN_HTTP, Source.OWN_BROWSER} and not outlet.general
    why = _why_cut(tail, page.markup, own=own) if began else "ends inside a tag" * bool(_OPEN_TAG.search(tail))
    return Judgement(Verdict.CUT, why) if why else None


def _home(capture: Capture, _page: Page, _outlet: Outlet) -> Judgement | None:
    if capture.landed.startswith("urn:") or not urls.is_home(capture.landed):
        return None
    asked = urls.is_home(capture.url)
    return Judgement(Verdict.HOME, "a home page" if asked else "the home page in place of the article")


def _elsewhere(capture: Capture, _page: Page, outlet: Outlet) -> Judgement | None:
    """Landed on another article, on a page that is none, or outside of the outlet."""
    landed, host = capture.landed, urls.host(capture.landed)
    if landed == capture.url or landed.startswith("urn:"):
        return None
    if not outlet.has_host(host):
        verdict = Verdict.CONSENT if _CONSENT_HOST.match(host) else Verdict.REDIRECTED
        return Judgement(verdict, f"landed on {host}")
    asked, got = outlet.own_id(capture.url), outlet.own_id(landed)
    if asked and asked != got:
        where = f"article {got} in place of {asked}" if got else f"landed on {urlsplit(landed).path}"
        return Judgement(Verdict.REDIRECTED, where)
    return None


def _shows_layout(page: Page, outlet: Outlet) -> bool:
    return any(page.one(reader.marks) is not None for reader in outlet.readers)


def _stub(capture: Capture, page: Page, outlet: Outlet) -> Judgement | None:
    """A wall answered with 200: known by its marks, and there is next to nothing else to read."""
    if len(page.text) > _BEGINNING or _shows_layout(page, outlet):
        return None
    texts = paragraphs(page.tree.body) if page.tree.body else []
    wall = _wall(capture, page, failed=False)
    if wall is not None and sum(map(len, texts)) <= _LITTLE:
        return Judgement(wall.verdict, wall.name)
    if texts and _consent_share(texts, outlet) > 0.6:
        return Judgement(Verdict.CONSENT, "nothing but a consent text")
    return None


def _listing(capture: Capture, page: Page, outlet: Outlet) -> Judgement | None:
    if not outlet.article or capture.landed.startswith("urn:") or outlet.own_id(capture.landed):
        return None
    if _shows_layout(page, outlet):
        return None  # an address we do not know the form of, but the page is an article
    return Judgement(Verdict.LISTING, "neither the address nor the page is an article's")


_CHECKS: tuple[_Check, ...] = (_given_text, _status, _whole, _problem, _ends, _home, _elsewhere, _stub, _listing)


def judge(capture: Capture, page: Page, outlet: Outlet) -> Judgement:
    """What the captured page is. `article` where nothing speaks against it; reading may still find nothing to read."""
    answers = (answer(capture, page, outlet) for answer in _CHECKS)
    return next((found for found in answers if found is not None), Judgement(Verdict.ARTICLE))


# --- after reading --------------------------------------------------------------------------------------------------

# UTF-8 read as windows-1252 or windows-1251: a letter that begins a pair, and what only ever follows it there.
_PAIRS = (
    ("ÃÂ", re.compile(r"[ÃÂ][\x80-\xbf]")),
    ("ÐÑ", re.compile(r"[ÐÑ][\x80-\xbf‘’“”„†‡•–—˜™š›œžŸƒˆ‰Š‹ŒŽ€‚…]")),
    ("РС", re.compile(r"[РС][‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬®Ї°±Ііґµ¶·ё№є»јЅѕї]")),
)
# Another script read as a Western one: no language puts that many accented letters together.
_ACCENTS = re.compile(r"[À-ÖØ-öø-ÿ]{6,}")
_SPOILT = 0.01


def _spoilt(text: str) -> float:
    """The share of a text that is replacement characters or looks like bytes read in the wrong charset."""
    if not text or text.isascii():
        return 0.0
    wrong = text.count("\ufffd") + sum(map(len, _ACCENTS.findall(text)))
    for letters, pairs in _PAIRS:
        if any(letter in text for letter in letters):
            wrong += 2 * len(pairs.findall(text))
    return wrong / len(text)


def _shown(reading: Reading) -> str:
    return "\n".join((reading.headline, reading.description, *(block.text for block in reading.body)))


def _empty(reading: Reading) -> Judgement | None:
    texts = reading.description or any(block.type is not BlockType.EMBED for block in reading.body)
    if texts and not reading.headline:
        return Judgement(Verdict.UNREADABLE, "no headline")
    if texts or (reading.headline and (reading.body or reading.images)):
        return None
    if any(removal.kind == "consent" for removal in reading.removed):
        return Judgement(Verdict.CONSENT, "nothing but a consent text")
    return Judgement(Verdict.EMPTY_SHELL, "a headline without a text" if reading.headline else "nothing to read")


def check(page: Page, reading: Reading) -> Judgement | None:
    """What a reading shows to be wrong with a page that looked like an article; None where nothing is."""
    if (empty := _empty(reading)) is not None:
        return empty
    share = _spoilt(_shown(reading))
    if share > _SPOILT:
        return Judgement(Verdict.UNREADABLE, f"{share:.0%} of the text is spoilt: read as {page.charset}")
    return None
