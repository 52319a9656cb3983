"""The command that finds articles by their words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import tzinfo
from enum import StrEnum
from typing import Annotated

import typer

from archive import output
from archive.commands.answers import rests_on, when
from archive.commands.filters import filtered
from archive.commands.shared import Json, put_to
from archive.query import search
from archive.query.filters import Filters
from archive.query.search import Search
from archive.questions.passed import Passed
from archive.questions.question import Unit
from archive.search.language import parse
from archive.wording import counted

__all__ = ["search_"]


class Order(StrEnum):
    """What comes first: the newest, or what has the words near its top."""

    NEWEST = "newest"
    RELEVANCE = "relevance"


@filtered
def search_(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for, in the language below.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many articles.")] = 20,
    after: Annotated[str, typer.Option(help="Go on after this version, with which a page ended.")] = "",
    sort: Annotated[Order, typer.Option(help="The newest first, or those with the words near the top.")] = Order.NEWEST,
    exact: Annotated[bool, typer.Option("--exact", help="Form, case and accents must agree.")] = False,
    earlier: Annotated[bool, typer.Option("--earlier", help="Only what the article says no longer.")] = False,
    count: Annotated[bool, typer.Option("--count", help="Count all, however many there are.")] = False,
    as_json: Json = False,
    filters: Filters,
    zone: tzinfo,
) -> None:
    """Find articles by the words of any of their versions, the newest first, one row each: its newest matching version.

    word word = both; "a phrase"; begin* (three letters or more); a OR b; a NOT b; a NEAR/5 b = in one field, in any
    order, at most five words between them (ten without a number, twenty at most); ( ); headline: lead: body: byline:
    before a word, a phrase or a parenthesis. Operators are in capitals.

    Words are found in any form their language's stemmer knows, whatever their case and accents; with --exact only
    letter by letter. `match` says of each result whether the query stands there so. With --sort relevance, among the
    newest 10,000 matching versions, those come first that have it in the headline, then in headline or lead.

    Beside the rows stands what they are as of, and of each outlet in them what is held and when nobody looked; without
    rows, whether nothing fits, nothing is held, or nobody looked.

    JSON keys: article, url, outlet, version, number, headline, first_seen, last_seen, passage, found, match, marks,
    language, unit, as_of, coverage.

    Example: palimpsest search '"Sergueï Kislyak" NEAR/10 sanctions NOT headline:visa'
    """
    query, relevance = parse(" ".join(words)), sort is Order.RELEVANCE
    with put_to(context, filters) as then:
        asked = Search(query, then.filters, exact=exact, earlier=earlier, relevance=relevance, after=after)
        found = search.find(then.connection, asked, limit, count=count)
        passed = Passed()
        hits = list(passed.through(found.hits))
        beside = passed.beside(then, "search", Unit.ARTICLE)
    covered = {one.outlet: asdict(one) for one in beside.coverage}
    for hit in hits:
        if as_json:
            more = {"unit": beside.unit, "as_of": beside.as_of, "coverage": covered[hit.outlet]}
            output.json_line(asdict(hit) | more)
        else:
            output.said(f"{hit.version}  {when(hit.first_seen, zone)}  {hit.match}  {hit.headline}")
            output.marked("    ", hit.passage, hit.marks)
    _told(asked, found)
    rests_on(beside, zone)


def _told(asked: Search, found: search.Found) -> None:
    """How many there are, and how to go on."""
    if not found.hits:
        ended = f" after {asked.after}" if asked.after else ""
        output.note(f"no version holds {asked.query.shown()}{ended}")
        return
    total = found.total
    if total is None:
        matching = "not counted; --count does"
    elif total.more:
        matching = f"{total.versions:,}+ versions match; --count counts them"
    else:
        versions = f"{counted(total.versions, 'version')} match{'es' * (total.versions == 1)}"
        matching = f"{counted(total.articles, 'article')}, {versions}"
    onward = f". More: --after {found.hits[-1].version}" if found.more else ""
    output.note(matching + onward)
