"""How wrong are we? Claims of the archive in a sheet that a person judges, and what the judgements come to. Pure.

The sheet is CSV, a row a claim: who judges it writes `y` or `n` into `right`, and what was wrong into `note`. What a
page says is foreign text: a cell a spreadsheet would run as a formula begins with an apostrophe.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import NormalDist

from archive import text
from archive.errors import BadInput
from archive.formulas import is_formula
from archive.records import Place
from archive.wording import counted

__all__ = ["Claim", "Claimed", "Judged", "Precision", "Side", "case_of", "precision", "read", "wilson", "write"]


class Claimed(StrEnum):
    """What the archive claims of a look: an edit came before it, it shows a deletion, nothing changed (`same`), it does
    not show the article (`refused`), it looks like the article but is not believed yet (`held`)."""

    EDIT = "edit"
    DELETION = "deletion"
    SAME = "same"
    REFUSED = "refused"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two looks a claim is about: its capture's public id, when it was, the address that answered, where its
    bytes stand, and the words that are to be compared."""

    capture: str
    at: datetime
    address: str
    place: Place
    words: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something the archive claims: of how many such it was drawn, in words, of which article (empty: of none), and the
    look it is about beside the one before it (None where there was none)."""

    kind: Claimed
    of: int
    claim: str
    article: str
    before: Side | None
    after: Side

    @property
    def case(self) -> str:
        """What the claim is called, in the sheet and on the command line."""
        return f"{self.kind}-{self.after.capture}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a sheet as it came back: at which line, and whether the claim is right (None: nobody has judged it)."""

    line: int
    kind: Claimed
    of: int
    case: str
    right: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class Precision:
    """How often claims of a class are right: `judged` of `of`, the share that was right, and the interval in which the
    share of all lies with 95 %. The class `all` weighs each class by how many claims the archive makes of it."""

    kind: str
    of: int
    judged: int
    right: int
    precision: float
    low: float
    high: float


_CASE = re.compile(rf"({'|'.join(Claimed)})-([0-9a-f]{{32}})")


def case_of(words: str) -> tuple[Claimed, str]:
    """The class and the capture of a case. Raises ValueError for what is none."""
    found = _CASE.fullmatch(words)
    if found is None:
        raise ValueError(f"{words[:80]!r} is no case: they read like edit-0f3a…, with 32 digits of a capture")
    return Claimed(found[1]), found[2]


# --- the sheet --------------------------------------------------------------------------------------------------------

_COLUMNS = (
    *("class", "claim", "before", "after", "right", "note", "article"),
    *("seen_before", "seen_after", "address_before", "address_after", "evidence_before", "evidence_after"),
    *("of", "case"),
)
_NEEDED = ("class", "of", "case", "right", "note")
_LONGEST = 2000
"""Characters of a cell: spreadsheets cut at 32,767, and nobody judges by more."""

_WORDS: dict[str, bool | None] = {"y": True, "yes": True, "n": False, "no": False, "": None}
_SAID = {True: "y", False: "n", None: ""}


def _cell(words: str) -> str:
    shown = text.clip(text.printable(words, lines=True), _LONGEST)
    return f"'{shown}" if is_formula(shown) else shown


def _evidence(side: Side | None) -> str:
    return f"{side.place.file}@{side.place.offset}+{side.place.length}" if side else ""


def _row(claim: Claim, judged: Judged | None) -> list[str]:
    before, after = claim.before, claim.after
    right, note = (_SAID[judged.right], judged.note) if judged else ("", "")
    return [
        *(claim.kind, claim.claim, before.words if before else "", after.words, right, note, claim.article),
        *(text.iso(before.at) or "" if before else "", text.iso(after.at) or ""),
        *(before.address if before else "", after.address, _evidence(before), _evidence(after)),
        *(str(claim.of), claim.case),
    ]


def write(claims: Iterable[Claim], judged: Iterable[Judged] = ()) -> str:
    """The sheet of these claims, with what was judged. A byte order mark tells spreadsheets that it is UTF-8."""
    said = {one.case: one for one in judged}
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(_COLUMNS)
    sheet.writerows(map(_cell, _row(claim, said.get(claim.case))) for claim in claims)
    return f"\ufeff{out.getvalue()}"


def read(name: str, data: bytes) -> list[Judged]:
    """The rows of a sheet that was judged. Raises BadInput, naming file and line, for what is none."""
    found: list[Judged] = []
    for line, row in _rows(name, _decoded(name, data)):
        try:
            found.append(_judged(line, row))
        except ValueError as problem:
            raise BadInput(f"{name}:{line}: {problem}") from None
    _once(name, found)
    _same_of(name, found)
    return found


def _decoded(name: str, data: bytes) -> str:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise BadInput(f"{name}:{line}: not UTF-8: save the sheet as CSV in UTF-8") from None


