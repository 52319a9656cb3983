"""Which looks are looks at one article, and which are not: the table, on the path that every page walks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from sqlalchemy import text

from archive import db
from archive.home import Home
from archive.records import Capture, RunKind
from archive.urls import normal
from crawler.pipeline.intake import Intake
from tests.crawler.crawls import here
from tests.support import sound

_TABLE = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))
_START = datetime(2026, 3, 1, 12, tzinfo=UTC)
_SAYS = {
    "same": (
        "Ferry to Lindal sails twice a day",
        "The ferry to Lindal sails twice a day from Monday on, the harbour master of {place} said in the morning.",
        "Whoever has a ticket for the week may take either of them, and bicycles travel free of charge until autumn.",
    ),
    "other": (
        "Quay of the old harbour is rebuilt",
        "The quay of the old harbour is rebuilt in stone, and the council of {place} has found the money for it.",
        "Nobody remembers when the wooden one was built; pictures of the year of the flood show it in its place.",
    ),
}


@dataclass(frozen=True)
class Pair:
    """A pair of the table: whether its looks are of one article, and why."""

    number: int
    is_one: bool
    row: dict[str, Any]

    @property
    def one(self) -> str:
        """The one address."""
        return self._at(self.row["one"])

    @property
    def other(self) -> str:
        """The other."""
        return self._at(self.row["other"])

    def _at(self, address: str) -> str:
        site = f"www.pair{self.number}.example"
        return normal(urljoin(f"https://{site}/", address.replace("//PAIR", f"//{site}")))

    def looks(self) -> Iterator[Capture]:
        """The looks, in order of time."""
        says, states = self.row.get("text", "same"), self.row.get("states", "")
        if "before" in self.row:
            yield self._look(0, self.other, self.row["before"])
        yield self._look(1, self.one, "same", self.row.get("one_states", ""))
        if self.row.get("leads"):
            yield self._look(2, self.other, "same", landed=self.one)
        else:
            yield self._look(2, self.other, says, states)

    def _look(self, hours: int, url: str, says: str, states: str = "", landed: str = "") -> Capture:
        headline, *paragraphs = _SAYS[says]
        headline = self.row.get("headline", headline) if says == "other" else headline
        states = states.replace("//PAIR", f"//www.pair{self.number}.example")
        links = f'<link rel="canonical" href="{states}">' if states else ""
        if says == self.row.get("text"):
            others = map(self._at, self.row.get("alternates", ()))
            links += "".join(f'<link rel="alternate" hreflang="x{n}" href="{one}">' for n, one in enumerate(others))
        said = "".join(f"<p>{one.format(place=f'place {self.number}')}</p>" for one in paragraphs)
        body = f"<html lang='en'><head><title>{headline}</title>{links}</head><body><article><h1>{headline}</h1>{said}"
        at = _START + timedelta(hours=hours)
        return Capture(url, at, f"{body}</article></body></html>".encode(), final_url=landed)


def _pairs() -> list[Pair]:
    rows = [(kind == "together", row) for kind in ("together", "apart") for row in _TABLE[kind]]
    return [Pair(number, is_one, row) for number, (is_one, row) in enumerate(rows, 1)]


def _articles(home: Home) -> Iterator[tuple[tuple[str, str], str]]:
    """The article that each look came to, by its address and its time."""
    engine = db.open_reader(home.database_url)
    with db.reading(engine) as connection:
        for row in connection.execute(text("SELECT url, fetched_at, article FROM v1_captures")):
            yield (row.url, row.fetched_at[:13]), row.article
    engine.dispose()


def _is_one(pair: Pair, came_to: dict[tuple[str, str], str]) -> bool:
    first, *_, last = pair.looks()
    one, other = (came_to[look.url, look.fetched_at.isoformat()[:13]] for look in (first, last))
    assert None not in {one, other}, pair
    return one == other


@pytest.mark.parametrize("odd", [0, 1])
def test_pairs(odd: int, tmp_path: Path) -> None:
    home = here(tmp_path)
    with Intake(home, RunKind.INGEST, lambda: _START + timedelta(days=9)) as intake:
        for pair in _pairs():
            # Of every other pair, the last look comes first.
            for capture in list(pair.looks())[:: 1 if pair.number % 2 == odd else -1]:
                assert intake.take(capture)
    came_to = dict(_articles(home))
    wrong = [(pair.row["why"], pair.one, pair.other) for pair in _pairs() if _is_one(pair, came_to) is not pair.is_one]
    assert wrong == []
    sound(home)


def test_the_table_is_long_enough_and_every_pair_has_a_reason() -> None:
    assert len(_pairs()) >= 110
    assert all(pair.row["why"] for pair in _pairs())
