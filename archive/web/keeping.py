"""Pages of watchlists: what is kept of the archive, with everybody's tags and notes, and a feed of what is new."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from heapq import nlargest
from urllib.parse import quote, unquote, urljoin, urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive import clock
from archive.desk import watchlists
from archive.desk.watchlists import Item, Note
from archive.errors import PalimpsestError, UsageError
from archive.questions.catalog import named
from archive.web import articles, searching, streams, visitors
from archive.web.answers import parameters
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site
from archive.web.visitors import Visitor

__all__ = ["change", "feed", "keep", "keep_page", "make", "take_in", "watchlist_page", "watchlists_page"]


def _path(name: str) -> str:
    return f"/watchlists/{quote(name, safe='')}"


def watchlists_page(site: Site, request: Request) -> Page:
    """Every watchlist."""
    found = watchlists.listed(site.desk)
    data = [{"watchlist": one.watchlist, "made_by": one.made_by, "made_at": one.made_at} for one in found]
    given = {"asked": words(request.query_params), "watchlists": found}
    return Page("watchlists.html", "Watchlists", given, data, beside={"json": "/watchlists.json"})


def watchlist_page(site: Site, request: Request) -> Page:
    """A watchlist; with `tag` what has that tag."""
    asked = words(request.query_params, ("tag",))
    found = watchlists.read(site.desk, request.path_params["name"], asked.one("tag"))
    tags = sorted({each for one in found.items for each in one.tags})
    given = {"asked": asked, "watchlist": found, "tags": tags, "path": _path(found.watchlist)}
    beside = {form: f"{_path(found.watchlist)}.{form}{asked.address().rstrip('?')}" for form in ("json", "atom")}
    return Page("watchlist.html", f"Watchlist {found.watchlist}", given, asdict(found), beside=beside)


def keep_page(site: Site, request: Request) -> Page:
    """The form by which a page is kept."""
    asked = words(request.query_params, ("path", "title"))
    path = watchlists.path_of(asked.one("path"))
    known = [one.watchlist for one in watchlists.listed(site.desk)]
    given = {"asked": asked, "path": path, "named": asked.one("title"), "watchlists": known}
    return Page("keep.html", "Keep this page", given, {"path": path, "watchlists": known})


# --- written ----------------------------------------------------------------------------------------------------------


def _who(request: Request) -> str:
    visitor: Visitor = request.scope["visitor"]
    return visitor.name


def _tags(words: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in words.split(",") if one.strip())


def make(site: Site, request: Request) -> Response:
    """A new watchlist."""
    name = watchlists.make(site.desk, visitors.sent(request).get("name", ""), _who(request), clock.now())
    visitors.told(site, request, "watchlist made", name)
    return RedirectResponse(_path(name), 303)


def keep(site: Site, request: Request) -> Response:
    """Keep a page in a watchlist, with tags and a note."""
    sent, by, now = visitors.sent(request), _who(request), clock.now()
    name = " ".join((sent.get("new") or sent.get("watchlist", "")).split())
    note = Note(sent.get("note", ""), by, now)
    item = Item(sent.get("path", ""), sent.get("title", ""), by, now, _tags(sent.get("tags", "")), (note,))
    watchlists.add(site.desk, name, item)
    visitors.told(site, request, "kept", f"{name}: {item.path}")
    return RedirectResponse(_path(name), 303)


def change(site: Site, request: Request) -> Response:
    """What is done to a watchlist or an item of it: a note, tags, taking it out."""
    sent, desk, name = visitors.sent(request), site.desk, request.path_params["name"]
    do, path = sent.get("do", ""), sent.get("path", "")
    if do == "note":
        watchlists.note(desk, name, path, Note(sent.get("note", ""), _who(request), clock.now()))
    elif do == "tag":
        watchlists.tag(desk, name, path, add=_tags(sent.get("tags", "")), drop=_tags(sent.get("drop", "")))
    elif do == "drop" and path:
        watchlists.drop(desk, name, path)
    elif do == "drop all":
        watchlists.drop(desk, name)
    else:
        raise UsageError("that is nothing a watchlist can be told")
    visitors.told(site, request, f"watchlist: {do}", f"{name}: {path}" if path else name)
    return RedirectResponse("/watchlists" if do == "drop all" else _path(name), 303)


def take_in(site: Site, request: Request) -> Response:
    """Take in a watchlist as it was exported."""
    made = watchlists.take_in(site.desk, "what was pasted", visitors.sent(request).get("json", ""))
    visitors.told(site, request, "watchlist taken in", made.watchlist)
    return RedirectResponse(_path(made.watchlist), 303)


# --- followed ---------------------------------------------------------------------------------------------------------


def feed(site: Site, request: Request) -> Response:
    """What is new on the pages of a watchlist, and what was noted of them."""
    asked, here = words(request.query_params, ("tag",)), str(request.url)
    found = watchlists.read(site.desk, request.path_params["name"], asked.one("tag"))
    newest = nlargest(streams.MOST_ENTRIES, _entries(site, found, here), key=lambda one: one[0] or _LONG_AGO)
    written = streams.atom(f"Watchlist: {found.watchlist}", here, newest)
    return streams.streamed(iter([written]), streams.FORMS["atom"])


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _entries(site: Site, found: watchlists.Watchlist, here: str) -> Iterator[streams.Entry]:
    for one in found.items:
        try:
            yield from _of_page(site, one, here)
        except PalimpsestError as problem:
            # What cannot be answered any more is told of, and stops no other.
            yield one.added_at, urljoin(here, one.path), one.title or one.path, str(problem)
        for each in one.notes:
            yield each.at, urljoin(here, one.path), f"{each.by} on {one.title or one.path}", each.words


_ARTICLE = re.compile(r"/article/([^?]+)")
_QUESTION = re.compile(r"/questions/([^/?.]+)")


def _of_page(site: Site, item: Item, here: str) -> Iterator[streams.Entry]:
    """What is new on one page; where nothing can be, that it was added."""
    at = urlsplit(item.path)
    params = QueryParams(at.query)
    if article := _ARTICLE.fullmatch(at.path):
        yield from articles.entries(site, unquote(article[1]), here)
    elif at.path == "/search":
        yield from searching.entries(site, words(params, searching.PARAMETERS), here)
    elif asks := _QUESTION.fullmatch(at.path):
        question = named(asks[1])
        yield from streams.entries(site, question, words(params, parameters(question)), here)
    else:
        yield item.added_at, urljoin(here, item.path), item.title or item.path, f"added by {item.added_by}"
