"""Saved pages with the values expected of them: the proof of an outlet file.

A case is a folder `<outlet>/<case>/` with `page.html` (or `page.html.gz`) and `expected.json` beside it. The JSON says
where the page was (`url`, and `final_url`, `status`, `headers` where they matter), when (`fetched_at`), what it is
(`verdict`), and of an article the values of the fields in `FIELDS`; a field that is not named is not compared. Where
the page was read by rules that an archive had learnt of the outlet, they stand under `learnt`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive.errors import BadInput
from archive.fields import READ, Holds
from archive.records import Capture, Date, Judgement, Reading, Source, Verdict
from archive.text import iso, parse_time
from crawler.extract.examine import examine
from crawler.outlets.learnt import NOTHING, Learnt, LearntRule
from crawler.outlets.registry import Registry

__all__ = ["FIELDS", "Case", "Compared", "compare", "fits", "folders", "load", "read", "values", "write"]


def _when(date: Date | None) -> str | None:
    return iso(date.instant) if date else None


_WRITTEN: Mapping[Holds, Callable[[Any], Any]] = {
    Holds.LINE: str,
    Holds.BLOCKS: lambda blocks: [[block.type.value, block.text] for block in blocks],
    Holds.NAMES: list,
    Holds.DATE: _when,
    Holds.IMAGES: lambda images: [[image.caption, image.credit] for image in images],
}


def _editorial(name: str) -> Callable[[Reading], Any]:
    return lambda reading: _WRITTEN[READ[name]](getattr(reading, name))


FIELDS: Mapping[str, Callable[[Reading], Any]] = {
    **{name: _editorial(name) for name in READ},
    "date_modified": lambda reading: _when(reading.circumstances.date_modified),
    "read_also": lambda reading: list(reading.read_also),
    "removed": lambda reading: [[removal.rule, removal.text] for removal in reading.removed],
    "section": lambda reading: reading.circumstances.section,
    "tags": lambda reading: list(reading.circumstances.tags),
    "titles": lambda reading: [list(pair) for pair in reading.circumstances.titles],
    "canonical": lambda reading: reading.circumstances.canonical,
    "alternates": lambda reading: list(reading.circumstances.alternates),
    "links": lambda reading: list(reading.circumstances.links),
    "pictures": lambda reading: [list(pair) for pair in reading.circumstances.images],
    "embeds": lambda reading: list(reading.circumstances.embeds),
    "videos": lambda reading: list(reading.circumstances.videos),
    "language": lambda reading: reading.circumstances.language,
    "own_id": lambda reading: reading.own_id,
}
"""The fields a case may expect, and how each is written in JSON."""

_ABOUT = frozenset({"url", "final_url", "fetched_at", "status", "headers", "outlet", "verdict", "learnt"})
_NEEDED = ("url", "fetched_at", "verdict")


@dataclass(frozen=True, slots=True)
class Case:
    """One saved page: its folder's name, the page as a capture, its verdict, its outlet's name (empty: whose address it
    is), the values expected of it by field, and what was learnt of its outlet."""

    name: str
    capture: Capture
    verdict: Verdict
    outlet: str
    expected: Mapping[str, Any]
    learnt: Learnt = NOTHING


@dataclass(frozen=True, slots=True)
class Compared:
    """A field as read. `fine` is None where nothing is expected of it."""

    field: str
    found: Any
    expected: Any = None
    fine: bool | None = None


def folders(outlet: Path) -> list[Path]:
    """The cases of an outlet, in the order of their names."""
    return sorted(path.parent for path in outlet.glob("*/expected.json"))


def _page(folder: Path) -> bytes:
    plain, packed = folder / "page.html", folder / "page.html.gz"
    try:
        return plain.read_bytes() if plain.is_file() else gzip.decompress(packed.read_bytes())
    except (OSError, EOFError) as problem:
        raise BadInput(f"{folder}: neither page.html nor page.html.gz can be read: {problem}") from None


def _stated(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadInput(f"{path}: {problem}") from None
    if not isinstance(found, dict):
        raise BadInput(f"{path}: not a JSON object")
    if missing := [name for name in _NEEDED if not isinstance(found.get(name), str)]:
        raise BadInput(f"{path}: there is no {', '.join(missing)}")
    if unknown := sorted(found.keys() - FIELDS.keys() - _ABOUT):
        raise BadInput(f"{path}: no field is called {', '.join(unknown)}; there are {', '.join((*_ABOUT, *FIELDS))}")
    return found


def load(folder: Path) -> Case:
    """The case in a folder. Raises BadInput, naming the file, for what is none."""
    path = folder / "expected.json"
    stated = _stated(path)
    try:
        verdict, moment = Verdict(stated["verdict"]), parse_time(stated["fetched_at"])
        headers = tuple((str(name), str(value)) for name, value in stated.get("headers", {}).items())
        status = int(stated.get("status", 200))
    except (ValueError, AttributeError, TypeError) as problem:
        raise BadInput(f"{path}: {problem}") from None
    capture = Capture(
        url=stated["url"],
        final_url=stated.get("final_url", ""),
        fetched_at=moment,
        status=status,
        headers=headers,
        body=_page(folder),
        source=Source.OWN_HTTP,
    )
    expected = {name: value for name, value in stated.items() if name in FIELDS}
    return Case(folder.name, capture, verdict, stated.get("outlet", ""), expected, _learnt(stated, path))


def _learnt(stated: Mapping[str, Any], path: Path) -> Learnt:
    rows = stated.get("learnt")
    if rows is None:
        return NOTHING
    if not isinstance(rows, list):
        raise BadInput(f"{path}: learnt is not a list of rules")
    return Learnt(1, tuple(LearntRule.of(row, f"{path}: learnt rule {at}") for at, row in enumerate(rows, 1)))


def values(reading: Reading) -> dict[str, Any]:
    """Every field of a reading as it is written in JSON."""
    return {name: value(reading) for name, value in FIELDS.items()}


def fits(field: str, found: Any, expected: Any) -> bool:
    """Whether a field is as expected; a language expected without a script may be found in any, as RFC 4647 has it."""
    return bool(found == expected or (field == "language" and found and found.startswith(f"{expected}-")))


def compare(reading: Reading | None, expected: Mapping[str, Any]) -> list[Compared]:
    """Each field as read, beside what is expected of it."""
    found = values(reading) if reading else {}
    names = (name for name in FIELDS if reading or name in expected)
    return [
        Compared(name, found.get(name), expected.get(name), fits(name, found.get(name), expected[name]))
        if name in expected
        else Compared(name, found.get(name))
        for name in names
    ]


def read(case: Case, outlets: Registry) -> tuple[Judgement, Reading | None]:
    """What a case's page is and says, read as a page of the outlet whose address it is."""
    outlet = outlets.for_url(case.capture.url, case.capture.fetched_at)
    return examine(case.capture, replace(outlet, learnt=case.learnt))


def write(
    folder: Path,
    capture: Capture,
    judgement: Judgement,
    reading: Reading | None,
    learnt: Learnt = NOTHING,
    without: Collection[str] = (),
) -> None:
    """Save a page as a case; what was read, by what was learnt, is expected from now on, `without` the fields that are
    read wrongly. Raises BadInput where the folder is there."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise BadInput(f"{folder} is there already; remove it to save the page anew") from None
    except NotADirectoryError:
        raise BadInput(f"{folder} cannot be made: {folder.parent} is no folder; name another") from None
    (folder / "page.html.gz").write_bytes(gzip.compress(capture.body, mtime=0))
    stated: dict[str, Any] = {"url": capture.url, "fetched_at": iso(capture.fetched_at)}
    # What the page came with, where it says more than that the page came.
    answered = {"status": capture.status if capture.status != 200 else None, "headers": dict(capture.headers)}
    stated |= {name: value for name, value in answered.items() if value} | {"verdict": judgement.verdict.value}
    found = values(reading) if reading else {}
    read_now = {name: value for name, value in found.items() if value and name not in without}
    taught = {"learnt": json.loads(learnt.document)} if learnt.rules else {}
    text = json.dumps(stated | read_now | taught, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(f"{text}\n", encoding="utf-8")
