"""The pages by which somebody says who they are: by a password or a provider's word, where there are users; else by a
name, that others may know whose a note is."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive import clock
from archive.desk import users
from archive.desk.database import named
from archive.errors import UsageError
from archive.web import visitors
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site
from archive.web.visitors import Limit, Refused, Visitor

__all__ = ["enter", "leave", "log_in", "login_page", "only_inside", "to_login"]

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
        }
        return Page("login.html", "Who are you?", given, {"user": visitor.name})
    if request.query_params.get("again"):
        raise UsageError("your browser keeps no cookie of this archive: allow it to, or read without a name")
    back = RedirectResponse(f"/login?{urlencode({'to': asked.one('to'), 'again': 'yes'})}", 303)
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


def leave(site: Site, request: Request) -> Response:
    """End the session."""
    visitor: Visitor = request.scope["visitor"]
    if visitor.session:
        users.end(site.desk, visitor.session)
        visitors.told(site, request, "logout", "")
    answer = RedirectResponse("/", 303)
    visitors.put_session(site, request, answer, "")
    return answer
