"""The query language: from what somebody types to a tree, or an error in words that names the place. Pure.

    ministry repairs          both words (AND may be written)
    "as it stands"            a phrase: in one field, in a row
    minist*                   words that begin so
    a OR b, a NOT b, ( )      OR binds less than AND; NOT needs something beside it
    a NEAR b, a NEAR/5 b      in one field, in any order, at most so many words between them (10 if none is named)
    headline:word             also lead:, body:, byline:, before a word, a phrase or a parenthesis

Operators are in capitals; what stands in quotes is never one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, NoReturn

from archive.errors import UsageError
from archive.fields import SEARCHED
from archive.search.analyser import is_dense, tokens

__all__ = ["LONGEST_QUERY", "All", "Near", "Node", "Query", "Some", "Words", "every_word", "leaves", "parse"]

LONGEST_QUERY = 2_000
"""Characters of a query."""

MOST_WORDS = 60
"""Words and phrases of a query."""

DEEPEST = 20
"""Parentheses within parentheses."""

FARTHEST = 20
"""Words between what is NEAR each other, at most."""

USUAL = 10
"""Words between what is NEAR each other where no number is given."""

SHORTEST_BEGINNING = 3
"""Letters before a star: fewer begin too many words."""


@dataclass(frozen=True, slots=True)
class Words:
    """A word or a phrase as it was typed. `columns` are those it may stand in, empty for all; `prefix`: words that
    begin so; `own`: as it stands, not by its stem."""

    text: str
    columns: tuple[str, ...] = ()
    prefix: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two of them in one field, in any order, with at most `between` words between them."""

    left: Words
    right: Words
    between: int


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the first, none of the second."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one."""

    parts: tuple[Node, ...]


