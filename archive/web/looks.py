"""Pages of one look: the stored page as it was, inert, beside what was read of it; and that page alone."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from archive.errors import NotFound
from archive.query import articles
from archive.query.articles import Shown
from archive.warc.read import StoredRecord
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site

__all__ = ["FRAME", "bare", "look_page"]

FRAME = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""What a stored page may do: it has an origin of its own that nothing shares, runs no script, sends no form, loads
nothing. Where a person follows a link of it, that leads into the archive."""


def _reading(site: Site, version: str, capture: str) -> Shown | None:
    """What a version says, where it was read of that look."""
    if not version:
        return None
    with site.asking() as put:
        found = articles.show(put.connection, articles.find(put.connection, version))
    return found if found.capture == capture else None


def look_page(site: Site, request: Request) -> Page:
    """A look, its bytes and its reading."""
    name = request.path_params["name"]
    stored = site.stored(name)
    asked = words(request.query_params, ("version",))
    shown = _reading(site, asked.one("version"), stored.look.capture)
    record = stored.record
    given = {
        "asked": asked,
        "look": stored.look,
        "record": record,
        "reading": articles.as_object(shown) if shown else None,
        "headers": record.headers,
        "is_page": _is_page(record),
    }
    data = asdict(stored.look) | {"status": record.status, "headers": given["headers"], "type": record.type}
    return Page("look.html", f"Look {stored.look.capture}", given, data)


def _is_page(record: StoredRecord) -> bool:
    """Whether a browser would show it as a page."""
    said = {key.lower(): value.lower() for key, value in record.headers}
    kind = said.get("content-type", "text/html").partition(";")[0].strip()
    return kind in {"text/html", "application/xhtml+xml", "", "multipart/related", "message/rfc822"}


def bare(site: Site, request: Request) -> Response:
    """The stored page alone, what was read of it marked where a version is named. Raises NotFound where it is none."""
    stored = site.stored(request.path_params["name"])
    record, asked = stored.record, words(request.query_params, ("version",))
    if not _is_page(record):
        raise NotFound("this look brought no page: its bytes are told of beside it")
    page = site.inert(record, _reading(site, asked.one("version"), stored.look.capture))
    headers = {"content-security-policy": FRAME, "referrer-policy": "no-referrer"}
    return HTMLResponse(page, headers=headers)
