"""Pages of one article: what it says, how it stood over time, two versions side by side, how it is cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.diff import Paragraph
from archive.diff.sentence_edits import Sentence, changes, kinds
from archive.diff.sheet import Sheet, label
from archive.errors import NotFound, UsageError
from archive.export.bundle import verifier
from archive.fields import LABELS
from archive.proof import citation
from archive.proof.citation import Style
from archive.query import addresses, articles, comparison, every_look, quotes
from archive.query.articles import Article, VersionLine
from archive.query.every_look import Look
from archive.questions.question import Asked
from archive.records import Outcome
from archive.web import streams, values
from archive.web.asked import words
from archive.web.pages import Page
from archive.web.site import Site
from archive.wording import instead

__all__ = ["article_page", "at", "cite_page", "compare_page", "entries", "feed"]

_INLINE = "inline"
_VIEWS = (_INLINE, "whole", "sides")
"""How two versions are shown: what changed, all of it, or side by side."""

_WIDTH = 700
_LANE = 22


@dataclass(frozen=True, slots=True)
class Mark:
    """What the picture of a timeline has: a stretch or a point, in its units, and what it stands for."""

    x: float
    y: float
    width: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """An article from its first look to its last: a lane a version, above them the looks that showed none."""

    marks: tuple[Mark, ...]
    lanes: tuple[tuple[float, str], ...]
    height: float
    first: datetime
    last: datetime
    width: int = _WIDTH


_SHOWS = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.SAME_WORDS, Outcome.REVERTED, Outcome.REREAD})


def _timeline(lines: Sequence[VersionLine], looks: Sequence[Look]) -> Timeline | None:
    """The picture of an article that was looked at more than once."""
    times = [look.fetched_at for look in looks]
    if len(times) < 2 or times[0] == times[-1] or not lines:
        return None
    first, span = times[0], (times[-1] - times[0]).total_seconds()

    def place(moment: datetime) -> float:
        return round(_WIDTH * min(max((moment - first).total_seconds() / span, 0), 1), 1)

    marks = []
    lane = {line.version: _LANE * (n + 1.5) for n, line in enumerate(lines)}
    for line in lines:
        for sighting in line.sightings:
            x, until = place(sighting.first_seen), place(sighting.last_seen)
            told = f"version {line.number}: {sighting.times} looks, {sighting.first_seen} to {sighting.last_seen}"
            marks.append(Mark(x, lane[line.version], max(until - x, 3), "stood", told))
    for look in looks:
        y = lane.get(look.version, _LANE / 2) if look.outcome in _SHOWS else _LANE / 2
        kind = "look" if look.outcome in _SHOWS else "other"
        marks.append(Mark(place(look.fetched_at), y, 0, kind, f"{look.fetched_at}: {look.outcome}"))
    lanes = ((y, f"{line.number}") for line, y in zip(lines, lane.values(), strict=True))
    return Timeline(tuple(marks), tuple(lanes), _LANE * (len(lines) + 1.5), first, times[-1])


def _meant(site_asked: Asked, name: str) -> Article:
    return articles.find(site_asked.connection, name)


def article_page(site: Site, request: Request) -> Page:
    """An article: the version that is named, else its newest, and everything that is known of it."""
    asked = words(request.query_params)
    with site.asking(asked.filters) as put:
        article = _meant(put, request.path_params["name"])
        found = articles.show(put.connection, article)
        lines = articles.history(put.connection, article)
        looks = list(every_look.looks(put.connection, article))
        stood = list(addresses.addresses(put.connection, article))
    shown = articles.as_object(found)
    compared = {new.version: values.compare_path(old.version, new.version) for old, new in pairwise(lines)}
    path = values.path_of(article.name)
    given = {
        "asked": asked,
        "shown": shown,
        "named": bool(article.version),
        "article": article,
        "lines": lines,
        "looks": looks,
        "timeline": _timeline(lines, looks),
        "stood": stood,
        "compared": compared,
        "newest": lines[-1].version if lines else "",
    }
    data = {"shown": shown, "history": [asdict(one) for one in lines], "looks": [asdict(one) for one in looks]}
    data["addresses"] = [asdict(one) for one in stood]
    beside = {"json": f"{values.path_of(request.path_params['name'])}.json", "atom": f"{path}.atom"}
    return Page("article.html", shown["headline"] or article.name, given, data, beside=beside)


# --- two versions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Paragraphs of a field, one below the other, that all changed or all stand as they did."""

    changed: bool
    paragraphs: tuple[Paragraph, ...]


def _runs(found: Sequence[Paragraph]) -> Iterator[Run]:
    start = 0
    for n in range(1, len(found) + 1):
        if n == len(found) or (found[n].change == "kept") != (found[start].change == "kept"):
            yield Run(found[start].change != "kept", tuple(found[start:n]))
            start = n


def _fields(sheet: Sheet, view: str) -> Iterator[tuple[str, list[Run]]]:
    """The fields with their runs; where changes alone are shown, those that changed."""
    for name in LABELS:
        found = [one for one in sheet.paragraphs if one.field == name]
        if found and (view != _INLINE or any(one.change != "kept" for one in found)):
            yield label(name, sheet.language), list(_runs(found))


