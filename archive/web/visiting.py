"""The pages by which somebody says who they are: by a password or a provider's word, where there are users; else by a
name, that others may know whose a note is."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive import clock, text
from archive.desk import users
from archive.desk.database import named
from archive.errors import NotFound, UsageError
from archive.web import visitors
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.provider import Gone
from archive.web.site import Site
from archive.web.visitors import Limit, Refused, Visitor

__all__ = ["come_back", "enter", "go", "leave", "log_in", "login_page", "only_inside", "to_login"]

_TRIES, _OF_ONE = Limit(10, 900), Limit(30, 900)
"""Wrong passwords in a quarter of an hour: from one client, and for one name from everywhere."""


def only_inside(path: str) -> str:
    """Where somebody is led after they have logged in: a page of ours, else the front page."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", "/login")) and path.isprintable()
    return path if is_ours else "/"


def to_login(request: Request) -> Response:
    """To where one logs in, and back from there."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?{urlencode({'to': here})}", 303)


def login_page(site: Site, request: Request) -> Page | Response:
    """The form; a browser without a session is given what tells its form from others'."""
    asked = words(request.query_params, ("to", "again"))
    visitor: Visitor = request.scope["visitor"]
    if visitor.session or visitor.form:
        given = {
            "asked": asked,
            "to": only_inside(asked.one("to")),
            "by_password": visitors.needs_users(site),
            "provider": site.provider.issuer if site.provider else "",
        }
        return Page("login.html", "Who are you?", given, {"user": visitor.name})
    return _once_more(site, request, f"/login?{urlencode({'to': asked.one('to')})}")


def _once_more(site: Site, request: Request, path: str) -> Response:
    """The same page once more, for a browser that has been given what tells its form from others'."""
    if request.query_params.get("again"):
        raise UsageError("your browser keeps no cookie of this archive: allow it to, or read without a name")
    back = RedirectResponse(f"{path}&again=yes", 303)
    visitors.put_form(site, request, back, secrets.token_urlsafe(32))
    return back


def log_in(site: Site, request: Request) -> Response:
    """By a password where there are users, else by a name alone. Raises Refused."""
    sent = visitors.sent(request)
    if not visitors.needs_users(site):
        return enter(site, request, named("your name", sent.get("name", "")), sent.get("to", ""), is_checked=False)
    name, client = sent.get("name", "").strip(), visitors.client_of(request)
    if wait := max(_TRIES.wait(client), _OF_ONE.wait(name)):
        raise Refused(429, f"too many passwords were wrong: try again in {wait} seconds", wait)
    if not users.checked(site.desk, name, sent.get("password", "")):
        _TRIES.count(client)
        _OF_ONE.count(name)
        visitors.told(site, request, "login refused", name, by="")
        raise Refused(403, "no user has that name and that password")
    return enter(site, request, name, sent.get("to", ""), is_checked=True)


def enter(site: Site, request: Request, name: str, to: str, *, is_checked: bool) -> Response:
    """Begin a session of somebody, whatever session the browser had ends."""
    visitor: Visitor = request.scope["visitor"]
    if visitor.session:
        users.end(site.desk, visitor.session)
    secret = users.begin(site.desk, name, clock.now(), password_checked=is_checked)
    visitors.told(site, request, "login", "", by=name)
    answer = RedirectResponse(only_inside(to), 303)
    visitors.put_session(site, request, answer, secret)
    return answer


def _callback(site: Site, request: Request) -> str:
    """Where the provider sends people back to."""
    scheme = "https" if visitors.is_secure(site, request) else "http"
    return f"{scheme}://{request.headers['host']}/login/back"


def go(site: Site, request: Request) -> Response:
    """To the provider, to log in there."""
    if site.provider is None:
        raise NotFound("one does not log in by a provider here")
    visitor: Visitor = request.scope["visitor"]
    to = only_inside(request.query_params.get("to", ""))
    if not visitor.form:
        # The browser that comes back is to be told from others.
        return _once_more(site, request, f"/login/by-provider?{urlencode({'to': to})}")
    try:
        return RedirectResponse(site.provider.begin(_callback(site, request), visitor.form, to), 303)
    except Gone as problem:
        raise Refused(502, str(problem)) from None


def come_back(site: Site, request: Request) -> Response:
    """From the provider, who says who it is."""
    if site.provider is None:
        raise NotFound("one does not log in by a provider here")
    visitor: Visitor = request.scope["visitor"]
    callback, state = _callback(site, request), request.query_params.get("state", "")
    try:
        here = f"{callback}?{request.url.query}"
        subject, to = site.provider.ended(callback, here, visitor.form, state)
    except Gone as problem:
        visitors.told(site, request, "login refused", str(problem), by="")
        raise Refused(403, str(problem)) from None
    name = users.named_by_subject(site.desk, subject)
    if not name:
        visitors.told(site, request, "login refused", subject, by="")
        raise Refused(403, f"the provider knows you as {text.clip(subject, 80)}, and no user here is that")
    return enter(site, request, name, to, is_checked=True)


def leave(site: Site, request: Request) -> Response:
    """End the session."""
    visitor: Visitor = request.scope["visitor"]
    if visitor.session:
        users.end(site.desk, visitor.session)
        visitors.told(site, request, "logout", "")
    answer = RedirectResponse("/", 303)
    visitors.put_session(site, request, answer, "")
    return answer
