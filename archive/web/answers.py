"""Questions as pages: a form, the answer as a table and as a picture, its documentation, and how else to ask it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request

from archive.charts import Chart, chart
from archive.errors import NotFound, UsageError
from archive.query.statements import listened_to
from archive.questions import rows
from archive.questions.catalog import QUESTIONS, named
from archive.questions.options import FILTERS, TZ, Option
from archive.questions.passed import Passed
from archive.questions.question import Question
from archive.web import values
from archive.web.asked import Words, question_words, words
from archive.web.charts import CHARTS
from archive.web.pages import Page
from archive.web.site import Site

__all__ = ["MOST", "Table", "example", "listed", "parameters", "question_of", "question_page", "table"]

MOST = 50
"""Rows of an answer on a page; its other forms have all."""

_LONG = frozenset(
    "url body description citation sentences why how edits examples alternatives sightings samples suspicions joins "
    "warc_file warc_offset warc_length payload_digest time_basis revision seen_at from to old new outlet hours_min "
    "hours_max".split()
)
"""Columns that stand below a row, when somebody asks for them; of what has few columns, none."""

_WIDE = 8
"""Columns that stand side by side."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a page shows it: the cells of its columns, what stands below it, and where its two versions are
    compared (empty: it has none)."""

    cells: tuple[tuple[str, Markup], ...]
    below: tuple[tuple[str, Markup], ...]
    compare: str


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as a page shows it: the columns of all rows, the rows, whether there are more."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    more: bool


def parameters(question: Question) -> tuple[str, ...]:
    """The names of what a question is given."""
    return tuple(one.name for one in question.arguments)


def _compared(row: Mapping[str, Any]) -> str:
    """Where the two versions a row speaks of are compared."""
    for old, new in (("from", "to"), ("old", "new")):
        if "@" in str(row.get(old, "")) and "@" in str(row.get(new, "")):
            return values.compare_path(str(row[old]), str(row[new]))
    return ""


def _row(named: Mapping[str, Any], columns: Sequence[str], asked: Words) -> Row:
    compare = _compared(named)
    if compare:
        # What became of each sentence is told where the versions are compared; to find it out for a page takes seconds.
        named = {name: value for name, value in named.items() if name != "sentences"}
    made = {name: values.shown(name, value, asked.zone) for name, value in named.items()}
    below = tuple((name, cell) for name, cell in made.items() if name not in columns and str(cell) != "-")
    return Row(tuple((name, made[name]) for name in columns), below, compare)


def table(row: type[Any], found: Iterable[Any], asked: Words, most: int = MOST) -> Table:
    """The first rows of an answer."""
    columns = rows.columns(row)
    short = columns if len(columns) <= _WIDE else tuple(name for name in columns if name not in _LONG)[:_WIDE]
    taken = list(islice(found, most + 1))
    made = (dict(zip(columns, rows.values(one), strict=True)) for one in taken[:most])
    return Table(short, tuple(_row(each, short, asked) for each in made), len(taken) > most)


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form: its name and what it means, what stands in it, what may be chosen, several on a line each."""

    name: str
    words: str
    value: str
    choices: tuple[str, ...] = ()
    required: bool = False
    several: bool = False
    hint: str = ""


def _inputs(question: Question, asked: Words) -> Iterator[Input]:
    for one in question.arguments:
        default = "" if one.required or one.several or one.default in {None, False} else str(one.default)
        choices = tuple(one.choices) if one.choices else ("yes", "no") if one.kind == "flag" else ()
        value = "\n".join(asked.own.get(one.name, ()))
        hint = f"{one.kind}{f', {default} if not given' if default else ''}"
        yield Input(one.name, one.words, value, choices, one.required, one.several, hint)


def filter_inputs(asked: Words, narrowing: Iterable[str]) -> Iterator[Input]:
    """The filters that narrow an answer, and the moment and the zone, as fields of a form."""
    there = dict(asked.given)
    for one in (*FILTERS, TZ):
        if one.field in {*narrowing, "as_of", "tz"}:
            several = ", ".join(value for name, value in asked.given if name == one.name)
            yield Input(one.name, one.words, several if one.several else there.get(one.name, ""), hint=_hint(one))


def _hint(one: Option) -> str:
    return "several with commas between" if one.several else one.choices.replace("|", ", ").lower()


def _shell(question: Question, asked: Words) -> str:
    """The same on the command line."""
    options = {one.name for one in (*FILTERS, TZ)}
    given = [f"{name}={value}" for name, value in asked.given if name not in options]
    narrowed = [
        word for name, value in asked.given if name in options for word in ("--" + name.replace("_", "-"), value)
    ]
    return shlex.join(["palimpsest", "ask", question.name, *given, *narrowed])


def _python(question: Question, asked: Words) -> str:
    """The same in a notebook."""
    given = ", ".join(f"{name}={value!r}" for name, value in asked.given)
    return f'import archive\n\narchive.open("palimpsest-data").ask({question.name!r}{f", {given}" if given else ""})'


def _ready(question: Question, asked: Words) -> bool:
    return all(one.name in asked.own for one in question.arguments if one.required)


def question_of(request: Request) -> Question:
    """The question whose page is asked for. Raises NotFound."""
    try:
        return named(request.path_params["name"])
    except UsageError as problem:
        raise NotFound(str(problem)) from None


def question_page(site: Site, request: Request) -> Page:
    """A question: asked at once where it needs nothing, else when its form is filled."""
    question = question_of(request)
    asked = words(request.query_params, parameters(question))
    path = f"/questions/{question.name}"
    given = {
        "question": question,
        "inputs": list(_inputs(question, asked)),
        "filters": list(filter_inputs(asked, question.filters)),
        "shell": _shell(question, asked),
        "python": _python(question, asked),
        "asked": asked,
        "table": None,
        "statements": None,
        "answer": None,
        "chart": None,
        "example": f"{path}?{'&'.join(example(question))}",
    }
    if not _ready(question, asked):
        return Page("question.html", question.asks, given, {"rows": [], "answer": None})
    with site.asking(asked.filters) as put:
        passed = Passed()
        with listened_to(put.connection) as statements:
            found = passed.through(
                question.answer(put, **question.given(list(question_words(question, asked)), asked.zone))
            )
            taken = list(islice(found, MOST + 1))
        answer = passed.beside(put, question.name, question.unit)
    given |= {"table": table(question.row, taken, asked), "answer": answer, "chart": _chart(question, taken)}
    given["statements"] = statements
    forms = {form: f"{path}.{form}{asked.address()}" for form in ("json", "csv", "atom")}
    return Page("question.html", question.asks, given, beside=forms)


def _chart(question: Question, found: Sequence[Any]) -> Chart | None:
    plot = CHARTS.get(question.name)
    if plot is None:
        return None
    points = ((getattr(one, plot.x), float(getattr(one, plot.y))) for one in found)
    return chart(f"{plot.y} by {plot.x}", points)


def example(question: Question) -> Iterator[str]:
    """The worked example as an address has it."""
    open_ = [one for one in question.arguments if one.required or one.several]
    for word in question.example:
        name, equals, value = word.partition("=")
        if not (equals and name in parameters(question)):
            name, value = open_[0].name, word
            if not open_[0].several:
                open_.pop(0)
        yield f"{name}={quote(value)}"


def listed(_site: Site, _request: Request) -> Page:
    """All questions."""
    data = [{"number": one.number, "name": one.name, "asks": one.asks, "columns": one.columns} for one in QUESTIONS]
    return Page("questions.html", "Questions", {"questions": QUESTIONS}, data, beside={"json": "/questions.json"})