def _numbers(put: Asked, article: Article, given: Sequence[str]) -> list[VersionLine]:
    """The versions that are named by number or by their digests' beginning; the last two where none is."""
    lines = articles.history(put.connection, article)
    if len(lines) < 2:
        raise NotFound(f"{article.name} has {len(lines)} version: there is nothing to compare it with")
    found = []
    for name in given or [str(line.number) for line in lines[-2:]]:
        fitting = [line for line in lines if str(line.number) == name or line.version.endswith(f"@{name}")]
        if not fitting:
            shown = articles.show(put.connection, replace(article, version=name))
            fitting = [line for line in lines if line.version == shown.version]
        if not fitting:
            raise NotFound(f"{article.name}@{name} is held: it stood at no time that could be stated")
        found.append(fitting[0])
    return found


def _view(given: str) -> str:
    """How it is shown. Raises UsageError."""
    if given not in _VIEWS:
        raise UsageError(f"view={given!r}: {instead(given, _VIEWS)}")
    return given


def compare_page(site: Site, request: Request) -> Page | Response:
    """Two versions of an article. What is named by number is led to where it stands for ever: by digests."""
    asked = words(request.query_params, ("view",))
    params = request.path_params
    given = [params[name] for name in ("old", "new") if name in params]
    with site.asking(asked.filters) as put:
        article = _meant(put, params["name"])
        old, new = _numbers(put, article, given)
        path = values.compare_path(old.version, new.version)
        if [old.version, new.version] != [f"{article.name}@{one}" for one in given]:
            return RedirectResponse(path + request.scope.get("form", "") + asked.address().rstrip("?"))
        sheet = quotes.sheet(put.connection, article, old.number, new.number)
        texts = comparison.compared(put.connection, article, old.number, new.number)
        lines = articles.history(put.connection, article)
    sentences = changes(*texts)
    view = _view(asked.one("view", _INLINE))
    page = {
        "asked": asked,
        "article": article,
        "sheet": sheet,
        "fields": list(_fields(sheet, view)),
        "view": view,
        "kinds": kinds(sentences),
        "moved": [one for one in sentences if one.change == "moved"],
        "changed": [LABELS[name].lower() for name in sheet.changed],
        "steps": _steps(lines, old, new),
        "path": path,
    }
    title = f"{article.name}: version {old.number} and version {new.number}"
    return Page("compare.html", title, page, _compared(sheet, sentences), beside={"json": f"{path}.json"})


def _steps(lines: Sequence[VersionLine], old: VersionLine, new: VersionLine) -> dict[str, str]:
    """Where the step before and the step after stand."""
    steps = {pair[1].version: values.compare_path(pair[0].version, pair[1].version) for pair in pairwise(lines)}
    found = {"before": steps.get(old.version, "")}
    follows = [pair[1] for pair in pairwise(lines) if pair[0].version == new.version]
    return found | {"after": steps[follows[0].version] if follows else ""}


def _compared(sheet: Sheet, sentences: Sequence[Sentence]) -> dict[str, Any]:
    """As `diff --json` has it, and what the sheet says besides."""
    paragraphs = [
        {
            "article": sheet.article,
            "from": sheet.old.version,
            "to": sheet.new.version,
            "field": one.field,
            "change": one.change,
            "before": one.before,
            "after": one.after,
            "pieces": [{"mark": piece.mark, "text": piece.text} for piece in one.pieces],
        }
        for one in sheet.paragraphs
    ]
    facts = {"old": asdict(sheet.old), "new": asdict(sheet.new), "changed": sheet.changed, "kinds": kinds(sentences)}
    times = {"not_before": sheet.not_before, "not_after": sheet.not_after, "as_of": sheet.as_of}
    return {"article": sheet.article, "url": sheet.url, **facts, **times, "paragraphs": paragraphs}


# --- cited, found, followed -------------------------------------------------------------------------------------------


def cite_page(site: Site, request: Request) -> Page:
    """A version as a citation, in every style."""
    asked = words(request.query_params)
    with site.asking(asked.filters) as put:
        found = quotes.citation(put.connection, _meant(put, request.path_params["name"]))
    styles = {style.value: citation.cite(found, style) for style in Style}
    given = {"asked": asked, "citation": found, "styles": styles, "verifier": sha256(verifier()).hexdigest()}
    return Page("cite.html", f"Cite {found.version}", given, asdict(found) | {"styles": styles})


def at(site: Site, request: Request) -> Response | Page:
    """The article that stood at an address: where links of stored pages lead."""
    address = request.query_params.get("url", "")
    try:
        with site.asking() as put:
            return RedirectResponse(values.path_of(_meant(put, address).name))
    except NotFound as problem:
        given = {"asked": words(request.query_params, ("url",)), "address": address, "problem": str(problem)}
        return Page("at.html", "Not held", given, {"error": str(problem)}, status=404)


def entries(site: Site, name: str, base: str) -> Iterator[streams.Entry]:
    """The versions of an article as entries of a feed, the newest first. Raises NotFound."""
    with site.asking() as put:
        article = _meant(put, name)
        lines = articles.history(put.connection, article)
    for line in reversed(lines):
        address = urljoin(base, values.path_of(line.version))
        yield line.first_seen, address, line.headline, f"version {line.number} of {article.name}"


def feed(site: Site, request: Request) -> Response:
    """An article to follow: an entry a version."""
    name, here = request.path_params["name"], str(request.url)
    written = streams.atom(f"{name}: versions", here, entries(site, name, here))
    return streams.streamed(iter([written]), streams.FORMS["atom"])
