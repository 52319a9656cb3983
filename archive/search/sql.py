"""A query as SQL: the versions whose tokens it asks for, the same ones on either database.

FTS5 and `tsquery` agree on words, phrases and beginnings. NEAR they say differently: FTS5 counts the words between two
phrases and lets them overlap, `tsquery` knows exact distances, in one order. So it is spelled out for `tsquery`, each
distance in either order, and every way the two can overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    TextClause,
    TextualSelect,
    bindparam,
    column,
    literal_column,
    select,
    table,
    text,
)

from archive.search.analyser import OWN, SERBIAN_OWN, in_latin, is_dense, tokens
from archive.search.index import FIELDS
from archive.search.language import All, Near, Node, Some, Words

__all__ = [
    "Condition",
    "alone",
    "condition",
    "has_places",
    "matches",
    "matching",
    "phrases",
    "since",
    "with_its_words",
    "worded",
]

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL over `tokens` with its parameters: `where` holds for a row that is asked for, `key` is its version. `at_hand`
    says the same of a row that is looked up by its key, where that takes less."""

    key: str
    where: str
    values: Mapping[str, str | int]
    at_hand: Condition | None = None


# --- tokens of a query ------------------------------------------------------------------------------------------------


def worded(node: Node) -> Node:
    """What must be in the table for texts in which the query stands letter by letter: each word as it stands. Phrases
    and neighbours come apart, and nothing is left out: a word in another form may be what must not be there."""
    if isinstance(node, Words):
        found = tuple(Words(word, node.columns, node.prefix, own=True) for word in dict.fromkeys(tokens(node.text)))
        return found[0] if len(found) == 1 else All(found)
    if isinstance(node, Near):
        return All((worded(node.left), worded(node.right)))
    parts = tuple(map(worded, node.parts))
    return Some(parts) if isinstance(node, Some) else All(parts)


def phrases(words: Words, tongues: Collection[str]) -> list[Phrase]:
    """The ways a word or phrase is written in the table: by its stems in each of these languages, and as it stands."""
    stems = () if words.own or words.prefix else tuple(tuple(tokens(words.text, name)) for name in tongues)
    own = tuple(tokens(words.text))
    marked: tuple[Phrase, ...] = ()
    if len(own) == 1:
        marked = ((OWN + own[0],), (SERBIAN_OWN + in_latin(own[0]),))
    return list(dict.fromkeys((own, *stems, *marked)))


def _begins(words: Words, phrase: Phrase) -> bool:
    """Whether words that begin so are meant: one character of a script without spaces begins a pair."""
    alone = len(phrase) == 1 and len(phrase[0]) == 1 and is_dense(phrase[0])
    return words.prefix or alone


# --- FTS5 -------------------------------------------------------------------------------------------------------------


def _quoted(phrase: Phrase) -> str:
    return '"' + " ".join(phrase) + '"'


def _in_columns(columns: tuple[str, ...], found: str) -> str:
    return f"{{{' '.join(columns)}}} : ({found})" if columns else f"({found})"


def _fts5(node: Node, tongues: Collection[str]) -> str:
    if isinstance(node, Words):
        ways = (_quoted(phrase) + " *" * _begins(node, phrase) for phrase in phrases(node, tongues))
        return _in_columns(node.columns, " OR ".join(ways))
    if isinstance(node, Near):
        ways = (f"NEAR({_quoted(a)} {_quoted(b)}, {node.between})" for a, b in _pairs(node, tongues))
        return _in_columns(node.left.columns, " OR ".join(ways))
    parts = [_fts5(part, tongues) for part in node.parts]
    if isinstance(node, Some):
        return "(" + " OR ".join(parts) + ")"
    found = "(" + " AND ".join(parts) + ")"
    without = " OR ".join(_fts5(part, tongues) for part in node.without)
    return f"({found} NOT ({without}))" if without else found


def _pairs(node: Near, tongues: Collection[str]) -> list[tuple[Phrase, Phrase]]:
    """Both sides as one language writes them: a text has the stems of one."""
    ways = ((tuple(tokens(node.left.text, name)), tuple(tokens(node.right.text, name))) for name in ("", *tongues))
    return list(dict.fromkeys(ways))


