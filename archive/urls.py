"""Same address? Decided here and nowhere else.

`normal` is the address as stored: what was asked for, in one spelling. `canonical` is what two addresses are compared
by: without tracking parameters, session ids, scheme, `www.` and a closing slash. What is an id for one outlet may be
tracking for another, so only parameters known to be tracking everywhere are dropped.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList
from w3lib.url import safe_url_string

from archive.errors import BadInput
from archive.masking import bare

__all__ = [
    "LONGEST",
    "canonical",
    "canonical_key",
    "digest",
    "domain",
    "host",
    "is_home",
    "normal",
    "original",
    "registrable",
    "within",
]

LONGEST = 9_000
"""Characters an address may have, escaped; longer ones are refused with a word."""

_TRACKING = re.compile(
    r"(?:utm|mtm|matomo|piwik|hsa|trc|oly|vero|guce|gad|fb_action)_\w+|elqtrack\w*|"
    r"pk_(?:campaign|cid|content|kwd|keyword|medium|source)|ns_(?:campaign|fee|linkname|mchannel|source)|"
    r"at_(?:medium|campaign|custom\d|format|link\w*|ptr_name|bbc_team)|fb_(?:ref|source)|"
    r"sc_(?:campaign|channel|cid|content|country|geo|medium|outcome)|"
    r"(?:fb|g|d|y|ys|tw|tt)clid|msclkid|gclsrc|gbraid|wbraid|srsltid|li_fat_id|rb_clickid|"
    r"mbid|smid|ocid|cmpid|ncid|icid|intcmp|xtor|s_kwcid|ef_id|epik|_branch_match_id|igsh(?:id)?|mibextid|"
    r"mc_[ce]id|_hs(?:enc|mi)|mkt_tok|wt[_.]?mc(?:[_.]id)?|wprov|spm|_openstat|_ga|_gl|usqp|guccounter|"
    r"nr_email_referer|__twitter_impression|amp_(?:gsa|js_v)",
    re.IGNORECASE,
)
_CAME_FROM = re.compile(r"from|ref|referrer|source|src|via|origin|share|feature", re.IGNORECASE)
_CHANNEL = re.compile(
    r"rss(?:[-_.]?\w*)?|atom|feeds?|twitter|facebook|fb|vk(?:ontakte)?|odnoklassniki|telegram|tg|whatsapp|viber|line|"
    r"weibo|wechat|linkedin|instagram|youtube|reddit|e?mail|newsletter|push|social|shared?|copy|qr",
    re.IGNORECASE,
)
"""What a parameter of where readers come from may say to be left out: with another value it may name a page."""
# Ids of a visit, by the names that servers give them; those that may name an article too need the look of one.
_SESSION = re.compile(
    r"j?sessionid|phpsessid|aspsessionid\w*|cfid|cftoken|oscsid|zenid|(?:php|asp)?sess(?:ion)?_?id", re.IGNORECASE
)
_MAY_BE_SESSION = re.compile(r"sid|s|session|sess|token", re.IGNORECASE)
_LOOKS_LIKE_SESSION = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z]{24,}|[0-9a-fA-F]{24,}")
_SESSION_IN_PATH = re.compile(
    r";(?:j?sessionid|phpsessid|sid|\w*sess(?:ion)?_?id)=[^/;]*|/\([A-Z]\([0-9A-Za-z]{16,}\)\)", re.IGNORECASE
)
_ROUTE = re.compile(r"[!/]+[^!/].*", re.DOTALL)
"""What stands behind `#` where a script shows another page for it; elsewhere it is a place within the page."""
_REPLAY = re.compile(r"/(\d{4,14})(?:[a-z]{2}_)?/(https?:/{1,2}\S+)", re.IGNORECASE)
"""How every replay of a web archive (OpenWayback, pywb) writes the address and the time of what it shows."""
_DEFAULT_PORT = {"http": ":80", "https": ":443"}
_PORT = re.compile(r":\Z|(?<=:)0+(?=\d+\Z)")
"""What is left out of the port of an address: a colon with none, zeros before it."""
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?=/|\Z)", re.IGNORECASE)
_UP = re.compile(r"(?:\.|%2e){2}", re.IGNORECASE)
_HOME = re.compile(r"/?(?:index\.\w+|home/?|main/?|[a-z]{2}/?)?", re.IGNORECASE)
_PIECE = re.compile(r"(%(?:2f|3b|3f|23))|(?:(?!%(?:2f|3b|3f|23))[^/;?#])+", re.IGNORECASE)
"""What stands in a path between what parts it; what would part it if it were not escaped is a piece of its own."""
_SAFE = "!$&'()*+,=:@~"
"""What needs no escape in a path (RFC 3986, 3.3); `%` is none: one that begins no escape is a letter as any."""
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Soft hyphens, spaces of no width, signs of direction: pasted along with a title. The joiners of Persian stay."""


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