Node = Words | Near | All | Some


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for."""

    root: Node

    def shown(self) -> str:
        """The query as it was understood."""
        return _shown(self.root)


def every_word(words: str) -> Query:
    """Every word of a text as it stands, in any order."""
    return Query(All(tuple(Words(word, own=True) for word in dict.fromkeys(tokens(words)))))


def leaves(node: Node) -> Iterator[Words]:
    """The words and phrases that are looked for; not those that must not be there."""
    if isinstance(node, Words):
        yield node
    elif isinstance(node, Near):
        yield from (node.left, node.right)
    else:
        for part in node.parts:
            yield from leaves(part)


_FIELD_OF = {column: name for name, column in SEARCHED.items()}


def _shown(node: Node) -> str:
    if isinstance(node, Words):
        fields = "".join(f"{_FIELD_OF[column]}:" for column in node.columns)
        return f'{fields}"{node.text}"' + "*" * node.prefix
    if isinstance(node, Near):
        return f"{_shown(node.left)} NEAR/{node.between} {_shown(node.right)}"
    if isinstance(node, Some):
        return "(" + " OR ".join(map(_shown, node.parts)) + ")"
    found = " AND ".join(map(_shown, node.parts)) + "".join(f" NOT {_shown(one)}" for one in node.without)
    return f"({found})" if len(node.parts) + len(node.without) > 1 else found


# --- pieces -----------------------------------------------------------------------------------------------------------

_PIECE = re.compile(
    r"""\s*(?:
    (?P<field>(?:headline|lead|body|byline):(?=\s*["(\w]))
    |"(?P<phrase>[^"]*)"(?P<after>\*?)
    |(?P<open>\()
    |(?P<close>\))
    |(?P<operator>(?:AND|OR|NOT|NEAR(?:/\d{1,9})?)(?=[\s()"]|$))
    |(?P<quote>")
    |(?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)


class _Piece(NamedTuple):
    """A piece of the query: its kind, what it says, and where it begins, from 1."""

    kind: str
    text: str
    at: int


def _no(words: str, at: int) -> NoReturn:
    raise UsageError(f"the query, at character {at}: {words}")


def _pieces(asked: str) -> Iterator[_Piece]:
    place = 0
    while found := _PIECE.match(asked, place):
        place = found.end()
        kind = str(found.lastgroup) if found["phrase"] is None else "phrase"
        text = found["phrase"] if kind == "phrase" else found[kind]
        at = found.start(kind) + 1
        if kind == "quote":
            _no("a quotation mark that is never closed", at)
        if found["after"]:
            _no("a star stands after a word, not after a phrase", at)
        yield _Piece(kind, text or "", at)


# --- grammar ----------------------------------------------------------------------------------------------------------


class _Parser:
    """query: all (OR all)*; all: (NOT? near)+, AND between them or nothing; near: one (NEAR one)?."""

    def __init__(self, asked: str) -> None:
        self.pieces = list(_pieces(asked))
        self.place = 0
        self.depth = 0
        self.words = 0
        self.end = len(asked) + 1

    def next(self) -> _Piece:
        """The next piece, not taken yet."""
        return self.pieces[self.place] if self.place < len(self.pieces) else _Piece("end", "", self.end)

    def take(self, kind: str, text: str = "") -> bool:
        """Whether the next piece is this one; it is taken then."""
        found = self.next()
        fits = found.kind == kind and (not text or found.text == text)
        self.place += fits
        return fits

    def whole(self) -> Node | None:
        """The query to its end; None where it has no word."""
        found = self.some(())
        if self.next().kind == "close":
            _no("a parenthesis is closed that was never opened", self.next().at)
        return found

    def some(self, columns: tuple[str, ...]) -> Node | None:
        """Parts with OR between them."""
        parts = [self.all(columns)]
        while self.take("operator", "OR"):
            parts.append(self.all(columns))
        found = tuple(part for part in parts if part is not None)
        return found[0] if len(found) == 1 else Some(found) if found else None

    def all(self, columns: tuple[str, ...]) -> Node | None:
        """Parts that must all be there, or not be there."""
        parts: list[Node] = []
        without: list[Node] = []
        began = at = self.next().at
        while True:
            negative = self.take("operator", "NOT")
            found = self.near(columns)
            if found is not None:
                (without if negative else parts).append(found)
            joined = self.take("operator", "AND")
            following = self.next()
            if following.kind in {"end", "close"} or (following.text == "OR" and following.kind == "operator"):
                if joined:
                    _no("AND needs something after it", following.at)
                break
            at = following.at
        if without and not parts:
            _no("NOT needs something beside it that is looked for", began or at)
        return parts[0] if len(parts) == 1 and not without else All(tuple(parts), tuple(without)) if parts else None

    def near(self, columns: tuple[str, ...]) -> Node | None:
        """A part, or two that are near each other."""
        left = self.one(columns)
        following = self.next()
        if following.kind != "operator" or not following.text.startswith("NEAR"):
            return left
        self.place += 1
        between = int(following.text[5:] or USUAL)
        if between > FARTHEST:
            _no(f"NEAR reaches over {FARTHEST} words at most", following.at)
        right = self.one(columns)
        for side in (left, right):
            if not isinstance(side, Words) or side.prefix:
                _no("NEAR stands between two words or phrases", following.at)
        assert isinstance(left, Words)
        assert isinstance(right, Words)
        if left.columns != right.columns:
            _no("what is NEAR each other stands in one field: write field:(a NEAR b)", following.at)
        if self.next().text.startswith("NEAR") and self.next().kind == "operator":
            _no("NEAR joins two words or phrases, not three", self.next().at)
        return Near(left, right, between)

    def one(self, columns: tuple[str, ...]) -> Node | None:
        """A word, a phrase, or a query in parentheses; with or without a field."""
        at = self.next().at
        if self.next().kind == "field":
            if columns:
                _no("a field within a field", at)
            columns = (SEARCHED[self.next().text[:-1]],)
            self.place += 1
        if self.take("open"):
            return self.inside(columns, at)
        piece = self.next()
        if piece.kind not in {"word", "phrase"}:
            _no(_MISSING.get(piece.kind, f"{piece.text} needs a word before it and after it"), piece.at)
        self.place += 1
        return self.leaf(piece, columns)

    def inside(self, columns: tuple[str, ...], at: int) -> Node | None:
        """What stands in parentheses, the first of which is taken."""
        self.depth += 1
        if self.depth > DEEPEST:
            _no(f"more than {DEEPEST} parentheses within each other", at)
        found = self.some(columns)
        if not self.take("close"):
            _no("a parenthesis that is never closed", at)
        self.depth -= 1
        return found

    def leaf(self, piece: _Piece, columns: tuple[str, ...]) -> Words | None:
        """A word or phrase; None where there is neither letter nor digit in it."""
        self.words += 1
        if self.words > MOST_WORDS:
            _no(f"more than {MOST_WORDS} words and phrases", piece.at)
        if piece.kind == "word" and "*" in piece.text:
            return _beginning(piece, columns)
        return Words(piece.text, columns) if tokens(piece.text) else None


_MISSING = {
    "end": "it ends where a word is expected",
    "close": "there is nothing before this closing parenthesis",
    "field": "a field within a field",
}


def _beginning(piece: _Piece, columns: tuple[str, ...]) -> Words | None:
    word = piece.text.removesuffix("*")
    found = tokens(word)
    if not found and "*" not in word:
        return None
    if "*" in word:
        _no("a star stands at the end of a word only", piece.at)
    if is_dense(found[0]):
        return Words(word, columns)  # without spaces a word may go on anyhow
    if len(found) > 1:
        _no(f"a star stands after one word; this is {len(found)}", piece.at)
    if len(found[0]) < SHORTEST_BEGINNING:
        _no(f"at least {SHORTEST_BEGINNING} letters must stand before a star", piece.at)
    return Words(word, columns, prefix=True)


def parse(asked: str) -> Query:
    """A query as it was typed. Raises UsageError, in words, where it says nothing or cannot be understood."""
    if len(asked) > LONGEST_QUERY:
        raise UsageError(f"the query has {len(asked)} characters; at most {LONGEST_QUERY} are looked for")
    parser = _Parser(asked)
    found = parser.whole() if parser.pieces else None
    if found is None:
        raise UsageError('there is no word to look for: write words, or a "phrase" in double quotes')
    return Query(found)


def within(node: Node, columns: tuple[str, ...]) -> Node:
    """The same, with every word that may stand anywhere asked for in these columns."""
    if isinstance(node, Words):
        return node if node.columns else replace(node, columns=columns)
    if isinstance(node, Near):
        left, right = within(node.left, columns), within(node.right, columns)
        assert isinstance(left, Words)
        assert isinstance(right, Words)
        return Near(left, right, node.between)
    parts = tuple(within(part, columns) for part in node.parts)
    if isinstance(node, Some):
        return Some(parts)
    return All(parts, tuple(within(part, columns) for part in node.without))
