"""Is this the article, a wall, an error, a torn page? Judged from one capture alone, with the reason. Pure.

The checks run in the order of `_CHECKS`; the first with an answer wins. No article may ever be taken for a wall: on a
page answered with 200, marks of walls count only where next to nothing is to be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from archive import urls
from archive.records import Capture, Judgement, Source, Verdict
from crawler.extract import ends, furniture, walls
from crawler.extract.general.asking import Beside
from crawler.extract.walls import Sight, Wall
from crawler.outlets.base import Outlet
from crawler.parse.blocks import line
from crawler.parse.decode import LONGEST_BODY
from crawler.parse.page import Page, absolute

__all__ = ["judge", "was_fetched"]


def was_fetched(capture: Capture) -> bool:
    """Whether we asked for a capture ourselves, or another archive of ours did: nobody made anything of its bytes."""
    return capture.as_received or capture.source in {Source.OWN_HTTP, Source.OWN_BROWSER}


@dataclass(frozen=True)
class _Case:
    """One capture to be judged, and what more than one check asks of it."""

    capture: Capture
    page: Page
    outlet: Outlet

    @cached_property
    def sight(self) -> Sight:
        """What a visitor sees."""
        return Sight(self.page)

    @cached_property
    def beside(self) -> Beside:
        """What there is beside what a wall says."""
        return Beside(self.page)

    @cached_property
    def has_layout(self) -> bool:
        """Whether the page has the layout of an article of the outlet."""
        return any(self.page.one(reader.marks) is not None for reader in self.outlet.readers)

    @cached_property
    def claims(self) -> bool:
        """Whether the page says of itself that it is an article, in a way that walls and error pages do not."""
        return bool("article:published_time" in self.page.metas or self.page.jsonld) or self.page.one(_BODY) is not None

    @cached_property
    def could_be_wall(self) -> bool:
        """Whether there is nothing on the page that only articles have."""
        return not self.has_layout and (self.sight.little or not (self.claims or self.outlet.general))


_BODY = "[itemprop=articleBody], [itemtype$=NewsArticle]"


# --- checks, in order -----------------------------------------------------------------------------------------------

_Check = Callable[[_Case], Judgement | None]


def _given_text(case: _Case) -> Judgement | None:
    if not case.page.is_text:
        return None
    if case.page.text.strip():
        return Judgement(Verdict.ARTICLE, "a text given as one")
    return Judgement(Verdict.EMPTY_SHELL, "no text")


_REFUSALS = frozenset({202, 401, 402, 403, 405, 406, 418, 429, 503})


def _refused_by(case: _Case) -> tuple[Wall, str] | None:
    """The wall behind a refusal. Its words and hints count: nothing says that the page is an article."""
    found = walls.said((case.sight.title, case.sight.heading), case.sight.lines)
    if found is None or found[0].verdict in {Verdict.ERROR_PAGE, Verdict.SOFT_404}:
        return walls.hinted(case.page)
    return found


def _wall_behind(case: _Case) -> tuple[Wall, str] | None:
    found = walls.sure(case.capture, case.sight)
    if found is None or found[0].verdict is Verdict.SOFT_404:
        return _refused_by(case) if case.capture.status in _REFUSALS else None
    return found


_OF_STATUS = {
    451: Verdict.GEO_BLOCKED,
    404: Verdict.GONE,
    410: Verdict.GONE,
    402: Verdict.PAYWALL,
}


def _status(case: _Case) -> Judgement | None:
    status = case.capture.status
    if status == 200:
        return None
    if 300 <= status < 400:
        return Judgement(Verdict.REDIRECTED, f"status {status} without a page behind it")
    found = _wall_behind(case) if status != 451 else None
    if found is not None:
        return Judgement(found[0].verdict, f"{found[0].name}: {found[1]}, status {status}")
    return Judgement(_OF_STATUS.get(status, Verdict.ERROR_PAGE), f"status {status}")


def _whole(case: _Case) -> Judgement | None:
    capture = case.capture
    announced = _announced(capture)
    if capture.truncated:
        if max(announced, len(capture.body)) > LONGEST_BODY:
            return Judgement(Verdict.TOO_BIG, f"more than {LONGEST_BODY:,} bytes")
        return Judgement(Verdict.CUT, "the carrier knew the body to be incomplete")
    if len(capture.body) < announced:
        return Judgement(Verdict.CUT, f"{len(capture.body):,} of {announced:,} bytes announced")
    return None


def _announced(capture: Capture) -> int:
    """The bytes a body was announced to have; 0 where that is not said."""
    length = capture.header("content-length").strip()
    if capture.header("transfer-encoding") or not length.isascii() or not length.isdigit():
        return 0
    return int(length[:18])


def _problem(case: _Case) -> Judgement | None:
    if not case.capture.body.strip():
        return Judgement(Verdict.EMPTY_SHELL, "no bytes")
    return case.page.problem


def _marked(case: _Case) -> Judgement | None:
    """A wall answered with 200 that shows a mark no article has; asked first, as many stubs are no whole documents."""
    if not case.could_be_wall or (found := walls.sure(case.capture, case.sight)) is None:
        return None
    return Judgement(found[0].verdict, f"{found[0].name}: {found[1]}")


def _ends(case: _Case) -> Judgement | None:
    """A document that we fetched and that stops where it was certainly meant to go on.

    Whether one that merely lacks its end is whole, only its reading can tell: see `crawler.extract.ends`.
    """
    why = ends.breaks_off(case.page) if was_fetched(case.capture) else ""
    return Judgement(Verdict.CUT, why) if why else None


def _home(case: _Case) -> Judgement | None:
    capture = case.capture
    if capture.landed.startswith("urn:") or not urls.is_home(capture.landed):
        return None
    asked = urls.is_home(capture.url)
    return Judgement(Verdict.HOME, "a home page" if asked else "the home page in place of the article")


_NOT_FOUND = re.compile(r"/(?:404|error-?404|(?:page-?)?not-?found|error)(?:\.\w{1,5})?/?\Z", re.IGNORECASE)


def _elsewhere(case: _Case) -> Judgement | None:
    """Landed on another article, on a page that is none, or outside of the outlet."""
    landed, host, outlet = case.capture.landed, urls.host(case.capture.landed), case.outlet
    if landed == case.capture.url or landed.startswith("urn:"):
        return None
    if not outlet.has_host(host):
        verdict = Verdict.CONSENT if walls.asks_for_consent(host) else Verdict.REDIRECTED
        return Judgement(verdict, f"landed on {host}")
    path = urlsplit(landed).path
    if _NOT_FOUND.search(path):
        return Judgement(Verdict.SOFT_404, f"landed on {path[-80:]}")
    asked, got = outlet.own_id(case.capture.url), outlet.own_id(landed)
    if asked and asked != got:
        return Judgement(Verdict.REDIRECTED, f"article {got} in place of {asked}" if got else f"landed on {path}")
    return None


def _consent_share(lines: tuple[str, ...], outlet: Outlet) -> float:
    """How much of a page's text is consent by the phrase rules of its outlet."""
    hits = ((text, furniture.match(text, outlet.languages, outlet.family)) for text in lines)
    consent = sum(len(text) for text, hit in hits if hit is not None and hit.kind == "consent")
    return consent / max(1, sum(map(len, lines)))


