"""Small values that are stored once and named by an integer: addresses, reasons, rules, furniture, circumstances.

Each is looked up in a bounded cache, then in its table, and inserted where it is missing. What was inserted in a
transaction that did not commit is forgotten with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from archive import urls
from archive.models import (
    AddressRow,
    Base,
    CircumstancesRow,
    DomainRow,
    FurnitureRow,
    OutletRow,
    ReasonRow,
    RemovalRow,
    RemovalSetRow,
    RevisionRow,
    RuleRow,
    VantageRow,
    WarcFileRow,
    table_of,
)
from archive.records import OutletFacts, Recordable, Removal

__all__ = ["Intern", "short"]

_CACHED = 50_000
"""Values kept in memory, of all kinds together; some 200 bytes each."""

_AT_ONCE = 1_000
"""Keys in one statement."""


def short(data: str) -> bytes:
    """16 bytes of SHA-256 of a text: the key of what is stored once."""
    return hashlib.sha256(data.encode()).digest()[:16]


def _set_key(removed: Iterable[Removal]) -> bytes:
    return short(json.dumps([[removal.rule, removal.text] for removal in removed], ensure_ascii=False))


def _address(url: str) -> dict[str, Any]:
    return {"url": url, "digest": urls.digest(url), "canonical": urls.digest(urls.canonical(url))[:8]}


def _addresses(item: Recordable) -> tuple[str, str]:
    return item.capture.url, item.capture.landed


class _Kind:
    """One table of values: how a value is found by its key, and how it is inserted."""

    def __init__(self, row: type[Base], key: str) -> None:
        table = table_of(row)
        self.key = key
        self.find = select(table.c.id).where(table.c[key] == bindparam("key"))
        self.find_many = select(table.c[key], table.c.id).where(table.c[key].in_(bindparam("keys", expanding=True)))
        self.insert = insert(table)
        self.insert_many = insert(table).returning(table.c[key], table.c.id)


_ADDRESS = _Kind(AddressRow, "digest")
_VANTAGE = _Kind(VantageRow, "name")
_REASON = _Kind(ReasonRow, "text")
_RULE = _Kind(RuleRow, "name")
_FURNITURE = _Kind(FurnitureRow, "digest")
_CIRCUMSTANCES = _Kind(CircumstancesRow, "digest")
_REMOVALS = _Kind(RemovalSetRow, "digest")
_REVISION = _Kind(RevisionRow, "name")
_OUTLET = _Kind(OutletRow, "name")
_WARC_FILE = _Kind(WarcFileRow, "name")


class Intern:
    """The integers of one archive's small values. Used by one writer at a time."""

    def __init__(self) -> None:
        self._known: dict[tuple[_Kind, Any], int] = {}
        self._absent: set[tuple[_Kind, Any]] = set()
        self._fresh: list[tuple[_Kind, Any]] = []

    def mark(self) -> int:
        """A point to which `forget` can go back."""
        return len(self._fresh)

    def forget(self, mark: int = 0) -> None:
        """Forget what was inserted since the mark: its transaction was rolled back."""
        for key in self._fresh[mark:]:
            self._known.pop(key, None)
        del self._fresh[mark:]
        self._absent.clear()

    def keep(self) -> None:
        """What was inserted has been committed."""
        self._fresh.clear()
        self._absent.clear()
        if len(self._known) > _CACHED:
            self._known.clear()

    def prefetch(self, connection: Connection, items: Sequence[Recordable], *, add: bool) -> None:
        """Look up what a group of captures will ask for, in one query a kind; with `add` the addresses and
        circumstances that are missing come in, in one statement each. Holds within one transaction."""
        wanted: dict[_Kind, set[bytes]] = {_ADDRESS: set(), _CIRCUMSTANCES: set(), _REMOVALS: set(), _FURNITURE: set()}
        for item in items:
            wanted[_ADDRESS] |= set(map(urls.digest, _addresses(item)))
            if item.content:
                wanted[_CIRCUMSTANCES].add(short(item.content.circumstances))
            if item.reading:
                wanted[_REMOVALS].add(_set_key(item.reading.removed))
                wanted[_FURNITURE] |= {short(removal.text) for removal in item.reading.removed}
        for kind, keys in wanted.items():
            self._prefetch(connection, kind, {key for key in keys if (kind, key) not in self._known})
        if add:
            self._add(connection, _ADDRESS, [_address(url) for item in items for url in _addresses(item)])
            said = dict.fromkeys(item.content.circumstances for item in items if item.content)
            self._add(connection, _CIRCUMSTANCES, [{"digest": short(one), "document": one} for one in said])

    def addresses(self, connection: Connection, urls_: Iterable[str]) -> None:
        """Let addresses (in their normal spelling) be known, in few statements however many they are."""
        rows = {row["digest"]: row for row in map(_address, urls_)}
        wanted = [key for key in rows if (_ADDRESS, key) not in self._known]
        for start in range(0, len(wanted), _AT_ONCE):
            self._prefetch(connection, _ADDRESS, set(wanted[start : start + _AT_ONCE]))
        self._add(connection, _ADDRESS, list(rows.values()))

    def _add(self, connection: Connection, kind: _Kind, rows: Iterable[dict[str, Any]]) -> None:
        """Insert those of these values that were looked up in vain."""
        absent = {row[kind.key]: row for row in rows if (kind, row[kind.key]) in self._absent}
        if not absent:
            return
        for key, made in connection.execute(kind.insert_many, list(absent.values())):
            self._known[kind, key] = made
            self._fresh.append((kind, key))
            self._absent.discard((kind, key))

    def _prefetch(self, connection: Connection, kind: _Kind, keys: set[bytes]) -> None:
        if keys:
            found = {(kind, key): made for key, made in connection.execute(kind.find_many, {"keys": list(keys)})}
            self._known |= found
            self._absent |= {(kind, key) for key in keys} - found.keys()

    def _id(
        self,
        connection: Connection,
        kind: _Kind,
        key: Any,
        values: Callable[[], dict[str, Any]] = dict,
        then: Callable[[int], None] | None = None,
    ) -> int:
        known = self._known.get((kind, key))
        if known is not None:
            return known
        absent = (kind, key) in self._absent
        found = None if absent else connection.execute(kind.find, {"key": key}).scalar()
        if found is None:
            made = connection.execute(kind.insert, {kind.key: key, **values()}).inserted_primary_key
            assert made is not None
            found = made[0]
            self._fresh.append((kind, key))
            self._absent.discard((kind, key))
            if then:
                then(found)
        self._known[kind, key] = found
        return int(found)

    def address(self, connection: Connection, url: str) -> int:
        """The integer of an address (in its normal spelling)."""
        return self._id(connection, _ADDRESS, urls.digest(url), lambda: _address(url))

    def vantage(self, connection: Connection, name: str) -> int:
        """The integer of a vantage."""
        return self._id(connection, _VANTAGE, name)

    def reason(self, connection: Connection, words: str) -> int | None:
        """The integer of a reason; None where there is nothing to say."""
        return self._id(connection, _REASON, words) if words else None

    def revision(self, connection: Connection, name: str) -> int:
        """The integer of a reading revision."""
        return self._id(connection, _REVISION, name)

    def warc_file(self, connection: Connection, name: str, run: int) -> int:
        """The integer of a WARC file of the run."""
        return self._id(connection, _WARC_FILE, name, lambda: {"run_id": run})

    def outlet(self, connection: Connection, facts: OutletFacts) -> int:
        """The integer of an outlet; its domains are stored with it."""

        def values() -> dict[str, Any]:
            names = ("family", "title", "country", "timezone", "controlled_by")
            return {"languages": ",".join(facts.languages)} | {name: getattr(facts, name) for name in names}

        def domains(outlet: int) -> None:
            rows = [{"outlet_id": outlet, **asdict(domain)} for domain in facts.domains]
            if rows:
                connection.execute(insert(table_of(DomainRow)), rows)

        return self._id(connection, _OUTLET, facts.name, values, domains)

    def circumstances(self, connection: Connection, document: str) -> int:
        """The integer of a set of circumstances, given as JSON."""
        return self._id(connection, _CIRCUMSTANCES, short(document), lambda: {"document": document})

    def removals(self, connection: Connection, removed: Iterable[Removal]) -> int | None:
        """The integer of a set of removed blocks; None for an empty one."""
        listed = list(removed)
        if not listed:
            return None
        return self._id(
            connection, _REMOVALS, _set_key(listed), then=lambda made: self._members(connection, made, listed)
        )

    def _members(self, connection: Connection, set_id: int, listed: list[Removal]) -> None:
        rows = [
            {
                "set_id": set_id,
                "n": n,
                "furniture_id": self._furniture(connection, removal.text),
                "rule_id": self._rule(connection, removal),
            }
            for n, removal in enumerate(listed)
        ]
        connection.execute(insert(table_of(RemovalRow)), rows)

    def _furniture(self, connection: Connection, words: str) -> int:
        return self._id(connection, _FURNITURE, short(words), lambda: {"text": words})

    def _rule(self, connection: Connection, removal: Removal) -> int:
        return self._id(connection, _RULE, removal.rule, lambda: {"kind": removal.kind})
