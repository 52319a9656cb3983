"""Who asks: visitors by their sessions, what they may do, how often they may ask, and that what they send is theirs.

Without users everybody on this machine may read, and whoever states a name may write to the desk. Once there are users,
nobody sees anything before they have logged in."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from archive import clock
from archive.desk import users
from archive.desk.database import Entry
from archive.desk.roles import Role
from archive.errors import UsageError
from archive.web.site import Site

__all__ = [
    "LOCAL",
    "Limit",
    "Refused",
    "Visitor",
    "admit",
    "client_of",
    "is_secure",
    "needs_users",
    "put_form",
    "put_session",
    "sent",
    "token",
    "told",
]

_SESSION, _FORM = "palimpsest", "palimpsest-form"
LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")
"""How a browser on this machine asks for it."""

_OPEN = ("/login", "/static/")
"""What can be seen before one has logged in."""


class Refused(Exception):
    """Somebody may not do that; `status` is the answer's, `wait` the seconds after which they may try again."""

    def __init__(self, status: int, said: str, wait: int = 0) -> None:
        super().__init__(said)
        self.status, self.wait = status, wait


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, by the name they log in with or state (empty: none yet), what they may do, and by which secret of their
    browser's their forms are told from others'."""

    name: str
    may_read: bool
    may_write: bool
    session: str
    form: str


class Limit:
    """So many of each within so many seconds. It remembers those that came last, and forgets when the program ends."""

    _MOST = 10_000

    def __init__(self, many: int, seconds: float) -> None:
        self._many, self._seconds = many, seconds
        self._seen: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def _late(self, name: str) -> list[float]:
        since = time.monotonic() - self._seconds
        return [at for at in self._seen.get(name, ()) if at > since]

    def wait(self, name: str) -> int:
        """Seconds until there may be one more; 0: now."""
        with self._lock:
            late = self._late(name)
            return 0 if len(late) < self._many else int(late[0] + self._seconds - time.monotonic()) + 1

    def count(self, name: str) -> None:
        """One more."""
        with self._lock:
            self._seen[name] = [*self._late(name), time.monotonic()][-self._many :]
            self._seen.move_to_end(name)
            while len(self._seen) > self._MOST:
                self._seen.popitem(last=False)


def client_of(request: Request) -> str:
    """From where somebody asks: by the word of the proxy, where one stands before us."""
    return request.client.host if request.client else ""


def is_secure(site: Site, request: Request) -> bool:
    """Whether what is sent is encrypted on its way: a proxy before us does that."""
    return request.url.scheme == "https" or (site.proxied and request.url.hostname not in LOCAL)


def needs_users(site: Site) -> bool:
    """Whether nobody sees anything who has not logged in."""
    return site.is_open or site.provider is not None or bool(users.users(site.desk))


def _visitor(site: Site, request: Request) -> Visitor:
    session, form = (request.cookies.get(name, "") for name in (_SESSION, _FORM))
    guarded = needs_users(site)
    found = users.session(site.desk, session, clock.now()) if session else None
    if found is None or (guarded and found.role is None):
        return Visitor("", not guarded, False, "", form)
    may_write = not site.is_read_only and (not guarded or found.role is Role.ANNOTATE)
    return Visitor(found.name, True, may_write, session, form)


_ASKS = Limit(300, 60)
"""What one client may ask for in a minute, where the archive is served to others than those on this machine."""


def admit(site: Site, request: Request) -> Visitor:
    """Who asks. Raises Refused where they ask too often, may not see it (401), or send what they may not."""
    if site.is_open or site.proxied:
        client = client_of(request)
        if wait := _ASKS.wait(client):
            raise Refused(429, f"too much was asked for: try again in {wait} seconds", wait)
        _ASKS.count(client)
    visitor = _visitor(site, request)
    request.scope["visitor"] = visitor
    if not visitor.may_read and not request.url.path.startswith(_OPEN):
        raise Refused(401, "log in first")
    if request.method == "POST":
        _is_theirs(site, request, visitor)
    return visitor


# --- what is sent -----------------------------------------------------------------------------------------------------


def token(site: Site, visitor: Visitor) -> str:
    """What a form carries, so that it is known to be ours, shown to this visitor."""
    secret = visitor.session or visitor.form
    return hmac.new(site.key, secret.encode(), hashlib.sha256).hexdigest() if secret else ""


def _is_theirs(site: Site, request: Request, visitor: Visitor) -> None:
    """That a form was sent from a page of ours, by whoever it was shown to. Raises Refused."""
    if urlsplit(request.headers.get("origin", "")).netloc != request.headers.get("host", ""):
        raise Refused(403, "this was sent from a page elsewhere, and not taken")
    expected = token(site, visitor)
    if not expected or not hmac.compare_digest(expected, sent(request).get("token", "")):
        raise Refused(403, "this page was open for too long, or in another browser: go back, reload it, send it again")
    if not visitor.may_write and request.url.path not in {"/login", "/logout"}:
        said = "you may read, and not write" if visitor.name or site.is_read_only else "say who you are first"
        raise Refused(403, said)


def sent(request: Request) -> dict[str, str]:
    """The fields of a form that was sent, the last of each name. Raises UsageError."""
    body: bytes = request.scope.get("body", b"")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError:
        raise UsageError("what was sent is no form of ours") from None
    return dict(pairs)


def told(site: Site, request: Request, what: str, about: str, by: str | None = None) -> None:
    """Keep in the log what a visitor did."""
    visitor: Visitor = request.scope["visitor"]
    name = visitor.name if by is None else by
    site.desk.log(Entry(clock.now(), name, client_of(request), what, about))


# --- cookies ----------------------------------------------------------------------------------------------------------


def put_session(site: Site, request: Request, answer: Response, secret: str) -> None:
    """Give the browser the secret of a session; without one, take it away. Scripts cannot read it, and pages elsewhere
    cannot have it sent with what they send."""
    age = int(users.SESSION.total_seconds()) if secret else 0
    secure = is_secure(site, request)
    answer.set_cookie(_SESSION, secret, max_age=age, httponly=True, samesite="lax", secure=secure, path="/")


def put_form(site: Site, request: Request, answer: Response, secret: str) -> None:
    """Give the browser a secret by which its forms are known before it has a session, and that it came back from a
    provider."""
    answer.set_cookie(_FORM, secret, httponly=True, samesite="lax", secure=is_secure(site, request), path="/")
