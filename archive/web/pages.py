"""Pages: what a view found, as HTML by its template or as JSON by the keys that `--json` has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from importlib import resources
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from archive import __version__, charts, text
from archive.charts import Chart
from archive.desk.watchlists import is_kept
from archive.web import values
from archive.web.visitors import needs_users, token
from archive.wording import counted

__all__ = ["Page", "as_html", "as_json", "as_text", "asset", "style"]

_HERE = resources.files("archive.web")


@dataclass(frozen=True, slots=True)
class Page:
    """What a view found: the template that shows it, what that is given, and `data`, the same as JSON.

    `status` is that of the answer, `beside` the other forms the page comes in: their names and addresses."""

    template: str
    title: str
    given: Mapping[str, Any]
    data: Any = None
    status: int = 200
    beside: Mapping[str, str] = field(default_factory=dict)


def asset(name: str) -> bytes:
    """A file that pages load from us. Raises FileNotFoundError."""
    return _HERE.joinpath("static", name).read_bytes()


@cache
def style() -> str:
    """The address of the style sheet: it changes with the sheet, so that it may be kept for ever."""
    return f"/static/style.css?{hashlib.sha256(asset('style.css')).hexdigest()[:12]}"


def _template(name: str) -> str:
    return _HERE.joinpath("templates", name).read_text(encoding="utf-8")


def _finalized(value: Any) -> Any:
    """Whatever a template writes: the gate for what it does not pass through `values` itself."""
    return value if isinstance(value, Markup) else values.safe("" if value is None else value)


def _svg(one: Chart) -> Markup:
    return Markup(charts.svg(one))  # noqa: S704 - all words in it are escaped there


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["counted"] = counted
    made.globals |= {
        "path_of": values.path_of,
        "capture_path": values.capture_path,
        "compare_path": values.compare_path,
        "shown": values.shown,
        "pieces": values.pieces,
        "highlighted": values.highlighted,
        "when": values.when,
        "svg": _svg,
        "clip": text.clip,
        "quoted": partial(quote, safe=""),
        "program": __version__,
        "style": style(),
    }
    return made


def _around(page: Page, request: Request) -> dict[str, Any]:
    """What every page says around what it shows: where one is and who one is, how to keep it, what forms carry."""
    site, visitor = request.scope.get("site"), request.scope.get("visitor")
    path, query = request.url.path, request.url.query
    keep = urlencode({"path": f"{path}{f'?{query}' if query else ''}", "title": text.clip(page.title, 200)})
    return {
        "here": path,
        "user": visitor.name if visitor else "",
        "can_say_who": bool(site and (not site.is_read_only or needs_users(site))),
        "may_write": bool(visitor and visitor.may_write),
        "token": token(site, visitor) if site and visitor else "",
        "to_login": f"/login?{urlencode({'to': f'{path}?{query}' if query else path})}",
        "keep": f"/keep?{keep}" if page.status == 200 and is_kept(path) else "",
    }


def as_html(page: Page, request: Request) -> Response:
    """A page for people."""
    made = _environment().get_template(page.template)
    words = made.render(title=page.title, beside=page.beside, **_around(page, request), **page.given)
    return HTMLResponse(words, page.status)


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return text.iso(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.hex() if isinstance(value, bytes) else str(value)


def as_text(data: Any) -> str:
    """Values as JSON, as `--json` writes them."""
    return json.dumps(data, ensure_ascii=False, default=_value)


def as_json(data: Any, status: int = 200) -> Response:
    """What a page shows, for programs."""
    return Response(as_text(data), status, media_type="application/json")