# Every step of a page asks for its address again.
@lru_cache(maxsize=1024)
def normal(url: str) -> str:
    """The address in one spelling: lower-case scheme and host, no default port, escaped as browsers do, without a
    fragment unless that names a page of its own (`#!/news/41`).

    Raises BadInput where it is not an http(s) address, carries a user name, or is longer than `LONGEST`.
    `urn:` addresses (texts that were given without one) pass as they are.
    """
    if url.startswith("urn:"):
        return url
    if len(url) > LONGEST:
        raise BadInput(f"address of {len(url)} characters is longer than {LONGEST}: {bare(url, 80)}…")
    if "\\" in url.partition("?")[0]:
        raise BadInput(f"an address with a backslash is read differently by different programs: {bare(url)}")
    try:
        parts = urlsplit(safe_url_string(url.strip()))
        name, _ = parts.hostname, parts.port  # asked for here, because a port may be none that there is
    except (ValueError, UnicodeError) as problem:
        raise BadInput(f"not an address: {bare(url)} ({problem})") from None
    if parts.scheme not in _DEFAULT_PORT or not name:
        raise BadInput(f"not an http(s) address: {bare(url)}")
    if "@" in parts.netloc:
        raise BadInput(f"an address with a user name is not accepted: {bare(url)}")
    netloc = _PORT.sub("", parts.netloc.lower()).removesuffix(_DEFAULT_PORT[parts.scheme]).rstrip(".")
    # A host of dots would leave the path to be taken for one.
    if not netloc.isascii() or "" in name.rstrip(".").split("."):
        raise BadInput(f"an address with a host no name server knows: {bare(url)}")
    fragment = parts.fragment if _ROUTE.fullmatch(parts.fragment) else ""
    made = urlunsplit((parts.scheme, netloc, _without_dots(parts.path) or "/", parts.query, fragment))
    if len(made) > LONGEST:
        raise BadInput(f"address of {len(made)} characters, escaped, is longer than {LONGEST}: {bare(made, 80)}…")
    return made


def _without_dots(path: str) -> str:
    """A path whose steps here and up are taken, as every browser takes them before it asks (RFC 3986, 5.2.4)."""
    if not _DOTS.search(path):
        return path
    kept: list[str] = []
    *steps, last = path.removeprefix("/").split("/")
    for step in (*steps, *([last, ""] if _DOTS.fullmatch(f"/{last}") else [last])):
        if not _DOTS.fullmatch(f"/{step}"):
            kept.append(step)
        elif _UP.fullmatch(step):
            del kept[-1:]
    return "/" + "/".join(kept)


@lru_cache(maxsize=1024)
def canonical(url: str) -> str:
    """What two addresses are compared by (never fetched): `host/path?query` of `normal`, tracking dropped."""
    if url.startswith("urn:"):
        return url
    parts = urlsplit(url)
    # Escaped bytes that are no UTF-8 pass through as they are: windows-1251 names must not all become one.
    found = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    pairs = [(_written(name.removeprefix("amp;")), _written(value)) for name, value in found]
    query = urlencode(sorted(pair for pair in pairs if not _passing(*pair)), errors="surrogateescape")
    path = _PIECE.sub(_as_written, _SESSION_IN_PATH.sub("", parts.path).rstrip("/"))
    route = f"#{parts.fragment.rstrip('/')}" if _ROUTE.fullmatch(parts.fragment) else ""
    return parts.netloc.lower().removeprefix("www.") + path + (f"?{query}" if query else "") + route


def _passing(name: str, value: str) -> bool:
    """Whether a parameter tells of the visit, not of the page."""
    if _TRACKING.fullmatch(name) or _SESSION.fullmatch(name):
        return True
    if _CAME_FROM.fullmatch(name) and _CHANNEL.fullmatch(value):
        return True
    return bool(_MAY_BE_SESSION.fullmatch(name) and _LOOKS_LIKE_SESSION.fullmatch(value))


def original(url: str) -> tuple[str, str]:
    """(address, time as 4 to 14 digits) of what a web archive's replay shows at an address; empty where it is none.

    `https://web.archive.org/web/20260224120000/https://a.example/b` -> `https://a.example/b`, `20260224120000`.
    """
    found = _REPLAY.search(url)
    if found is None:
        return "", ""
    # Some servers fold the two slashes of an address within an address into one.
    return re.sub(r"\A(https?:)/{1,2}", r"\1//", found[2], flags=re.IGNORECASE), found[1]


def _as_written(found: re.Match[str]) -> str:
    """A piece of a path, escaped in one way."""
    if found[1]:
        return found[1].upper()
    said = unquote(found[0], errors="surrogateescape")
    return quote(_written(said), safe=_SAFE, errors="surrogateescape")


def _written(said: str) -> str:
    """Words in one way of writing: letters composed, without characters that nobody sees and no reader needs."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", said))


def canonical_key(url: str) -> str:
    """12 hex digits of the SHA-256 of the canonical address: an article's key where the outlet gives no id."""
    return hashlib.sha256(canonical(url).encode()).hexdigest()[:12]


def digest(url: str) -> bytes:
    """16 bytes of SHA-256 over an address exactly as given: the key addresses are found by."""
    return hashlib.sha256(url.encode()).digest()[:16]


def host(url: str) -> str:
    """The host of an address, lower case, without port; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def registrable(name: str) -> str:
    """The domain somebody registered: `www.bbc.co.uk` -> `bbc.co.uk`; the host itself where there is none."""
    if ":" in name or name.replace(".", "").isdigit():
        return name  # a host by number
    return _suffixes().privatesuffix(name) or name


@lru_cache(maxsize=4096)
def domain(url: str) -> str:
    """The registrable domain of an address."""
    return registrable(host(url))


def within(name: str, domain: str) -> bool:
    """Whether a host is that domain or below it."""
    return name == domain or name.endswith("." + domain)


def is_home(url: str) -> bool:
    """Whether an address is a home page: no path, an index, or a bare language."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_HOME.fullmatch(parts.path)) and not parts.query and not _ROUTE.fullmatch(parts.fragment)
