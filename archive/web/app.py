"""The application: which address is which page, what every answer carries, and how errors are said.

It can only read: its engines cannot write, and no page takes anything but GET and HEAD."""

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
from archive.web import answers, articles, described, front, health, looks, searching, streams
from archive.web.asked import words
from archive.web.pages import Page, as_html, as_json, asset
from archive.web.site import Site

__all__ = ["POLICY", "application"]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What our own pages may do: no script at all, styles and frames of ours alone."""

_HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
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
    if isinstance(problem, HTTPException):
        return problem.status_code, _SAID.get(problem.status_code, problem.detail)
    for kind, status in _STATUS:
        if isinstance(problem, kind):
            return status, str(problem)
    traceback.print_exception(problem)
    return 500, "the program failed over this page; what it says on its terminal belongs into a report"


def _error(request: Request, problem: Exception) -> Response:
    status, said = _failed(problem)
    if request.url.path.rpartition(".")[2] in streams.FORMS:
        return as_json({"error": masked(said), "status": status}, status)
    return as_html(
        Page("error.html", "It did not work", {"said": masked(said), "asked": words(_NOTHING)}, None, status), request
    )


_NOTHING = Request({"type": "http", "query_string": b"", "headers": []}).query_params


def _endpoint(site: Site, view: View, form: str) -> Callable[[Request], Awaitable[Response]]:
    """A view as Starlette takes it, in a thread of its own: as a page, or (`.json`) the same for programs."""

    def answered(request: Request) -> Response:
        request.scope["form"] = form
        try:
            found = view(site, request)
            if isinstance(found, Response):
                return found
            return as_json(found.data, found.status) if form else as_html(found, request)
        except Exception as problem:  # noqa: BLE001 - said, and told of where nobody foresaw it
            return _error(request, problem)

    async def endpoint(request: Request) -> Response:
        return _carrying(await run_in_threadpool(answered, request), request)

    return endpoint


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
)
"""Pages that have a `.json` each."""

_FILES: tuple[tuple[str, View], ...] = (
    ("/questions/{name}.{form:form}", streams.answer_as),
    ("/search.atom", searching.feed),
    ("/article/{name:path}.atom", articles.feed),
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
    return [*front_pages, *files, *pages, route("/questions/{name}", answers.question_page)]


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
