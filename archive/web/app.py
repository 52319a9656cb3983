"""The application: which address is which page, what every answer carries, and how errors are said.

It can only read the archive: its engines cannot write. What people write goes to the desk beside it, by forms of ours
alone, which are sent to the few addresses that take a POST."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from archive.errors import Away, Busy, Damaged, NotFound, PalimpsestError, TooLong, UsageError, Withdrawn
from archive.masking import masked
from archive.web import (
    answers,
    articles,
    described,
    front,
    health,
    judging,
    keeping,
    looks,
    searching,
    streams,
    visiting,
    visitors,
)
from archive.web.asked import words
from archive.web.pages import Page, as_html, as_json, asset
from archive.web.site import Site
from archive.web.visitors import Refused

__all__ = ["POLICY", "application"]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What our own pages may do: no script at all, styles and frames of ours alone."""

_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
    "vary": "Cookie",
}

View = Callable[[Site, Request], Page | Response]

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (UsageError, 400),
    (TooLong, 503),
    (Busy, 503),
    (Away, 503),
    (Withdrawn, 451),
    (Damaged, 500),
    (PalimpsestError, 500),
)


_SAID = {404: "there is no page of that name", 405: "pages can be read; nothing can be sent to them"}


def _failed(problem: Exception) -> tuple[int, str]:
    """The status and the words for what went wrong; what nobody foresaw is told of on stderr."""
    if isinstance(problem, Refused):
        return problem.status, str(problem)
    if isinstance(problem, HTTPException):
        return problem.status_code, _SAID.get(problem.status_code, problem.detail)
    for kind, status in _STATUS:
        if isinstance(problem, kind):
            return status, str(problem)
    traceback.print_exception(problem)
    return 500, "the program failed over this page; what it says on its terminal belongs into a report"


def _error(request: Request, problem: Exception) -> Response:
    status, said = _failed(problem)
    is_page = request.url.path.rpartition(".")[2] not in streams.FORMS
    if isinstance(problem, Refused) and problem.status == 401 and is_page and request.method in {"GET", "HEAD"}:
        return visiting.to_login(request)
    if is_page:
        given = {"said": masked(said), "asked": words(_NOTHING)}
        answer = as_html(Page("error.html", "It did not work", given, None, status), request)
    else:
        answer = as_json({"error": masked(said), "status": status}, status)
    if isinstance(problem, Refused) and problem.wait:
        answer.headers["retry-after"] = str(problem.wait)
    return answer


_NOTHING = Request({"type": "http", "query_string": b"", "headers": []}).query_params


def _endpoint(site: Site, view: View, form: str) -> Callable[[Request], Awaitable[Response]]:
    """A view as Starlette takes it, in a thread of its own: as a page, or (`.json`) the same for programs."""

    def answered(request: Request) -> Response:
        request.scope.update(form=form, site=site)
        try:
            visitors.admit(site, request)
            found = view(site, request)
            if isinstance(found, Response):
                return found
            return as_json(found.data, found.status) if form else as_html(found, request)
        except Exception as problem:  # noqa: BLE001 - said, and told of where nobody foresaw it
            return _error(request, problem)

    async def endpoint(request: Request) -> Response:
        if request.method == "POST":
            request.scope["body"] = await _body(request)
        return _carrying(await run_in_threadpool(answered, request), request)

    return endpoint


async def _body(request: Request) -> bytes:
    """What is sent; nothing of what is larger than any form of ours, which then is no form."""
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > _LARGEST:
            return b"\xff"
    return read


_LARGEST = 2_000_000
"""Bytes of a form: a watchlist that is taken in has some hundred kilobytes."""


def _carrying(answer: Response, request: Request) -> Response:
    """An answer with what every answer carries; nothing but that where it is what the reader has already."""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    body = getattr(answer, "body", None)
    if body is None or answer.status_code != 200:
        return answer
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer.headers["etag"] = tag
    if tag not in request.headers.get("if-none-match", ""):
        return answer
    kept = {name: value for name, value in answer.headers.items() if name not in {"content-length", "content-type"}}
    return Response(status_code=304, headers=kept)


