"""The closed lists: the words that verdicts, outcomes, states, sources and kinds are drawn from, and what some share.

Standard library only. The tables store a word as its place in its list: a list may grow at its end, nowhere else.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "AWAY",
    "RENDERED",
    "WALLS",
    "AlarmKind",
    "Attempt",
    "BlockType",
    "DecisionKind",
    "DiscoveryState",
    "DoubtKind",
    "LifeState",
    "Outcome",
    "RunKind",
    "Source",
    "TimeBasis",
    "Verdict",
]


class Verdict(StrEnum):
    """What the captured page is, judged from that page alone."""

    ARTICLE = "article"
    CONSENT = "consent"
    CAPTCHA = "captcha"
    PAYWALL = "paywall"
    SOFT_404 = "soft-404"
    GONE = "gone"
    HOME = "home"
    REDIRECTED = "redirected"
    GEO_BLOCKED = "geo-blocked"
    ERROR_PAGE = "error-page"
    CUT = "cut"
    TOO_BIG = "too-big"
    NOT_HTML = "not-html"
    EMPTY_SHELL = "empty-shell"
    UNREADABLE = "unreadable"
    LISTING = "listing"
    PART = "part"
    """A further page of an article that goes over several."""


class Outcome(StrEnum):
    """What a capture came to: one of these words, or the verdict where that is not `article`. `same-words`: its page
    reads otherwise than what stands, and shows the same words: a look at the version that stood."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REVERTED = "reverted"
    HELD = "held"
    REREAD = "reread"
    CONSENT = "consent"
    CAPTCHA = "captcha"
    PAYWALL = "paywall"
    SOFT_404 = "soft-404"
    GONE = "gone"
    HOME = "home"
    REDIRECTED = "redirected"
    GEO_BLOCKED = "geo-blocked"
    ERROR_PAGE = "error-page"
    CUT = "cut"
    TOO_BIG = "too-big"
    NOT_HTML = "not-html"
    EMPTY_SHELL = "empty-shell"
    UNREADABLE = "unreadable"
    LISTING = "listing"
    PART = "part"
    SAME_WORDS = "same-words"


class DiscoveryState(StrEnum):
    """Where a discovered address stands; each address of an outlet is in exactly one."""

    WAITING = "waiting"
    CAPTURED = "captured"
    ROBOTS = "robots"
    OFF_LIMITS = "off-limits"
    OFF_OUTLET = "off-outlet"
    NO_BROWSER = "no-browser"
    FAILED = "failed"
    GIVEN_UP = "given-up"


class Attempt(StrEnum):
    """Why a planned request ended without a response."""

    ROBOTS = "robots"
    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TLS = "tls"
    OFF_LIMITS = "off-limits"
    NO_BROWSER = "no-browser"


class LifeState(StrEnum):
    """Whether the outlet still shows the article; every state can return to `live`."""

    LIVE = "live"
    SUSPECTED = "suspected"
    GONE = "gone"
    REDIRECTED = "redirected"
    EMPTIED = "emptied"
    BLOCKED_HERE = "blocked-here"


class BlockType(StrEnum):
    """What a body block is. `notice` is a correction or editor's note (never furniture), `summary` is machine-made."""

    P = "p"
    H = "h"
    QUOTE = "quote"
    LI = "li"
    NOTICE = "notice"
    SUMMARY = "summary"
    EMBED = "embed"


class Source(StrEnum):
    """Where a capture's bytes come from, the most trusted first; then what a web archive's index says: the answers of
    that, and looks that are known from it alone, whose bytes are those of another look by its word; last the page that
    a browser of this program made elsewhere."""

    OWN_HTTP = "own-http"
    OWN_BROWSER = "own-browser"
    WEB_ARCHIVE = "web-archive"
    GIVEN_WARC = "given-warc"
    GIVEN_PAGE = "given-page"
    GIVEN_TEXT = "given-text"
    WEB_INDEX = "web-index"
    GIVEN_RENDERED = "given-rendered"


RENDERED = frozenset({Source.OWN_BROWSER, Source.GIVEN_RENDERED})
"""Sources of pages as a browser made them: here, or where an archive of this program was before it was given."""


class TimeBasis(StrEnum):
    """Whose clock `fetched_at` was read from."""

    OWN_CLOCK = "own-clock"
    ARCHIVE = "archive"
    STATED = "stated"


class RunKind(StrEnum):
    """What a run set out to do."""

    CRAWL = "crawl"
    RECHECK = "recheck"
    INGEST = "ingest"
    REREAD = "reread"
    UPGRADE = "upgrade"
    BACKFILL = "backfill"
    WITHDRAW = "withdraw"


AWAY = {
    **dict.fromkeys((Verdict.GONE, Verdict.SOFT_404), LifeState.GONE),
    **dict.fromkeys((Verdict.HOME, Verdict.REDIRECTED), LifeState.REDIRECTED),
    Verdict.EMPTY_SHELL: LifeState.EMPTIED,
}
"""What a page is that does not show the article any more, and what the article is once that is believed."""

WALLS = frozenset({Verdict.CONSENT, Verdict.CAPTCHA, Verdict.PAYWALL, Verdict.GEO_BLOCKED})
"""What stands before an article, so that nobody can tell whether it is there."""


class DoubtKind(StrEnum):
    """What makes a reading doubtful. A doubt refuses no article, and makes no version by itself."""

    SLOPPY_MARKUP = "sloppy-markup"
    """A tag that browsers may read otherwise than it was written: changed on its way, or written so."""
    NO_END = "no-end"
    """The end of the document, or of an element, is missing where nothing shows that text is."""
    TWO_READERS = "two-readers"
    """Our own reader and the one that is asked beside it see different texts."""
    UNKNOWN_LAYOUT = "unknown-layout"
    """None of the layouts known of a described outlet: read as a page nobody has described."""
    WRONG_LETTERS = "wrong-letters"
    """The charset is not told by the page, or some letters were lost."""
    MISSING_PART = "missing-part"
    """The article goes over several pages, and not all of them are there."""


class DecisionKind(StrEnum):
    """What a person decided, on record: an edit is ours and counts no more, or counts again; what is held of an
    outlet at once is believed as any other look."""

    STRUCK = "struck"
    RESTORED = "restored"
    RELEASED = "released"


class AlarmKind(StrEnum):
    """What an alarm is about."""

    READING = "reading"
    """What is read of pages: fields, lengths, dates, furniture, looks that are held or that changed."""
    VOLUME = "volume"
    """How many articles are new."""
    SILENCE = "silence"
    """Nothing is new of an outlet that is not known for long."""
    REFUSALS = "refusals"
    """More looks than usual show no article: a wall, an error, an empty page."""
    UNANSWERED = "unanswered"
    """More requests than usual have no answer."""
    REFUSED = "refused"
    """All that is asked is refused."""
    SOURCE = "source"
    """A feed, sitemap or listing is dead, or names nothing new."""
    LANGUAGE = "language"
    """More articles than usual in one language."""
    ROBOTS = "robots"
    """The robots.txt was changed."""
    CERTIFICATE = "certificate"
    """A certificate ends soon."""
    HOST = "host"
    """A host, such as a mirror, does not answer any more."""
    DISK = "disk"
    """The disk is full soon."""
    NO_RUN = "no-run"
    """Nobody looked for longer than usual."""
    CLOCK = "clock"
    """The clock of this machine is off."""
    DELIVERY = "delivery"
    """Alarms cannot be delivered."""
