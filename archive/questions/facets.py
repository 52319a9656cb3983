"""The question what a search could be narrowed to."""

from __future__ import annotations

from collections.abc import Iterable

from archive.query import facets as counted
from archive.query.facets import Facet
from archive.query.search import Search
from archive.questions.question import Asked, Unit, question
from archive.search.language import parse

__all__ = ["facets"]


@question(54, Unit.VERSION, "bridge")
def facets(asked: Asked, words: str, earlier: bool = False) -> Iterable[Facet]:
    """How many versions with these words are of each outlet, in each language, of each month?

    words: as for search.
    earlier: only of what articles say no longer.

    A month is that of the stated date of publication (UTC), empty where none is stated. Narrowed to a value (--outlet,
    --lang, --published-since and --published-until) a search matches as many. Where more than 10,000 versions match,
    the 2,000 of them that came into the archive last are counted: each number is then what there is at_least."""
    return counted.facets(asked.connection, Search(parse(words), asked.filters, earlier=earlier))
