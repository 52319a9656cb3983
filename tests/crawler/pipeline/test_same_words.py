"""Pages that were built anew, through the whole path: an edit only where they do not show the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from archive import db
from archive.home import Home
from archive.models import CaptureRow, PageWordsRow, VersionRow
from archive.records import Capture, Outcome, RunKind, Source
from crawler.pipeline.executor import Pending, Task, read_all
from crawler.pipeline.intake import Intake, Taken
from tests.pairs.made import Saved, own
from tests.pairs.rebuilt import rebuilt
from tests.support import sound

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_LAYOUTS = frozenset({"names of classes", "p as div", "a wrapper each", "a light twin", "by-line moved"})
HTML = (("Content-Type", "text/html; charset=utf-8"),)
ADDRESS = "https://www.example.org/news/bridge-reopens"


def _pages() -> list[Saved]:
    return [saved for saved, _ in islice(own(), 0, 91, 30)]


def _looks(saved: Saved) -> list[Capture]:
    """A page, and the same built anew in several ways, an hour apart."""
    made = [saved.capture, *(one.capture for one in rebuilt(saved, 0) if one.what in _LAYOUTS)]
    return [
        replace(one, fetched_at=one.fetched_at + timedelta(hours=hour), source=Source.GIVEN_PAGE)
        for hour, one in enumerate(made)
    ]


class _Here:
    """Reads in this process: starting others takes longer than these few pages."""

    def submit(self, tasks: Sequence[Task]) -> Pending:
        read = read_all(Path("nowhere"), tasks)
        return Pending(lambda: read)

    def close(self) -> None:
        """There is nothing to close."""


def _came(home: Home, captures: list[Capture], *, apart: bool = False) -> list[Outcome]:
    """What the looks came to, in their order. `apart`: each is stored before the next is taken."""
    told: dict[tuple[str, datetime], Outcome] = {}

    def tell(one: Taken) -> None:
        told[one.url, one.fetched_at] = one.recorded.outcome

    with Intake(home, RunKind.INGEST, lambda: _NOW, tell, executor=_Here()) as intake:
        for capture in captures:
            intake.take(capture)
            if apart:
                intake.flush()
    return [told[capture.url, capture.fetched_at] for capture in captures]


def test_a_page_built_anew_is_a_look_at_what_stood(sqlite_home: Home) -> None:
    captures = [capture for saved in _pages() for capture in _looks(saved)]
    counts = Counter(_came(sqlite_home, captures))
    assert counts[Outcome.SAME_WORDS] >= 2
    assert counts[Outcome.CHANGED] == 0
    sound(sqlite_home)


PIER = "The pier in the evening, seen from the old ferry."


def _page(*, anew: bool, cost: int = 12, pier: str = PIER) -> Capture:
    """A page by either of two layouts of a site that nobody described."""
    told = (
        "The bridge over the river reopened on Monday after 14 months of repairs, the ministry said.",
        f"Repairs cost {cost} million, the ministry added, and traffic returned to normal by noon.",
        "The ferry, which had carried people across in the meantime, will be sold in spring, its owner said.",
    )
    if anew:
        text = "".join(f'<div class="c{n}">{words}</div>' for n, words in enumerate((pier, *told)))
    else:
        text = f"<figure><img src='/p.jpg'><figcaption>{pier}</figcaption></figure>"
        text += "".join(f"<p>{words}</p>" for words in told)
    body = (
        "<!doctype html><html lang='en'><head><title>Bridge reopens after repairs</title></head><body>"
        f"<header>The Example</header><article><h1>Bridge reopens after repairs</h1>{text}</article>"
        "<footer>Imprint</footer></body></html>"
    )
    return Capture(ADDRESS, _NOW, body.encode(), 200, HTML, source=Source.GIVEN_PAGE)


def test_an_edit_on_a_page_built_anew_is_one(sqlite_home: Home) -> None:
    pages = (
        _page(anew=False),
        _page(anew=True),
        _page(anew=True, cost=19),
        _page(anew=False, cost=19),
        _page(anew=False, cost=19, pier="The pier in the morning, seen from the old ferry."),
    )
    captures = [replace(one, fetched_at=_NOW + timedelta(hours=hour)) for hour, one in enumerate(pages)]
    assert _came(sqlite_home, captures) == ["new", "same-words", "changed", "same-words", "changed"]
    sound(sqlite_home)


def test_what_was_known_when_a_page_was_read_makes_no_difference(sqlite_home: Home, tmp_path: Path) -> None:
    """One look after the other, what reads as before is not asked what else it shows; all at once, each is."""
    edited = _page(anew=False, cost=19)
    pages = (_page(anew=False), _page(anew=False), _page(anew=True), _page(anew=True), edited, edited, _page(anew=True))
    captures = [
        replace(one, fetched_at=_NOW + timedelta(hours=hour), body=one.body + b"<!-- %d -->" % hour)
        for hour, one in enumerate(pages)
    ]
    told = []
    for name, order in (("onwards", captures), ("backwards", captures[::-1])):
        home = Home(tmp_path / name, f"sqlite:///{tmp_path / name / 'archive.db'}")
        _came(home, order, apart=True)
        told.append(_kept(home))
    _came(sqlite_home, captures)
    assert told[0] == told[1] == _kept(sqlite_home)


def _kept(home: Home) -> set[tuple[bytes, bytes]]:
    """What pages are known to show: of which version, what."""
    with db.open_reader(home.database_url).connect() as connection:
        rows = connection.execute(
            select(VersionRow.digest, PageWordsRow.packed).join(VersionRow, VersionRow.id == PageWordsRow.version_id)
        )
        return {(row.digest, row.packed) for row in rows}


def _short(pier: str = PIER) -> Capture:
    """The page by a layout of which the words of the picture are not read."""
    plain = _page(anew=False)
    figure = f"<figure><img src='/p.jpg'><figcaption>{PIER}</figcaption></figure>".encode()
    assert figure in plain.body
    return replace(plain, body=plain.body.replace(figure, f"<nav>{pier}</nav>".encode()))


def test_words_that_a_layout_leaves_out_are_missed_in_whatever_order_looks_come(tmp_path: Path) -> None:
    edited = _short("The pier in the morning, seen from the old ferry.")
    pages = _page(anew=False), _short(), edited, edited
    looks = [replace(one, fetched_at=_NOW + timedelta(hours=hour)) for hour, one in enumerate(pages)]
    for order in ((0, 1, 2, 3), (1, 2, 3, 0), (0, 3, 2, 1)):
        home = Home(tmp_path / str(order), f"sqlite:///{tmp_path / str(order) / 'archive.db'}")
        _came(home, [looks[n] for n in order], apart=True)
        with db.open_reader(home.database_url).connect() as connection:
            outcomes = connection.execute(select(CaptureRow.outcome).order_by(CaptureRow.fetched_at)).scalars().all()
        assert outcomes == ["new", "same-words", "changed", "same"], order
    sound(home)
