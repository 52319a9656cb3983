"""Sheets of claims that are judged in a browser: each coder sees the claims and their own judgements, and none of
the others' before all of theirs is done."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from archive import text
from archive.agreement import Agreement, agreement
from archive.audit import Claim, Claimed, Judged, Side
from archive.desk.database import Desk, moment, named, said
from archive.errors import NotFound, UsageError
from archive.records import Place

__all__ = ["MOST", "Coder", "Sheet", "agreements", "judge", "judgements", "listed", "make", "read"]

MOST = 200
"""Claims of each class that a sheet may have."""


@dataclass(frozen=True, slots=True)
class Coder:
    """Somebody who judges, and how many claims they have judged, "cannot tell" among them."""

    name: str
    judged: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by its name: its claims by their numbers from 1 on, and who judges."""

    name: str
    made_by: str
    made_at: datetime
    claims: tuple[Claim, ...]
    coders: tuple[Coder, ...]

    def is_done(self, coder: str) -> bool:
        """Whether a coder has judged all of it."""
        return any(one.name == coder and one.judged == len(self.claims) for one in self.coders)


def make(desk: Desk, name: str, claims: Sequence[Claim], by: str, at: datetime) -> str:
    """A new sheet. Returns its name as it is kept. Raises UsageError where there is one, or nothing to judge."""
    name, by = named("the name of a sheet", name), named("who makes it", by)
    if not claims:
        raise UsageError("the archive claims nothing yet: there is nothing to judge")
    with desk.writing() as connection:
        if connection.execute("SELECT 1 FROM sheet WHERE name = ?", (name,)).fetchone():
            raise UsageError(f"there is a sheet {name!r} already: give it another name")
        made = connection.execute("INSERT INTO sheet(name, made_by, made_at) VALUES(?,?,?)", (name, by, text.iso(at)))
        rows = [(made.lastrowid, n, _written(one)) for n, one in enumerate(claims, 1)]
        connection.executemany("INSERT INTO claim(sheet_id, n, document) VALUES(?,?,?)", rows)
    return name


def listed(desk: Desk) -> list[str]:
    """The names of all sheets, the newest first."""
    with desk.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sheet ORDER BY id DESC")]


def read(desk: Desk, name: str) -> Sheet:
    """A sheet. Raises NotFound."""
    with desk.reading() as connection:
        number, by, at = _found(connection, name)
        claims = connection.execute("SELECT document FROM claim WHERE sheet_id = ? ORDER BY n", (number,)).fetchall()
        coders = connection.execute(
            "SELECT coder, count(*) FROM judgement WHERE sheet_id = ? GROUP BY coder ORDER BY coder", (number,)
        ).fetchall()
    made = tuple(_read(document) for (document,) in claims)
    return Sheet(name, by, moment(at), made, tuple(Coder(*one) for one in coders))


def _found(connection: sqlite3.Connection, name: str) -> Any:
    found = connection.execute("SELECT id, made_by, made_at FROM sheet WHERE name = ?", (name,)).fetchone()
    if found is None:
        raise NotFound(f"there is no sheet {text.clip(name, 80)!r}")
    return found


def judge(desk: Desk, name: str, n: int, coder: str, right: bool | None, note: str, at: datetime) -> None:
    """What a coder says of a claim (None: it cannot be told); what they said before is replaced. Raises NotFound."""
    coder, note = named("who judges", coder), said("a note", note)
    with desk.writing() as connection:
        number = _found(connection, name)[0]
        if not connection.execute("SELECT 1 FROM claim WHERE sheet_id = ? AND n = ?", (number, n)).fetchone():
            raise NotFound(f"the sheet {text.clip(name, 80)!r} has no claim {n}")
        connection.execute(
            "INSERT OR REPLACE INTO judgement(sheet_id, n, coder, right, note, at) VALUES(?,?,?,?,?,?)",
            (number, n, coder, None if right is None else int(right), note, text.iso(at)),
        )


def judgements(desk: Desk, sheet: Sheet, coder: str) -> dict[int, Judged]:
    """What a coder said, by the number of the claim, as a sheet that was judged in a spreadsheet says it."""
    with desk.reading() as connection:
        rows = connection.execute(
            "SELECT n, right, note FROM judgement WHERE coder = ? AND sheet_id = ? ORDER BY n",
            (coder, _found(connection, sheet.name)[0]),
        ).fetchall()
    return {n: _judged(n, sheet.claims[n - 1], right, note) for n, right, note in rows}


def _judged(n: int, claim: Claim, right: int | None, note: str) -> Judged:
    return Judged(n, claim.kind, claim.of, claim.case, None if right is None else bool(right), note)


def agreements(desk: Desk, sheet: Sheet) -> list[tuple[str, str, list[Agreement]]]:
    """How far each two coders agree who have judged all of it."""
    done = [one.name for one in sheet.coders if sheet.is_done(one.name)]
    said_by = {name: judgements(desk, sheet, name).values() for name in done}
    return [(a, b, agreement(said_by[a], said_by[b])) for a, b in combinations(done, 2)]


# --- a claim as JSON --------------------------------------------------------------------------------------------------


def _written(claim: Claim) -> str:
    return json.dumps(asdict(claim), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(text.iso(value))


def _read(document: str) -> Claim:
    found = json.loads(document)
    before, after = (_side(found[side]) for side in ("before", "after"))
    assert after is not None
    return Claim(Claimed(found["kind"]), found["of"], found["claim"], found["article"], before, after)


def _side(found: dict[str, Any] | None) -> Side | None:
    if found is None:
        return None
    place = Place(**{**found["place"], "digest": bytes.fromhex(found["place"]["digest"])})
    return Side(found["capture"], moment(found["at"]), found["address"], place, found["words"])