def _states_its_text(case: _Case) -> bool:
    """Whether a page holds its text for machines: it can be read as it is, by the general reader."""
    return case.outlet.general and any(item.get("articleBody") for item in case.page.jsonld)


def _asks(case: _Case) -> Judgement | None:
    """A page that shows nothing but a question for consent, however long."""
    if case.has_layout or (case.claims and not case.sight.little) or _states_its_text(case):
        return None
    sight, outlet = case.sight, case.outlet
    # Phrases are compared where it matters: on the pages of a described outlet, and where there is little else.
    phrased = (sight.little or not outlet.general) and _consent_share(sight.lines, outlet) > 0.6
    if (phrased or walls.consented(sight) or (sight.little and case.beside.asks)) and not case.beside.has_article():
        return Judgement(Verdict.CONSENT, "nothing but a consent text")
    return None


def _worded(case: _Case) -> Judgement | None:
    """A wall, a notice or an error page answered with 200 that is told by its words."""
    sight = case.sight
    if case.has_layout or case.claims:
        return None
    found = walls.said((sight.title, sight.heading), sight.lines) if case.could_be_wall else None
    if found is not None and _is_beside_text(case, *found):
        found = None
    found = found or walls.named(sight)
    return Judgement(found[0].verdict, f"{found[0].name}: {found[1]}") if found else None


