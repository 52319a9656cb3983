"""How wrong are we? Claims of the archive for a person to judge; what was judged wrong becomes a test case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from archive import audit, db, output, text
from archive.agreement import agreement, differing
from archive.audit import Claim, Claimed, Judged, Side
from archive.commands import shared
from archive.errors import BadInput, Damaged, UsageError
from archive.files import outside
from archive.home import Home
from archive.query import samples
from archive.records import Capture
from crawler.authoring import cases
from crawler.parse.page import load
from crawler.pipeline.outlets import as_known
from crawler.pipeline.stored import capture_at
from crawler.pipeline.workers import LONGEST, LocalExecutor, Stopped, reading_elsewhere

__all__ = ["audit_", "drawn"]

_BEGINNING = 1000
"""Characters of a page's text that a judge is shown."""

_LARGEST = 50_000_000
"""Bytes of a sheet: a thousand claims of each class are five megabytes."""

_Answer = TypeVar("_Answer")


def audit_(
    context: typer.Context,
    sample: Annotated[int | None, typer.Option(min=1, max=100_000, help="Draw so many claims of each class.")] = None,
    seed: Annotated[int, typer.Option(help="Which draw: the same archive and seed give the same claims.")] = 0,
    sheet: Annotated[Path | None, typer.Option("--read", help="A sheet that was judged: what it comes to.")] = None,
    second: Annotated[
        Path | None, typer.Option(help="With --read: the same sheet as somebody else judged it; how far both agree.")
    ] = None,
    case: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="CASE DIR", help="Save a claim's pages in DIR as test cases; CASE is its last column."),
    ] = None,
    as_json: shared.Json = False,
) -> None:
    """Draw what the archive claims into a sheet, for a person to judge; say how often it was right.

    Classes: edit, deletion, same, refused, held. The sheet is CSV on stdout: write y or n under `right`, and under
    `note` what is wrong; leave open what you cannot tell. Read back in, it gives the share that is right of each class
    with the interval in which it lies with 95 %, and of all, each class by its size. Of `same` the sheet shows what
    differed and was not counted. With --second it is told how far two people agree who judged the same claims: the
    share they said the same of, Cohen's kappa and Gwet's AC1, which hold agreement against chance; as JSON by the keys
    kind, judged, same, share, kappa, ac1.

    JSON keys: kind, of, judged, right, precision, low, high.

    Example: palimpsest audit --sample 100 --seed 1 > sheet.csv; palimpsest audit --read sheet.csv
    """
    if [sample, sheet, case].count(None) != 2:
        raise UsageError("audit wants one of --sample N, --read FILE and --case CASE DIR")
    if second and not sheet:
        raise UsageError("--second goes with --read: the sheets of two people")
    home = shared.home_of(context)
    if sample is not None:
        output.written(audit.write(_asked(home, lambda connection: list(drawn(home, connection, sample, seed)))))
    elif sheet is not None and second is not None:
        _agreed(_judged(home, sheet), _judged(home, second), as_json=as_json)
    elif sheet is not None:
        _told(_judged(home, sheet), as_json=as_json)
    elif case is not None:
        _saved(home, *case)


def _asked(home: Home, question: Callable[[db.Connection], _Answer]) -> _Answer:
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with db.reading(engine) as connection:
            return question(connection)
    finally:
        engine.dispose()


# --- the sheet --------------------------------------------------------------------------------------------------------


def drawn(home: Home, connection: db.Connection, sample: int, seed: int) -> Iterator[Claim]:
    """So many claims of each class, with the words each is to be judged by."""
    with closing(LocalExecutor(home.outlets)) as pool:
        for claim in samples.draw(connection, sample, seed):
            if claim.after.words or claim.kind in {Claimed.EDIT, Claimed.SAME}:
                yield claim
            else:
                # Nothing was read of a page that was refused: what it shows is all there is to judge by.
                yield replace(claim, after=replace(claim.after, words=_beginning(pool, home, claim)))


def _beginning(pool: LocalExecutor, home: Home, claim: Claim) -> str:
    try:
        return pool.call(LONGEST, _first_words, _capture(home, claim.after))
    except (Damaged, Stopped) as problem:
        return f"[{problem}]"


