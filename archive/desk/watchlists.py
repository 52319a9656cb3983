"""Watchlists: pages of the archive that somebody follows or comes back to, with tags and notes of several people.

As JSON a watchlist is `{"watchlist", "made_by", "made_at", "items": [{"path", "title", "added_by", "added_at", "tags",
"notes": [{"words", "by", "at"}]}]}`: what is exported here can be taken in elsewhere, again and again."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from archive import text
from archive.desk.database import Desk, moment, named, said
from archive.errors import BadInput, NotFound, UsageError

__all__ = [
    "Item",
    "Note",
    "Watchlist",
    "add",
    "drop",
    "is_kept",
    "listed",
    "make",
    "note",
    "path_of",
    "read",
    "tag",
    "take_in",
]

_LONGEST_PATH = 4_000
_MOST = 1_000
"""Watchlists, items of one, tags and notes of an item: what a page can show, and a feed go through."""

_PATH = re.compile(r"/(article|compare|look|cite|questions)/[^?#\s]+(\?[^#\s]*)?|/search\?[^#\s]+", re.ASCII)
"""Pages that can be kept."""


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote of an item."""

    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """A page that is kept: its address within the archive, and what people say of it."""

    path: str
    title: str
    added_by: str
    added_at: datetime
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A watchlist by its name, with its items in the order they were added."""

    watchlist: str
    made_by: str
    made_at: datetime
    items: tuple[Item, ...] = ()


def is_kept(path: str) -> bool:
    """Whether a page at such an address can be kept."""
    return bool(_PATH.fullmatch(path)) or path == "/search"


def _inside(path: str) -> str:
    """An address within the archive, as it stands. Raises UsageError for what cannot be kept."""
    if len(path) > _LONGEST_PATH or not _PATH.fullmatch(path) or "//" in path.partition("?")[0]:
        raise UsageError(f"{text.clip(path, 80)!r} is no search, article, comparison, look or question here")
    return path


def path_of(words: str) -> str:
    """The address of a page within the archive, of a page's whole address, an article's id or a version's. Raises
    UsageError for what cannot be kept."""
    path = re.sub(r"^https?://[^/]+", "", words.strip(), flags=re.ASCII)
    if not path.startswith("/"):
        path = f"/article/{quote(path, safe=':@')}"
    return _inside(path)


# --- read -------------------------------------------------------------------------------------------------------------


def listed(desk: Desk) -> list[Watchlist]:
    """Every watchlist, by name, without its items."""
    with desk.reading() as connection:
        rows = connection.execute("SELECT name, made_by, made_at FROM watchlist ORDER BY name").fetchall()
    return [Watchlist(name, by, moment(at)) for name, by, at in rows]


def read(desk: Desk, name: str, tagged: str = "") -> Watchlist:
    """A watchlist with its items, or those of them that have a tag. Raises NotFound."""
    with desk.reading() as connection:
        number, by, at = _found(connection, name)
        items = tuple(one for one in _items(connection, number) if not tagged or tagged in one.tags)
    return Watchlist(name, by, moment(at), items)


def _found(connection: sqlite3.Connection, name: str) -> Any:
    found = connection.execute("SELECT id, made_by, made_at FROM watchlist WHERE name = ?", (name,)).fetchone()
    if found is None:
        raise NotFound(f"there is no watchlist {text.clip(name, 80)!r}")
    return found


def _items(connection: sqlite3.Connection, watchlist: int) -> Iterator[Item]:
    rows = connection.execute(
        "SELECT id, path, title, added_by, added_at FROM item WHERE watchlist_id = ? ORDER BY id", (watchlist,)
    )
    for number, path, title, by, at in rows.fetchall():
        tags = connection.execute("SELECT tag FROM tag WHERE item_id = ? ORDER BY tag", (number,)).fetchall()
        notes = connection.execute("SELECT words, by, at FROM note WHERE item_id = ? ORDER BY id", (number,)).fetchall()
        told = tuple(Note(words, who, moment(when)) for words, who, when in notes)
        yield Item(path, title, by, moment(at), tuple(each for (each,) in tags), told)


# --- written ----------------------------------------------------------------------------------------------------------


_COUNTED = {
    "watchlists": "SELECT count(*) FROM watchlist WHERE ? IS NOT NULL",
    "items": "SELECT count(*) FROM item WHERE watchlist_id = ?",
    "tags": "SELECT count(*) FROM tag WHERE item_id = ?",
    "notes": "SELECT count(*) FROM note WHERE item_id = ?",
}


def _within(connection: sqlite3.Connection, what: str, of: int = 0) -> None:
    """Raises UsageError where there are as many as there may be."""
    if connection.execute(_COUNTED[what], (of,)).fetchone()[0] >= _MOST:
        raise UsageError(f"there are {_MOST:,} {what} there already: take some away, or begin another watchlist")


def _make(connection: sqlite3.Connection, name: str, by: str, at: datetime) -> int:
    found = connection.execute("SELECT id FROM watchlist WHERE name = ?", (name,)).fetchone()
    if found is None:
        _within(connection, "watchlists")
        made = connection.execute(
            "INSERT INTO watchlist(name, made_by, made_at) VALUES(?,?,?)", (name, by, text.iso(at))
        )
        found = (made.lastrowid,)
    return int(found[0])


def make(desk: Desk, name: str, by: str, at: datetime) -> str:
    """A new watchlist; one of that name is left as it is. Returns its name as it is kept."""
    name = named("the name of a watchlist", name)
    with desk.writing() as connection:
        _make(connection, name, named("who makes it", by), at)
    return name


def add(desk: Desk, name: str, item: Item) -> None:
    """Keep a page in a watchlist, which is made where there is none, with tags and notes; what stands there stays."""
    name, item = named("the name of a watchlist", name), _checked(item)
    with desk.writing() as connection:
        _add(connection, _make(connection, name, item.added_by, item.added_at), item)


def _checked(item: Item) -> Item:
    return Item(
        _inside(item.path),
        text.clip(text.fold_space(text.clean(item.title)), 300),
        named("who adds it", item.added_by),
        item.added_at,
        tuple(named("a tag", one) for one in item.tags),
        tuple(Note(said("a note", one.words), named("who wrote it", one.by), one.at) for one in item.notes),
    )


def _add(connection: sqlite3.Connection, watchlist: int, item: Item) -> None:
    found = connection.execute(
        "SELECT id FROM item WHERE watchlist_id = ? AND path = ?", (watchlist, item.path)
    ).fetchone()
    if found is None:
        _within(connection, "items", watchlist)
        values = (watchlist, item.path, item.title, item.added_by, text.iso(item.added_at))
        made = connection.execute(
            "INSERT INTO item(watchlist_id, path, title, added_by, added_at) VALUES(?,?,?,?,?)", values
        )
        found = (made.lastrowid,)
    _say(connection, found[0], item.tags, item.notes)


def _say(connection: sqlite3.Connection, item: int, tags: Iterable[str], notes: Iterable[Note]) -> None:
    for one in tags:
        _within(connection, "tags", item)
        connection.execute("INSERT OR IGNORE INTO tag(item_id, tag) VALUES(?,?)", (item, one))
    for each in notes:
        if each.words:
            _within(connection, "notes", item)
            connection.execute(
                "INSERT OR IGNORE INTO note(item_id, words, by, at) VALUES(?,?,?,?)",
                (item, each.words, each.by, text.iso(each.at)),
            )


def _item(connection: sqlite3.Connection, name: str, path: str) -> int:
    number = _found(connection, name)[0]
    found = connection.execute("SELECT id FROM item WHERE watchlist_id = ? AND path = ?", (number, path)).fetchone()
    if found is None:
        raise NotFound(f"{text.clip(path, 80)} is not in the watchlist {text.clip(name, 80)!r}")
    return int(found[0])


def note(desk: Desk, name: str, path: str, added: Note) -> None:
    """Write a note to an item. Raises NotFound."""
    made = Note(said("a note", added.words), named("who writes it", added.by), added.at)
    if not made.words:
        raise UsageError("a note says something")
    with desk.writing() as connection:
        _say(connection, _item(connection, name, path), (), (made,))


def tag(desk: Desk, name: str, path: str, *, add: Iterable[str] = (), drop: Iterable[str] = ()) -> None:
    """Put tags on an item, and take others off. Raises NotFound."""
    put = [named("a tag", one) for one in add]
    with desk.writing() as connection:
        item = _item(connection, name, path)
        _say(connection, item, put, ())
        for one in drop:
            connection.execute("DELETE FROM tag WHERE item_id = ? AND tag = ?", (item, one))


def drop(desk: Desk, name: str, path: str = "") -> None:
    """Take an item out of a watchlist, with its notes; without one, the whole watchlist. Raises NotFound."""
    with desk.writing() as connection:
        if path:
            connection.execute("DELETE FROM item WHERE id = ?", (_item(connection, name, path),))
        else:
            connection.execute("DELETE FROM watchlist WHERE id = ?", (_found(connection, name)[0],))


# --- taken in ---------------------------------------------------------------------------------------------------------


def take_in(desk: Desk, where: str, data: bytes | str) -> Watchlist:
    """Take in what was exported: what is there already stays as it is, whatever is not is added. Raises BadInput, which
    names `where`, for what is no watchlist; then nothing is taken."""
    try:
        made = _watchlist(json.loads(data))
    except (ValueError, UsageError, BadInput, RecursionError) as problem:
        raise BadInput(f"{where} is no watchlist: {text.clip(str(problem), 300)}") from None
    with desk.writing() as connection:
        number = _make(connection, made.watchlist, made.made_by, made.made_at)
        for one in made.items:
            _add(connection, number, one)
    return made


def _watchlist(found: Any) -> Watchlist:
    name = named("its name (watchlist)", _given(found, "watchlist", str))
    items = tuple(_checked(_read_item(one)) for one in _given(found, "items", list))
    return Watchlist(name, named("made_by", _given(found, "made_by", str)), moment(found.get("made_at")), items)


def _read_item(found: Any) -> Item:
    path, title, by = (_given(found, name, str) for name in ("path", "title", "added_by"))
    tags = tuple(str(one) for one in _given(found, "tags", list))
    notes = tuple(
        Note(_given(one, "words", str), _given(one, "by", str), moment(one.get("at")))
        for one in _given(found, "notes", list)
    )
    return Item(path, title, by, moment(found.get("added_at")), tags, notes)


def _given(found: Any, name: str, kind: type) -> Any:
    """What stands under a name. Raises BadInput where nothing of that kind does."""
    if not isinstance(found, Mapping) or not isinstance(found.get(name), kind):
        raise BadInput(f"{name} is missing or no {kind.__name__} in {text.clip(str(found), 80)}")
    return found[name]
