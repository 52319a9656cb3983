"""The token table: what a version is found by, in FTS5 (contentless) or as `tsvector`, written and made anew.

A field is written as its tokens in order; then, without a place, the words as they stand where tokens are stems. What
has a place takes part in phrases. `tsvector` has few places: what finds none there has none in FTS5 either.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from archive.fields import READ, SEARCHED, Holds
from archive.search.analyser import OWN, SERBIAN_OWN, analysed, is_dense, own_mark, tongue

if TYPE_CHECKING:
    from sqlalchemy import Connection, TextClause

__all__ = [
    "BETWEEN_FIELDS",
    "FIELDS",
    "MOST",
    "empty",
    "fields_of",
    "index_many",
    "insertion",
    "merge",
    "reindex",
    "tongues",
    "unlike",
    "written",
]

FIELDS = tuple(SEARCHED.values())
"""The columns of the token table."""

MOST = (80_000, 150_000, 550_000, 80_000)
"""Bytes the different tokens of each field may take: PostgreSQL stores at most 1 MB of all of them, places included."""

BETWEEN_FIELDS = 32
"""Places left free before each field, so that nothing in one is near what is in the next where they are joined."""

_PLACES = 16_000
"""Words of a version that have a place; `tsvector` counts to 16,383."""

_TIMES = 255
"""Places of one token in a version; `tsvector` keeps no more."""

_LONGEST = 2_000_000
"""Characters of a field that are looked through."""

_ENTRY = 8
"""Bytes a token takes besides its own."""

_NO_WORD = "\ue002"
"""Stands where a token has no place left, so that those after it keep theirs."""

_PLACELESS = (OWN, SERBIAN_OWN)


# --- what is written --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Places:
    """What is left of a version's places."""

    left: int = _PLACES
    times: Counter[str] = field(default_factory=Counter)

    def take(self, found: list[str]) -> list[str]:
        """The tokens that get one."""
        placed = found[: max(0, self.left)]
        self.left -= len(placed) + BETWEEN_FIELDS
        before = self.times.copy() if self.times.total() + len(placed) > _TIMES else self.times
        self.times.update(placed)
        if before is self.times or max(self.times.values(), default=0) <= _TIMES:
            return placed
        return list(_within(placed, before))


def _within(placed: Iterable[str], times: Counter[str]) -> Iterator[str]:
    for token in placed:
        times[token] += 1
        yield token if times[token] <= _TIMES else _NO_WORD


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


def _field(text: str, name: str, most: int, places: _Places) -> str:
    read = analysed(text[:_LONGEST], name)
    found = places.take(read.tokens)
    # In texts with stems every word as it stands; in others only those that got no place.
    loose = [word for word in read.own if not (read.last and is_dense(word))] if name else []
    mark = own_mark(name)
    found += [mark + word for word in dict.fromkeys((*loose, *read.own[len(found) :], *read.last))]
    # No text has more tokens than twice its characters, of nine bytes at most where they are that many.
    if 2 * len(text) * (9 + _ENTRY) > most:
        found = found[: _fitting(found, most)]
    return " ".join(found)


def written(fields: Sequence[str], language: str) -> tuple[str, ...]:
    """What the token table holds of a text's headline, lead, body and by-line: tokens, space between. What is over
    `MOST` is not found, on either database."""
    places, name = _Places(), tongue(language)
    return tuple(_field(text, name, most, places) for text, most in zip(fields, MOST, strict=True))


