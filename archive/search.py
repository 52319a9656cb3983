"""Search: one analyser in Python, a token table in each database, and the query language.

The same function turns texts and queries into tokens, so that the same query finds the same articles on SQLite (FTS5,
contentless) and PostgreSQL (`tsvector` written as a literal): neither database splits or folds anything itself.
Words are folded (case, accents, letter forms of Arabic and Persian), not stemmed; scripts without spaces are indexed
by pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from archive.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, TextClause

__all__ = ["FIELDS", "MOST", "Query", "condition", "index", "parse", "reindex", "tokens", "words"]

FIELDS = ("headline", "description", "body", "authors")
"""The columns of the token table."""

LONGEST_TOKEN = 100
"""Characters of one token; longer runs without a break are cut."""

MOST = (80_000, 150_000, 550_000, 80_000)
"""Bytes the different tokens of each field may take: PostgreSQL stores at most 1 MB of all of them, places included."""

_LONGEST = 2_000_000
"""Characters of a field that are looked through."""

_DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_RUN = regex.compile(rf"[{_DENSE}]+|[[\p{{L}}\p{{N}}\p{{M}}]--[{_DENSE}]]+", regex.V1)
_IS_DENSE = regex.compile(f"[{_DENSE}]")
_SIMPLE_RUN = re.compile(r"[^\W_]+")
# Combining marks, and the blocks from which scripts without spaces come: everything else is words between spaces.
_NEEDS_CARE = re.compile("[\u0300-\u036f\u0590-\u05ff\u0700-\u1dff\u2e80-\U0010ffff]")
# Accents that people leave out when they search; elsewhere a mark makes another letter (и й, か が).
_ACCENTED = [*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x2000)]

# The format characters seen in news texts: soft hyphen, zero-width and direction marks.
_INVISIBLE = [0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]


def _without_accents() -> dict[int, str]:
    split = ((point, unicodedata.normalize("NFD", chr(point))) for point in _ACCENTED)
    return {point: parts[0] for point, parts in split if all(map(unicodedata.combining, parts[1:]))}


def _letters() -> dict[int, str | None]:
    arabic = dict(zip(map(ord, "أإآٱىیکةۀё"), "ااااييكههе", strict=True))
    vowels = dict.fromkeys([*range(0x610, 0x61B), 0x640, *range(0x64B, 0x660), 0x670])
    # What still stands alone after composing is a stress mark, or the dot of a Turkish capital made small.
    marks = dict.fromkeys(range(0x300, 0x370))
    invisible = dict.fromkeys(_INVISIBLE)
    return {**invisible, **marks, **vowels, **arabic, **_without_accents()}


_LETTERS = _letters()


_DROPPED = re.compile("[" + "".join(chr(point) for point, letter in _LETTERS.items() if letter is None) + "]")


def _folded(words: str) -> str:
    if words.isascii():
        return words.lower()
    return _DROPPED.sub("", unicodedata.normalize("NFKC", words).casefold())


@lru_cache(maxsize=50_000)
def _bare(word: str) -> str:
    # Most words of a language come again and again, and `translate` is slow.
    return word.translate(_LETTERS)[:LONGEST_TOKEN]


def _pairs(run: str) -> Iterator[str]:
    if not _IS_DENSE.match(run):
        yield _bare(run)
    elif len(run) == 1:
        yield run
    else:
        yield from (first + second for first, second in pairwise(run))


def tokens(words: str) -> list[str]:
    """The tokens of a text, in order: folded words, or pairs of characters where a script has no spaces."""
    folded = _folded(words)
    if folded.isascii():
        return [run[:LONGEST_TOKEN] for run in _SIMPLE_RUN.findall(folded)]
    if not _NEEDS_CARE.search(folded):
        return list(map(_bare, _SIMPLE_RUN.findall(folded)))
    return [token for run in _RUN.findall(folded) for token in _pairs(run)]


def words(field: str, most: int) -> str:
    """The tokens of a field, space between: what the token table is fed with. `most` is the field's share of `MOST`;
    what is over it is not found, on either database."""
    found = tokens(field[:_LONGEST])
    # Two characters of a script without spaces are a token: no text has more tokens than characters, of six bytes.
    if len(field) * (6 + _ENTRY) > most:
        found = found[: _fitting(found, most)]
    return " ".join(found)


_ENTRY = 8
"""Bytes a token takes besides its own."""


def _fitting(found: Sequence[str], most: int) -> int:
    """How many of these tokens take no more bytes than that."""
    known: set[str] = set()
    for count, token in enumerate(found):
        if token not in known:
            known.add(token)
            most -= len(token.encode()) + _ENTRY
            if most < 0:
                return count
    return len(found)


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _tsvector(found: Sequence[str]) -> str:
    places: dict[str, list[str]] = defaultdict(list)
    # From 2: where fields are joined, the last word of one and the first of the next are not neighbours.
    for place, token in enumerate(found, 2):
        at = places[token]
        if place < 16_384 and len(at) < 255:
            at.append(str(place))
    return " ".join(f"{_quoted(token)}:{','.join(at)}" if at else _quoted(token) for token, at in places.items())


_INSERT = {
    "sqlite": f"INSERT INTO tokens (rowid, {', '.join(FIELDS)}) VALUES (:version, :{', :'.join(FIELDS)})",
    "postgresql": (
        f"INSERT INTO tokens (version_id, {', '.join(FIELDS)}) VALUES (:version, "
        + ", ".join(f"CAST(:{name} AS tsvector)" for name in FIELDS)
        + ")"
    ),
}
# A contentless FTS5 table forgets a row only when it is told exactly what it held.
_DELETE = {
    "sqlite": (
        f"INSERT INTO tokens (tokens, rowid, {', '.join(FIELDS)}) VALUES ('delete', :version, :{', :'.join(FIELDS)})"
    ),
    "postgresql": "DELETE FROM tokens WHERE version_id = :version",
}


@lru_cache(maxsize=16)
def _statement(words: str) -> TextClause:
    # Here, so that a process that only reads pages, and makes their tokens, needs no database library.
    from sqlalchemy import text

    return text(words)


def _values(dialect: str, version: int, fields: Sequence[str]) -> dict[str, object]:
    written = fields if dialect == "sqlite" else [_tsvector(field.split()) for field in fields]
    return {"version": version, **dict(zip(FIELDS, written, strict=True))}


def index(connection: Connection, version: int, fields: Sequence[str]) -> None:
    """Store the tokens of a version; `fields` are the `words` of its headline, lead, body and by-line."""
    dialect = connection.dialect.name
    connection.execute(_statement(_INSERT[dialect]), _values(dialect, version, fields))


def reindex(connection: Connection, version: int, old: Sequence[str], new: Sequence[str]) -> None:
    """Replace the tokens of a version whose text was read again."""
    dialect = connection.dialect.name
    values = _values(dialect, version, old)
    connection.execute(_statement(_DELETE[dialect]), values if dialect == "sqlite" else {"version": version})
    index(connection, version, new)


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: every phrase (a tuple of tokens) must be there. `prefix` phrases are one character of a script
    without spaces, which is the beginning of a pair."""

    phrases: tuple[tuple[str, ...], ...]

    def shown(self) -> str:
        """The query as it was understood."""
        return " AND ".join(f'"{" ".join(phrase)}"' for phrase in self.phrases)