def _first_words(page: Capture) -> str:
    body = load(page).tree.body
    shown = body.text(separator=" ", strip=True) if body else ""
    return text.clip(text.canonical(shown), _BEGINNING)


def _capture(home: Home, side: Side) -> Capture:
    """A side's page from its record. Raises Damaged where its bytes are missing or not what they were."""
    found = capture_at(home.warc, side.place)
    return replace(found, url=side.address, fetched_at=side.at)


# --- what it comes to -------------------------------------------------------------------------------------------------


def _judged(home: Home, sheet: Path) -> list[Judged]:
    with sheet.open("rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise BadInput(f"{sheet}: larger than {_LARGEST:,} bytes: not a sheet of `palimpsest audit`")
    rows = audit.read(str(sheet), data)
    unknown = _asked(home, lambda connection: [row for row in rows if not samples.known(connection, row.case)])
    for row in unknown:
        raise BadInput(f"{sheet}:{row.line}: this archive has no {row.case}: was the sheet drawn from another?")
    return rows


def _told(rows: list[Judged], *, as_json: bool) -> None:
    found = audit.precision(rows)
    if as_json:
        for one in found:
            output.json_line(asdict(one))
    else:
        headings = ("class", "claims", "judged", "right", "precision", "95 % interval")
        output.rows(
            headings,
            (
                (one.kind, one.of, one.judged, one.right, f"{one.precision:.1%}", f"{one.low:.1%} to {one.high:.1%}")
                for one in found
            ),
        )
    for row in rows:
        if row.right is False:
            output.note(f"wrong: {row.case}  {row.note}")
    if left := sum(row.right is None for row in rows):
        output.note(f"{left} of {len(rows)} are not judged; they count for nothing")


def _agreed(first: list[Judged], other: list[Judged], *, as_json: bool) -> None:
    found = agreement(first, other)
    if as_json:
        for one in found:
            output.json_line(asdict(one))
    else:
        headings = ("class", "both judged", "the same", "share", "kappa", "AC1")
        told = ("-" if one.kappa is None else f"{one.kappa:.3f}" for one in found)
        rows = ((one.kind, one.judged, one.same, f"{one.share:.1%}", next(told), f"{one.ac1:.3f}") for one in found)
        output.rows(headings, rows)
    for a, b in differing(first, other):
        output.note(f"not the same: {a.case}  {a.note}  {b.note}")


# --- test cases -------------------------------------------------------------------------------------------------------


def _saved(home: Home, case: str, folder: Path) -> None:
    """Write the pages of a claim as cases of an outlet, and say what to expect of them now."""
    try:
        kind, capture = audit.case_of(case)
    except ValueError as problem:
        raise UsageError(f"--case: {problem}") from None
    outside(folder, home)
    claim = _asked(home, lambda connection: samples.of_case(connection, kind, capture))
    outlets = as_known(home)
    sides = {"before": claim.before, "after": claim.after}
    with reading_elsewhere(home.outlets) as read:
        for name, side in sides.items():
            if side is not None:
                path = folder / f"{case[: len(kind) + 9]}-{name}"
                page = _capture(home, side)
                outlet = outlets.named(claim.article.partition(":")[0], page.url, page.fetched_at)
                result = read(page, outlet, "")
                cases.write(path, page, result.judgement, result.reading, outlet.learnt)
                output.said(f"{path}: {side.address} at {output.when(side.at)}")
    output.said(_todo(claim, folder, case[: len(kind) + 9]))


def _todo(claim: Claim, folder: Path, name: str) -> str:
    """What makes the pages a test that fails until we are right."""
    if claim.kind in {Claimed.REFUSED, Claimed.DELETION}:
        return f"Now put what the page is into {folder / f'{name}-after'}/expected.json: verdict, and the fields."
    wanted = "equal" if claim.kind is Claimed.EDIT else "differ"
    pair = {
        "page": f"{folder.name}/{name}-before",
        "after": f"{folder.name}/{name}-after",
        "why": "say why it is no edit" if wanted == "equal" else "say what was edited",
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in pair.items()]
    changed = [] if wanted == "equal" else ['changed = ["body"]']
    return "\n".join(["", f"Now add to tests/pairs/{wanted}.toml:", "", "[[pair]]", *lines, *changed])
