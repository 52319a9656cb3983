"""Whole answers as files: JSON and CSV row by row, however many there are, and Atom for whoever follows one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive import text
from archive.errors import UsageError
from archive.formulas import is_formula
from archive.questions import rows
from archive.questions.coverage import answer
from archive.questions.passed import Passed
from archive.questions.question import Question
from archive.web import values
from archive.web.answers import parameters, question_of
from archive.web.asked import Words, question_words, words
from archive.web.pages import as_text
from archive.web.site import Site

__all__ = ["FORMS", "MOST_ENTRIES", "Entry", "answer_as", "atom", "entries", "streamed"]

MOST_ENTRIES = 50
"""Entries of a feed."""

Entry = tuple[datetime | None, str, str, str]
"""Of a feed: when, its address, its title, what it says."""

_TIMES = ("not_after", "seen_at", "since", "first_seen", "fetched_at", "at", "last_seen")
"""Columns that say when something happened: the first there is dates an entry of a feed."""


def streamed(pieces: Iterator[str], media: str, name: str = "") -> Response:
    """Pieces as they come. What goes wrong before the first is said as of any page; what goes wrong later breaks the
    answer off, so that nobody takes half of it for all."""
    first = next(pieces, "")
    headers = {"content-disposition": f'attachment; filename="{name}"'} if name else {}
    return StreamingResponse(chain([first], pieces), media_type=media, headers=headers)


def _answered(site: Site, question: Question, asked: Words, put: Callable[[Any], None]) -> Iterator[Any]:
    """The rows of an answer; what it rests on goes to `put` behind the last."""
    with site.asking(asked.filters, patient=True) as to:
        passed, given = Passed(), question.given(list(question_words(question, asked)), asked.zone)
        yield from passed.through(question.answer(to, **given))
        put(answer(to, question.name, question.unit, passed.rows))


def _as_json(site: Site, question: Question, asked: Words) -> Iterator[str]:
    answers: list[Any] = []
    between = '{"rows": ['
    for row in _answered(site, question, asked, answers.append):
        yield between + as_text(rows.as_object(row))
        between = ",\n"
    yield ("" if between == ",\n" else between) + f'], "answer": {as_text(asdict(answers[0]))}}}\n'


def _cell(value: Any, *, guarded: bool) -> str:
    """A value as a cell: exact, or (`guarded`) such that a spreadsheet shows it and runs nothing."""
    words = "" if value is None else value if isinstance(value, str) else _plain(value)
    return f"'{words}" if guarded and isinstance(value, str) and is_formula(words) else words


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return text.iso(value) or ""
    return as_text(value) if isinstance(value, list | dict) else str(value)


def _as_csv(site: Site, question: Question, asked: Words) -> Iterator[str]:
    guarded = asked.one("for_spreadsheet") == "yes"
    into = io.StringIO(newline="")
    writer = csv.writer(into)
    writer.writerow(question.columns)
    for row in _answered(site, question, asked, lambda _: None):
        writer.writerow([_cell(one, guarded=guarded) for one in rows.as_object(row).values()])
        if into.tell() > 16_384:
            yield into.getvalue()
            into.seek(0)
            into.truncate()
    yield into.getvalue()


def _entry(question: Question, row: Any, base: str) -> Entry:
    """An entry for a row: when it was, its address, its title, what it says."""
    said = dict(zip(question.columns, rows.values(row), strict=True))
    moment = next((said[name] for name in _TIMES if isinstance(said.get(name), datetime)), None)
    old, new = said.get("from", said.get("old", "")), said.get("to", said.get("new", ""))
    path = values.path_of(str(said.get("version") or said.get("article") or ""))
    if "@" in str(old) and "@" in str(new):
        path = values.compare_path(str(old), str(new))
    title = str(said.get("headline") or said.get("after") or said.get("article") or question.asks)
    told = "; ".join(f"{name}: {rows.cell(value)}" for name, value in said.items() if name != "sentences")
    return moment, urljoin(base, path), title, text.clip(told, 2_000)


def atom(title: str, here: str, found: Iterable[Entry]) -> str:
    """A feed: its title and address, and its entries."""
    taken = list(found)
    newest = max((when for when, *_ in taken if when), default=None)
    updated = text.iso(newest) or "1970-01-01T00:00:00+00:00"
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{_xml(title)}</title><id>{_xml(here)}</id><updated>{updated}</updated>",
        f"<link rel={quoteattr('self')} href={quoteattr(here)}/><author><name>Palimpsest</name></author>",
    ]
    for when, address, headline, told in taken:
        dated = text.iso(when) or updated
        identity = f"{address}#{dated}"
        parts.append(
            f"<entry><title>{_xml(headline)}</title><id>{_xml(identity)}</id><updated>{dated}</updated>"
            f"<link href={quoteattr(address)}/><summary>{_xml(told)}</summary></entry>"
        )
    return "\n".join([*parts, "</feed>\n"])


def _xml(words: str) -> str:
    return escape(text.clean(words))


def entries(site: Site, question: Question, asked: Words, base: str) -> Iterator[Entry]:
    """The first rows of an answer as entries of a feed; their addresses are made absolute by `base`."""
    for row in islice(_answered(site, question, asked, lambda _: None), MOST_ENTRIES):
        yield _entry(question, row, base)


def _as_atom(site: Site, question: Question, asked: Words, here: str) -> Iterator[str]:
    yield atom(question.asks, here, entries(site, question, asked, here))


FORMS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
"""What an answer may come as, and its media type."""


def answer_as(site: Site, request: Request) -> Response:
    """The whole answer to a question, as a file."""
    question, form = question_of(request), request.path_params["form"]
    asked = words(request.query_params, (*parameters(question), "for_spreadsheet"))
    if missing := [one.name for one in question.arguments if one.required and one.name not in asked.own]:
        raise UsageError(f"{question.name} needs {', '.join(missing)}; it is asked as: {question.usage}")
    if form == "csv":
        return streamed(_as_csv(site, question, asked), FORMS[form], f"{question.name}.csv")
    if form == "atom":
        return streamed(_as_atom(site, question, asked, str(request.url)), FORMS[form])
    return streamed(_as_json(site, question, asked), FORMS[form])
