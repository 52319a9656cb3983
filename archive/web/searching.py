"""The page that finds articles by their words: its address is the search, the same a year later with `as_of`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urljoin

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import UsageError
from archive.query import search
from archive.query.facets import Facet, facets
from archive.query.filters import Filters
from archive.query.search import Search
from archive.questions.coverage import Answer
from archive.questions.options import ALL
from archive.questions.passed import Passed
from archive.questions.question import Unit
from archive.search.language import parse
from archive.web import streams, values
from archive.web.answers import filter_inputs
from archive.web.asked import Words, words
from archive.web.pages import Page
from archive.web.site import Site

__all__ = ["PARAMETERS", "entries", "feed", "search_page"]

PARAMETERS = ("q", "after", "sort", "exact", "earlier", "limit")
_LIMIT, _MOST = 20, 200


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of results and what they rest on."""

    found: search.Found
    answer: Answer
    facets: tuple[Facet, ...] = ()


def _limit(asked: Words) -> int:
    given = asked.one("limit", str(_LIMIT))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:6]) <= _MOST):
        raise UsageError(f"limit={given!r} is no number from 1 to {_MOST}")
    return int(given)


def _find(site: Site, asked: Words, limit: int, *, counting: bool = False) -> _Found:
    def search_of(filters: Filters) -> Search:
        return Search(
            parse(asked.one("q")),
            filters,
            exact=asked.one("exact") == "yes",
            earlier=asked.one("earlier") == "yes",
            relevance=asked.one("sort") == "relevance",
            after=asked.one("after"),
        )

    with site.asking(asked.filters) as put:
        search_, passed = search_of(put.filters), Passed()
        found = search.find(put.connection, search_, limit)
        list(passed.through(found.hits))
        beside = passed.beside(put, "search", Unit.ARTICLE)
        return _Found(found, beside, tuple(facets(put.connection, search_)) if counting and not found.is_walked else ())


@dataclass(frozen=True, slots=True)
class _Choice:
    """A value a search may be narrowed to: how many versions it leaves, in words, and the address of that search."""

    value: str
    versions: str
    path: str


def _choices(found: _Found, asked: Words) -> dict[str, list[_Choice]]:
    """What a search may be narrowed to, by what; not what leaves it as it is."""
    made: dict[str, list[_Choice]] = {}
    for one in found.facets:
        made.setdefault(one.by, []).append(
            _Choice(one.value, f"{'at least ' * one.at_least}{one.versions:,}", _narrowed(one, asked))
        )
    return {by: choices for by, choices in made.items() if len(choices) > 1}


def _narrowed(one: Facet, asked: Words) -> str:
    """Empty where no filter says so: what states no date, the last month there is."""
    if one.value in {"", "9999-12"}:
        return ""
    if one.by != "month":
        return asked.address(**{one.by: one.value, "after": ""})
    year, month = map(int, one.value.split("-"))
    until = f"{year + month // 12:04}-{month % 12 + 1:02}"
    return asked.address(published_since=one.value, published_until=until, after="")


def search_page(site: Site, request: Request) -> Page:
    """Results of a search, or its form."""
    asked = words(request.query_params, PARAMETERS)
    given: dict[str, Any] = {
        "asked": asked,
        "filters": list(filter_inputs(asked, ALL)),
        "found": None,
        "answer": None,
        "onward": "",
        "permanent": "",
    }
    if not asked.one("q"):
        return Page("search.html", "Search", given, {"hits": [], "total": None, "answer": None, "facets": []})
    found = _find(site, asked, _limit(asked), counting=not asked.one("after"))
    hits, answer = found.found.hits, found.answer
    given |= {"counted": f"/questions/facets{_as_question(asked)}" if found.found.is_walked else ""}
    given |= {"found": found.found, "answer": answer, "facets": _choices(found, asked)}
    if found.found.more:
        given["onward"] = asked.address(after=hits[-1].version)
    if answer.as_of and not asked.filters.as_of:
        given["permanent"] = asked.address(as_of=answer.as_of.isoformat())
    total = found.found.total
    data = {
        "hits": [asdict(hit) for hit in hits],
        "more": found.found.more,
        "total": asdict(total) if total else None,
        "answer": asdict(answer),
        "facets": [asdict(one) for one in found.facets],
    }
    here = asked.address()
    beside = {"json": f"/search.json{here}", "atom": f"/search.atom{here}"}
    given["exports"] = {form: f"/questions/matching.{form}{_as_question(asked)}" for form in ("csv", "json")}
    return Page("search.html", f"Search: {asked.one('q')}", given, data, beside=beside)


def _as_question(asked: Words) -> str:
    """The same search as the question that gives every version with these words."""
    return asked.address(q="", words=asked.one("q"), **dict.fromkeys(set(PARAMETERS) - {"q"}, ""))


def entries(site: Site, asked: Words, base: str) -> Iterator[streams.Entry]:
    """The newest results of a search as entries of a feed."""
    for hit in _find(site, asked, streams.MOST_ENTRIES).found.hits:
        yield hit.first_seen, urljoin(base, values.path_of(hit.version)), hit.headline, hit.passage


def feed(site: Site, request: Request) -> Response:
    """A search to follow: its newest results."""
    asked, here = words(request.query_params, PARAMETERS), str(request.url)
    written = streams.atom(f"Search: {asked.one('q')}", here, entries(site, asked, here))
    return streams.streamed(iter([written]), streams.FORMS["atom"])