def _is_beside_text(case: _Case, wall: Wall, mark: str) -> bool:
    """Whether a wall's words only stand beside an article: what asks for consent in any way, others in a box of their
    own with text behind them. A page that is called so itself has none."""
    if wall.called & case.sight.title or wall.verdict is Verdict.SOFT_404:
        return False
    if wall.verdict is Verdict.CONSENT:
        return case.beside.has_article()
    begun = next((text for text in case.sight.lines if walls.said((), (text,)) == (wall, mark)), "")
    return case.beside.is_boxed(begun)


_REFRESH = re.compile(r"\s*(\d{1,4})(?:\.\d*)?\s*(?:[;,]\s*(?:url\s*=)?\s*['\"]?([^'\"]*))?", re.IGNORECASE)


def _refreshed(case: _Case) -> Judgement | None:
    """A page that shows little and sends its visitor on, or has itself loaded again."""
    if case.has_layout or case.claims or not case.sight.little:
        return None
    node = case.page.one("head > meta[http-equiv=refresh i]")
    found = _REFRESH.match(node.attributes.get("content") or "") if node is not None else None
    if found is None or int(found[1]) > 30:
        return None
    target = absolute(case.capture.landed, found[2] or "")
    if not target or urls.canonical(target) == urls.canonical(case.capture.landed):
        return Judgement(Verdict.CAPTCHA, "a page that has itself loaded again")
    if urls.is_home(target):
        return Judgement(Verdict.HOME, "sends its visitor to the home page")
    return Judgement(Verdict.REDIRECTED, f"sends its visitor to {target[:200]}")


_BARE = 300
_BARE_BELOW_HEADING = 60


def _shell(case: _Case) -> Judgement | None:
    """A page that a script would fill: next to nothing to read, and an empty root or words that ask for a script."""
    if case.has_layout or not case.sight.little or _states_its_text(case):
        return None
    headings = [line(node) for node in case.page.tree.css("h1")]
    shown = sum(map(len, case.sight.lines)) - sum(map(len, headings))
    if shown <= 0:
        return Judgement(Verdict.EMPTY_SHELL, "a headline without a text" if headings else "nothing to read")
    if shown <= (_BARE_BELOW_HEADING if headings else _BARE) and case.sight.shell:
        return Judgement(Verdict.EMPTY_SHELL, case.sight.shell)
    return None


def _calls_itself_home(case: _Case) -> Judgement | None:
    """The home page under an article's address, told by what it calls its own address."""
    if case.outlet.general or case.has_layout or case.capture.landed.startswith("urn:"):
        return None
    own = [node.attributes.get("href") or "" for node in case.page.in_head("link[rel=canonical]")[:1]]
    own.append(case.page.metas.get("og:url", ""))
    stated = [address for address in (absolute(case.capture.landed, each) for each in own) if address]
    if stated and all(urls.is_home(address) for address in stated):
        return Judgement(Verdict.HOME, "the page calls itself the home page")
    return None


def _listing(case: _Case) -> Judgement | None:
    outlet, landed = case.outlet, case.capture.landed
    if not outlet.article or landed.startswith("urn:") or outlet.own_id(landed):
        return None
    if case.has_layout:
        return None  # an address we do not know the form of, but the page is an article
    return Judgement(Verdict.LISTING, "neither the address nor the page is an article's")


_CHECKS: tuple[_Check, ...] = (
    *(_given_text, _status, _whole, _problem, _marked, _ends, _home, _elsewhere),
    *(_asks, _worded, _refreshed, _shell, _calls_itself_home, _listing),
)


def judge(capture: Capture, page: Page, outlet: Outlet) -> Judgement:
    """What the captured page is. `article` where nothing speaks against it; reading may still find nothing to read."""
    case = _Case(capture, page, outlet)
    answers = (answer(case) for answer in _CHECKS)
    return next((found for found in answers if found is not None), Judgement(Verdict.ARTICLE))