_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')
LONGEST_QUERY = 2_000
"""Characters of a query."""


def parse(words: str) -> Query:
    """Words and "phrases", all of which must be there. Raises UsageError, in words, where nothing is asked for."""
    if len(words) > LONGEST_QUERY:
        raise UsageError(f"the query has {len(words)} characters; at most {LONGEST_QUERY} are looked for")
    found = (tuple(tokens(phrase or word)) for phrase, word in _PARTS.findall(words))
    phrases = tuple(phrase for phrase in found if phrase)
    if not phrases:
        raise UsageError('there is no word to look for: write words, or a "phrase" in double quotes')
    return Query(phrases)


def _is_prefix(phrase: tuple[str, ...]) -> bool:
    return len(phrase) == 1 and len(phrase[0]) == 1 and bool(_IS_DENSE.match(phrase[0]))


def _fts5(query: Query) -> str:
    return " AND ".join(f'"{" ".join(phrase)}"' + ("*" if _is_prefix(phrase) else "") for phrase in query.phrases)


def _tsquery(query: Query) -> str:
    parts = (" <-> ".join(map(_quoted, phrase)) + (":*" if _is_prefix(phrase) else "") for phrase in query.phrases)
    return " & ".join(f"({part})" for part in parts)


def condition(dialect: str, query: Query) -> tuple[str, str]:
    """The SQL that gives the ids of the versions with these tokens (one parameter, `:query`), and its value."""
    if dialect == "sqlite":
        return "SELECT rowid AS id FROM tokens WHERE tokens MATCH :query", _fts5(query)
    joined = " || ".join(FIELDS)
    return f"SELECT version_id AS id FROM tokens WHERE ({joined}) @@ CAST(:query AS tsquery)", _tsquery(query)