def fields_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What is searched of a row of `text`, as one text a field; names of a list have commas between."""
    return tuple(", ".join(json.loads(row[name])) if READ[name] is Holds.NAMES else row[name] for name in FIELDS)


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _tsvector(found: Sequence[str]) -> str:
    places: dict[str, list[str]] = defaultdict(list)
    for place, token in enumerate(found, BETWEEN_FIELDS):
        if token.startswith(_PLACELESS):
            places[token] = []
        elif token != _NO_WORD:
            places[token].append(str(place))
    return " ".join(f"{_quoted(token)}:{','.join(at)}" if at else _quoted(token) for token, at in places.items())


# --- in the database --------------------------------------------------------------------------------------------------

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
_EMPTY = {"sqlite": "INSERT INTO tokens (tokens) VALUES ('delete-all')", "postgresql": "DELETE FROM tokens"}


@lru_cache(maxsize=16)
def _statement(words: str) -> TextClause:
    # Here, so that a process that only reads pages, and makes their tokens, needs no database library.
    from sqlalchemy import text

    return text(words)


def _values(dialect: str, version: int, fields: Sequence[str]) -> dict[str, object]:
    held = fields if dialect == "sqlite" else [_tsvector(one.split()) for one in fields]
    return {"version": version, **dict(zip(FIELDS, held, strict=True))}


def insertion(dialect: str, version: int, fields: Sequence[str]) -> tuple[TextClause, dict[str, object]]:
    """What stores the tokens of a version: a statement, and its values; `fields` is what is `written` of its text."""
    return _statement(_INSERT[dialect]), _values(dialect, version, fields)


def index_many(connection: Connection, versions: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Store the tokens of many versions at once."""
    dialect = connection.dialect.name
    rows = [_values(dialect, version, fields) for version, fields in versions]
    connection.execute(_statement(_INSERT[dialect]), rows)


def reindex(connection: Connection, version: int, old: Sequence[str], new: Sequence[str]) -> None:
    """Replace the tokens of a version whose text was read again."""
    dialect = connection.dialect.name
    values = _values(dialect, version, old)
    connection.execute(_statement(_DELETE[dialect]), values if dialect == "sqlite" else {"version": version})
    connection.execute(*insertion(dialect, version, new))


_SIZES = "SELECT id, sz FROM tokens_docsize WHERE id BETWEEN :first AND :last"
_UNLIKE = f"""
SELECT its.version FROM unnest(CAST(:version AS bigint[]), {", ".join(f"CAST(:{name} AS text[])" for name in FIELDS)})
    AS its (version, {", ".join(FIELDS)})
LEFT JOIN tokens ON tokens.version_id = its.version
WHERE ({", ".join(f"tokens.{name}" for name in FIELDS)})
    IS DISTINCT FROM ({", ".join(f"CAST(its.{name} AS tsvector)" for name in FIELDS)})
"""


def unlike(connection: Connection, versions: Sequence[tuple[int, Sequence[str]]]) -> set[int]:
    """Those of some versions, in order, whose stored tokens are not these.

    SQLite's table keeps none that could be read: there the number of tokens in each field tells."""
    if connection.dialect.name == "sqlite":
        within = {"first": versions[0][0], "last": versions[-1][0]}
        sizes = {row.id: _numbers(row.sz) for row in connection.execute(_statement(_SIZES), within)}
        return {version for version, fields in versions if sizes.get(version) != [len(one.split()) for one in fields]}
    rows = [_values("postgresql", version, fields) for version, fields in versions]
    its = {name: [row[name] for row in rows] for name in ("version", *FIELDS)}
    return set(connection.execute(_statement(_UNLIKE), its).scalars())


def _numbers(packed: bytes) -> list[int]:
    """Numbers as FTS5 packs them: seven bits a byte, the highest bit where more follow."""
    found, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(number)
            number = 0
    return found


def empty(connection: Connection) -> None:
    """Forget the tokens of every version."""
    connection.execute(_statement(_EMPTY[connection.dialect.name]))


def merge(connection: Connection) -> None:
    """Write the index of SQLite anew: what was deleted stays in its older parts until they are merged."""
    connection.exec_driver_sql("INSERT INTO tokens (tokens) VALUES ('optimize')")


# From one language to the next in the index, so that it costs nothing in an archive of any size.
_LANGUAGES = """
WITH RECURSIVE spoken (code) AS (
    SELECT min(language) FROM version
    UNION ALL
    SELECT (SELECT min(language) FROM version WHERE language > spoken.code) FROM spoken WHERE spoken.code IS NOT NULL
)
SELECT code FROM spoken WHERE code IS NOT NULL
"""


def tongues(connection: Connection) -> list[str]:
    """The stemmers of the languages that are in the archive."""
    codes = connection.execute(_statement(_LANGUAGES)).scalars()
    return sorted({name for code in codes if (name := tongue(code))})