def _rows(name: str, sheet: str) -> Iterator[tuple[int, dict[str, str]]]:
    heading = sheet.partition("\n")[0]
    # A spreadsheet set to another language saves with semicolons or tabs.
    comma = max(",;\t", key=heading.count)
    reader, line = csv.reader(io.StringIO(sheet, newline=""), delimiter=comma, strict=True), 1
    try:
        columns = next(reader, [])
        if missing := [one for one in _NEEDED if columns.count(one) != 1]:
            raise BadInput(f"{name}:1: not a sheet of `palimpsest audit`: no column {', '.join(missing)}, or several")
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(columns) or 0 < len(cells) < len(columns):
                raise BadInput(f"{name}:{line}: {counted(len(cells), 'cell')} under {counted(len(columns), 'column')}")
            if any(map(str.strip, cells)):
                yield line, dict(zip(columns, cells, strict=True))
            line = reader.line_num + 1
    except csv.Error as problem:
        raise BadInput(f"{name}:{line}: broken CSV: {problem}") from None


def _judged(line: int, row: Mapping[str, str]) -> Judged:
    said = row["right"].strip()
    if said.lower() not in _WORDS:
        raise ValueError(f"right is {said[:40]!r}: write y, n, or nothing where you cannot tell")
    if not re.fullmatch(r"[0-9]{1,12}", of := row["of"].strip()) or not int(of):
        raise ValueError(f"of is {of[:40]!r}: it says of how many claims the row was drawn, and is not to be changed")
    case = row["case"].strip()
    kind, _ = case_of(case)
    if row["class"].strip() != kind:
        raise ValueError(f"the class is {row['class'].strip()[:40]!r}, the case {case}")
    return Judged(line, kind, int(of), case, _WORDS[said.lower()], row["note"].strip())


def _once(name: str, found: Sequence[Judged]) -> None:
    lines: dict[str, int] = {}
    for one in found:
        if (first := lines.setdefault(one.case, one.line)) != one.line:
            raise BadInput(f"{name}:{one.line}: {one.case} stands in line {first} already")


def _same_of(name: str, found: Sequence[Judged]) -> None:
    of: dict[Claimed, Judged] = {}
    drawn: dict[Claimed, int] = defaultdict(int)
    for one in found:
        first = of.setdefault(one.kind, one)
        drawn[one.kind] += 1
        if one.of != first.of:
            raise BadInput(
                f"{name}:{one.line}: of is {one.of}, but {first.of} in line {first.line}: two sheets in one?"
            )
        if drawn[one.kind] > one.of:
            raise BadInput(
                f"{name}:{one.line}: row {drawn[one.kind]} of class {one.kind}, which has {counted(one.of, 'claim')}"
            )


# --- what it comes to -------------------------------------------------------------------------------------------------

_Z = NormalDist().inv_cdf(0.975)


def wilson(right: int, judged: int) -> tuple[float, float]:
    """The 95 % interval of a share, by its score (Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212; method 3 of Newcombe,
    Statistics in Medicine 17 (1998) 857-872): it holds for small samples, and where all or none are right."""
    share, spread = right / judged, _Z * _Z / judged
    middle = share + spread / 2
    reach = _Z * math.sqrt(share * (1 - share) / judged + spread / judged / 4)
    # What rounding leaves outside of 0 to 1 is cut.
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def precision(judged: Iterable[Judged]) -> list[Precision]:
    """The precision of each class that was judged, and of all together."""
    classes: dict[Claimed, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.right is not None:
            classes[one.kind].append(one)
    found = [_of_class(kind, classes[kind]) for kind in Claimed if kind in classes]
    return [*found, _of_all(found)] if len(found) > 1 else found


def _of_class(kind: Claimed, rows: Sequence[Judged]) -> Precision:
    right = sum(bool(row.right) for row in rows)
    return Precision(kind, rows[0].of, len(rows), right, right / len(rows), *wilson(right, len(rows)))


def _of_all(classes: Sequence[Precision]) -> Precision:
    """Classes are sampled alike however large they are, so each counts by its size. The interval of the weighted sum is
    made of the classes' own (MOVER: Zou and Donner, Statistics in Medicine 27 (2008) 1693-1702)."""
    whole = sum(one.of for one in classes)
    weights = [one.of / whole for one in classes]
    share = sum(weight * one.precision for weight, one in zip(weights, classes, strict=True))
    below, above = (
        math.hypot(
            *(weight * (one.precision - bound) for weight, one, bound in zip(weights, classes, bounds, strict=True))
        )
        for bounds in ([one.low for one in classes], [one.high for one in classes])
    )
    judged, right = sum(one.judged for one in classes), sum(one.right for one in classes)
    return Precision("all", whole, judged, right, share, max(0.0, share - below), min(1.0, share + above))