def _static(_site: Site, request: Request) -> Response:
    try:
        body = asset(request.path_params["name"])
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("there is no such file") from None
    return Response(body, media_type="text/css", headers={"cache-control": "public, max-age=31536000, immutable"})


_PAGES: tuple[tuple[str, View], ...] = (
    ("/search", searching.search_page),
    ("/questions", answers.listed),
    ("/alarms", health.alarms_page),
    ("/gaps", health.gaps_page),
    ("/article/{name:path}", articles.article_page),
    ("/cite/{name:path}", articles.cite_page),
    ("/compare/{name}/{old}/{new}", articles.compare_page),
    ("/compare/{name}", articles.compare_page),
    ("/look/{name}", looks.look_page),
    ("/at", articles.at),
    ("/watchlists", keeping.watchlists_page),
    ("/watchlists/{name}", keeping.watchlist_page),
    ("/keep", keeping.keep_page),
    ("/sheets", judging.sheets_page),
    ("/sheets/{name}", judging.sheet_page),
    ("/sheets/{name}/{n}", judging.claim_page),
    ("/login", visiting.login_page),
)
"""Pages that have a `.json` each."""

_WRITES: tuple[tuple[str, View], ...] = (
    ("/watchlists", keeping.make),
    ("/watchlists/taken-in", keeping.take_in),
    ("/watchlists/{name}/changed", keeping.change),
    ("/keep", keeping.keep),
    ("/sheets", judging.make),
    ("/sheets/{name}/{n}", judging.judge),
    ("/login", visiting.log_in),
    ("/logout", visiting.leave),
)
"""Where forms are sent to."""

_FILES: tuple[tuple[str, View], ...] = (
    ("/questions/{name}.{form:form}", streams.answer_as),
    ("/search.atom", searching.feed),
    ("/article/{name:path}.atom", articles.feed),
    ("/watchlists/{name}.atom", keeping.feed),
    ("/sheets/{name}.csv", judging.as_csv),
    ("/login/by-provider", visiting.go),
    ("/login/back", visiting.come_back),
    ("/page/{name}", looks.bare),
    ("/openapi.json", lambda _site, _request: as_json(described.description())),
    ("/static/{name}", _static),
)


def _routes(site: Site) -> list[Route]:
    def route(path: str, view: View, form: str = "") -> Route:
        return Route(path + form, _endpoint(site, view, form), methods=["GET", "HEAD"])

    files = [
        route(path.replace("{form:form}", form), _with_form(view, form))
        for path, view in _FILES
        for form in _forms(path)
    ]
    pages = [route(path, view, form) for form in (".json", "") for path, view in _PAGES]
    front_pages = [route("/", front.front_page), route("/index", front.front_page, ".json")]
    writes = [Route(path, _endpoint(site, view, ""), methods=["POST"]) for path, view in _WRITES]
    return [*front_pages, *files, *pages, route("/questions/{name}", answers.question_page), *writes]


def _forms(path: str) -> Sequence[str]:
    return tuple(streams.FORMS) if "{form:form}" in path else ("",)


def _with_form(view: View, form: str) -> View:
    def viewed(site: Site, request: Request) -> Page | Response:
        if form:
            request.path_params["form"] = form
        return view(site, request)

    return viewed


def application(site: Site, hosts: Sequence[str]) -> Starlette:
    """The pages of an archive, for those who ask for them by one of these host names: a page elsewhere that had its own
    name mean this machine could read it otherwise."""

    async def failed(request: Request, problem: Exception) -> Response:
        return _carrying(_error(request, problem), request)

    handlers = {HTTPException: failed, Exception: failed}
    guard = Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return Starlette(routes=_routes(site), middleware=[guard], exception_handlers=handlers)
