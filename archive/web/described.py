"""What can be asked for, for programs: an OpenAPI description, made from the catalogue of questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from archive import __version__
from archive.questions import rows
from archive.questions.arguments import Argument
from archive.questions.catalog import QUESTIONS
from archive.questions.options import ALL, FILTERS, OUTLETS, TZ
from archive.questions.question import Question

__all__ = ["description"]

_KINDS = {"number": "number", "flag": "string"}
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _parameter(
    name: str, words: str, schema: dict[str, Any], *, required: bool = False, at: str = "query"
) -> dict[str, Any]:
    return {"name": name, "in": at, "required": required or at == "path", "description": words, "schema": schema}


def _of_argument(one: Argument) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _KINDS.get(one.kind, "string")}
    if one.kind == "flag":
        schema["enum"] = ["yes", "no"]
    if one.choices:
        schema["enum"] = [str(each) for each in one.choices]
    if one.several:
        schema = {"type": "array", "items": schema}
    return _parameter(one.name, one.words, schema, required=one.required)


def _filters(narrowing: Iterable[str]) -> Iterator[dict[str, Any]]:
    for one in (*FILTERS, TZ):
        if one.field in {*narrowing, "as_of", "tz"}:
            single = {"type": "string"}
            yield _parameter(one.name, one.words, {"type": "array", "items": single} if one.several else single)


def _answers(content: dict[str, Any]) -> dict[str, Any]:
    said = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    problems = {
        "400": "What was asked means nothing",
        "401": "There are users, and nobody has logged in",
        "404": "Not held",
        "429": "Too much was asked for",
        "503": "It takes too long, or is busy",
    }
    return {
        "200": {"description": "What was asked for", "content": content},
        **{status: {"description": words, "content": said} for status, words in problems.items()},
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _row(question: Question) -> dict[str, Any]:
    plain = rows.types(question.row)
    named = {
        name: {"type": [_TYPES.get(plain[name], "string"), "null"]} if name in plain else {}
        for name in question.columns
    }
    return {"type": "object", "properties": named}


def _question(question: Question) -> dict[str, Any]:
    taken = {one.name for one in question.arguments}
    shared = [one for one in _filters(question.filters) if one["name"] not in taken]
    answer = {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": _row(question)}, "answer": {"type": "object"}},
    }
    return {
        "summary": question.asks,
        "description": question.more,
        "operationId": question.name,
        "parameters": [*map(_of_argument, question.arguments), *shared],
        "responses": _answers(_json(answer)),
    }


def _page(words: str, name: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "summary": words,
        "operationId": name,
        "parameters": parameters,
        "responses": _answers(_json({"type": "object"})),
    }


def description() -> dict[str, Any]:
    """OpenAPI 3.1, as one JSON object."""
    text: dict[str, Any] = {"type": "string"}
    name = _parameter("name", "An article's id, or a version's.", text, at="path")
    look = _parameter("name", "A look's id (32 hex), an article's or a version's.", text, at="path")
    sides = [_parameter(side, "A version's number or 12 hex.", text, at="path") for side in ("old", "new")]
    words = _parameter("q", "What to look for, in the language of `palimpsest search`.", text, required=True)
    paths = {f"/questions/{one.name}.json": {"get": _question(one)} for one in QUESTIONS}
    pages = {
        "/search.json": _page("Articles by the words of their versions.", "search", [words, *_filters(ALL)]),
        "/article/{name}.json": _page("An article: its text, history, looks and addresses.", "article", [name]),
        "/compare/{name}/{old}/{new}.json": _page("What changed between two versions.", "compare", [name, *sides]),
        "/cite/{name}.json": _page("A version as a citation.", "cite", [name]),
        "/look/{name}.json": _page("A look, and where its bytes are.", "look", [look]),
    }
    kept = _parameter("name", "The name of a watchlist, or of a sheet.", text, at="path")
    tag = _parameter("tag", "Only what has this tag.", text)
    pages |= {
        "/watchlists.json": _page("The watchlists that people keep.", "watchlists", []),
        "/watchlists/{name}.json": _page("A watchlist, as others take it in.", "watchlist", [kept, tag]),
        "/sheets.json": _page("The sheets of claims that are judged.", "sheets", []),
        "/sheets/{name}.json": _page("A sheet: how far one is, what it comes to.", "sheet", [kept]),
    }
    every = _parameter("all", "Closed ones, too.", {"type": "string", "enum": ["yes"]})
    narrowed = [*_filters(OUTLETS)]
    pages |= {
        "/alarms.json": _page("What is not as it is usually.", "alarms", [every]),
        "/gaps.json": _page("When nobody looked at an outlet for more than a day.", "not-looked", narrowed),
    }
    error = {"type": "object", "properties": {"error": text, "status": {"type": "integer"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Palimpsest", "version": __version__, "description": "An archive, to be read."},
        "paths": {path: {"get": page} for path, page in pages.items()} | paths,
        "components": {"schemas": {"Error": error}},
    }