# --- tsquery ----------------------------------------------------------------------------------------------------------


def _lexeme(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _row(phrase: Phrase) -> str:
    return "(" + " <-> ".join(map(_lexeme, phrase)) + ")"


def _overlaps(first: Phrase, second: Phrase) -> Iterator[Phrase]:
    """Every phrase in which the second begins within the first."""
    for start in range(len(first)):
        shared = min(len(first) - start, len(second))
        if first[start : start + shared] == second[:shared]:
            yield first[:start] + second + first[start + len(second) :]


def _near(a: Phrase, b: Phrase, between: int) -> Iterator[str]:
    for first, second in ((a, b), (b, a)):
        yield from (f"({_row(first)} <{distance}> {_row(second)})" for distance in range(1, between + 2))
        yield from map(_row, _overlaps(first, second))


def _tsquery(node: Node, tongues: Collection[str]) -> str:
    if isinstance(node, Words):
        ways = (
            f"({_lexeme(phrase[0])}:*)" if _begins(node, phrase) else _row(phrase) for phrase in phrases(node, tongues)
        )
        return "(" + " | ".join(ways) + ")"
    if isinstance(node, Near):
        found = (way for a, b in _pairs(node, tongues) for way in _near(a, b, node.between))
        return "(" + " | ".join(dict.fromkeys(found)) + ")"
    parts = [_tsquery(part, tongues) for part in node.parts]
    if isinstance(node, Some):
        return "(" + " | ".join(parts) + ")"
    without = [f"!{_tsquery(part, tongues)}" for part in node.without]
    return "(" + " & ".join((*parts, *without)) + ")"


_JOINED = f"({' || '.join(FIELDS)})"


def _columns(node: Node) -> set[tuple[str, ...]]:
    if isinstance(node, Words):
        return {node.columns}
    if isinstance(node, Near):
        return {node.left.columns}
    below = (*node.parts, *(node.without if isinstance(node, All) else ()))
    return set().union(*map(_columns, below))


def _anywhere(node: Node, tongues: Collection[str]) -> str:
    """A `tsquery` for the index, which knows no columns: what it must find at least."""
    if isinstance(node, All):
        return "(" + " & ".join(_anywhere(part, tongues) for part in node.parts) + ")"
    if isinstance(node, Some):
        return "(" + " | ".join(_anywhere(part, tongues) for part in node.parts) + ")"
    return _tsquery(node, tongues)


def has_places(node: Node) -> bool:
    """Whether a query asks where words stand: the index of PostgreSQL knows which are there, and not where."""
    if isinstance(node, Near):
        return True
    if isinstance(node, Words):
        return len(tokens(node.text)) > 1
    return any(map(has_places, (*node.parts, *(node.without if isinstance(node, All) else ()))))


def _words_of(node: Node, tongues: Collection[str]) -> str:
    """A `tsquery` for the words that must be there, wherever they stand."""
    if isinstance(node, Words):
        written = (
            f"{_lexeme(phrase[0])}:*" if _begins(node, phrase) else " & ".join(map(_lexeme, phrase))
            for phrase in phrases(node, tongues)
        )
        ways = [f"({way})" for way in written]
    elif isinstance(node, Near):
        ways = [f"({' & '.join(map(_lexeme, dict.fromkeys(a + b)))})" for a, b in _pairs(node, tongues)]
    else:
        ways = [_words_of(part, tongues) for part in node.parts]
    return f"({(' & ' if isinstance(node, All) else ' | ').join(ways)})"


def with_its_words(node: Node, tongues: Collection[str]) -> Condition:
    """What a row of `tokens` must be at least, on PostgreSQL: its index answers that without a look at any row's
    words."""
    spelled = _Spelled(tongues)
    return Condition("version_id", spelled.ask((), _words_of(node, tongues)), spelled.values)


@dataclass(slots=True)
class _Spelled:
    """SQL in which each column is asked for what must be in it."""

    tongues: Collection[str]
    values: dict[str, str] = field(default_factory=dict)

    def ask(self, columns: tuple[str, ...], query: str) -> str:
        """That a `tsquery` holds for these columns, all where none is named."""
        name = f"query{len(self.values)}"
        self.values[name] = query
        asked = f"({' || '.join(columns)})" if columns else _JOINED
        return f"{asked} @@ CAST(:{name} AS tsquery)"

    def sql(self, node: Node) -> str:
        """A part of a query whose parts are about different columns."""
        found = _columns(node)
        if len(found) == 1:
            return self.ask(found.pop(), _tsquery(node, self.tongues))
        assert isinstance(node, All | Some)
        if isinstance(node, Some):
            return "(" + " OR ".join(map(self.sql, node.parts)) + ")"
        return "(" + " AND ".join([*map(self.sql, node.parts), *(f"NOT {self.sql(one)}" for one in node.without)]) + ")"

    def by_column(self, node: Node) -> str:
        """The same, asked of one column after the other: to join a row's columns takes six times as long as to look
        into them, and no phrase goes from one to the next."""
        if isinstance(node, All | Some):
            parts = [*map(self.by_column, node.parts)]
            if isinstance(node, Some):
                return f"({' OR '.join(parts)})"
            return f"({' AND '.join([*parts, *(f'NOT {self.by_column(one)}' for one in node.without)])})"
        columns = node.columns if isinstance(node, Words) else node.left.columns
        query = _tsquery(node, self.tongues)
        return f"({' OR '.join(self.ask((one,), query) for one in columns or _LONGEST_FIRST)})"


_LONGEST_FIRST = ("body", *(name for name in FIELDS if name != "body"))


def _with_places(node: Node, tongues: Collection[str]) -> Condition:
    """The index tells which rows have the words; where they stand, a look into each row tells."""
    alone, spelled = _Spelled(tongues), _Spelled(tongues)
    at_hand = Condition("version_id", alone.by_column(node), alone.values)
    with_words = spelled.ask((), _words_of(node, tongues))
    where = f"({with_words} AND {spelled.by_column(node)})"
    return Condition("version_id", where, spelled.values, at_hand)


def _on_postgresql(node: Node, tongues: Collection[str]) -> Condition:
    if has_places(node):
        return _with_places(node, tongues)
    spelled = _Spelled(tongues)
    where = spelled.sql(node)
    if _columns(node) != {()}:
        where = f"({spelled.ask((), _anywhere(node, tongues))} AND {where})"
    return Condition("version_id", where, spelled.values)


def condition(dialect: str, node: Node, tongues: Collection[str]) -> Condition:
    """What a row of `tokens` must be; `tongues` are the stemmers of the languages that are in the archive."""
    if dialect == "sqlite":
        return Condition("rowid", "tokens MATCH :query0", {"query0": _fts5(node, tongues)})
    return _on_postgresql(node, tongues)


def matching(asked: Condition) -> TextualSelect:
    """The versions whose tokens match, as one column `id`."""
    return _bound(f"SELECT {asked.key} AS id FROM tokens WHERE {asked.where}", asked).columns(column("id", BigInteger))


def since(asked: Condition, version: int) -> Condition:
    """The same, of versions that came into the archive after one."""
    where, values = f"({asked.where}) AND {asked.key} > :since", {**asked.values, "since": version}
    return Condition(asked.key, where, values, asked.at_hand)


def alone(asked: Condition) -> CTE:
    """The same, to be joined to others: PostgreSQL then finds them by its index, where it else might look through the
    words of every version."""
    return matching(asked).cte().prefix_with("MATERIALIZED", dialect="postgresql")


def matches(asked: Condition, version: Any) -> ColumnElement[bool]:
    """Whether the tokens of one version match, looked up by its key: a scalar, which no planner turns into a join."""
    asked = asked.at_hand or asked
    tokens_of: Any = table("tokens", column(asked.key))
    row: Any = select(literal_column("1")).select_from(tokens_of).where(_bound(asked.where, asked))
    found: ColumnElement[bool] = row.where(tokens_of.c[asked.key] == version).scalar_subquery().is_not(None)
    return found


def _bound(words: str, asked: Condition) -> TextClause:
    # `unique`: one statement may ask for several things.
    return text(words).bindparams(*(bindparam(name, value, unique=True) for name, value in asked.values.items()))
