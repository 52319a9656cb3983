"""What left an archive comes back as what it was: nothing twice where it came from, and elsewhere the same looks, the
same versions, whatever led to them."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive import db, verify
from archive.home import Home
from archive.records import Capture, Hop, Judgement, RunKind, Source, TimeBasis, Verdict
from crawler.pipeline.intake import Intake
from crawler.pipeline.steps import Work
from tests.archive.content import _CAPTURES
from tests.archive.material import THOROUGH, opened
from tests.crawler.pipeline.saved import asked, rt_page
from tests.crawler.pipeline.test_intake import START

_HTML = (("Content-Type", "text/html; charset=utf-8"),)
_LEFT_OUT = {"source", "time_basis", "text"}
_SEEDS = range(40 if THOROUGH else 1)


def _page(chance: Random) -> bytes:
    cost = chance.choice([12, 12, 13, 14])
    also = f"Un autre titre {chance.randrange(2)}"
    body = rt_page(f"Le pont a coûté {cost} millions.", "La circulation a repris.", also=also)
    return body[: len(body) // 2] if chance.random() < 0.1 else body


@dataclass
class _Crawl:
    """Looks as a crawl of ours takes them; `shells` are the pages that wait for a browser."""

    chance: Random
    shells: list[Work] = field(default_factory=list)
    begun: Intake = field(init=False)

    def look(self, page: Capture) -> None:
        """A look at an article, of one kind or another."""
        kinds = [self._plain] * 4 + [self._other] * 3 + [self._led, self._unchanged, self._unchanged, self._shown]
        self.chance.choice([*kinds, self._shown, self._feed])(page)

    def _plain(self, page: Capture) -> None:
        packed = replace(page, body=gzip.compress(page.body, mtime=0), headers=(*_HTML, ("Content-Encoding", "gzip")))
        self.begun.take(self.chance.choice([page, page, packed]))

    def _led(self, page: Capture) -> None:
        self.begun.take(self._moved(page))

    def _moved(self, page: Capture) -> Capture:
        first = Hop(page.url.replace("https", "http"), 301, (("Location", page.url),), b"moved")
        second = Hop(f"{page.url}?a=b", 302, (("Location", page.url),), b"")
        # Servers send on to addresses in whatever spelling.
        landed = self.chance.choice([page.url, f"{page.url}?utm_source=a", f"{page.url}?b=%C3%A9&a=[1]"])
        return replace(page, url=first.url, final_url=landed, hops=self.chance.choice([(first,), (first, second)]))

    def _unchanged(self, page: Capture) -> None:
        self.begun.flush()
        self.begun.take(replace(page, status=304, body=b"", headers=()))

    def _other(self, page: Capture) -> None:
        text = replace(page, source=Source.GIVEN_TEXT, body="Le pont rouvre\n\nIl a coûté 12 millions.".encode())
        others = [
            replace(page, status=404, body=b"<html><h1>Gone</h1></html>"),
            replace(page, status=302, body=b"", headers=(("Location", "https://example.org/"),)),
            replace(page, source=Source.GIVEN_PAGE, time_basis=TimeBasis.STATED, request=b""),
            replace(text, headers=(), time_basis=TimeBasis.STATED, request=b""),
        ]
        self.begun.take(self.chance.choice(others))

    def _feed(self, page: Capture) -> None:
        feed = replace(page, url="https://francais.rt.com/rss", body=b"<rss>%f</rss>" % page.fetched_at.timestamp())
        self.begun.take(feed, judged=Judgement(Verdict.LISTING))

    def _shown(self, page: Capture) -> None:
        shell = b"<html><body><div id=app></div><script src=/a.js></script>%d</body></html>" % self.chance.randrange(3)
        page = self.chance.choice([page, self._moved(page)])
        self.begun.take(replace(page, body=shell))
        self.begun.flush()
        # Other pages come in while a browser is at work.
        self.begun.take(replace(page, url=f"{page.landed}-2", final_url="", hops=()))
        script = Hop("https://francais.rt.com/a.js", 200, (("Content-Type", "text/javascript"),), b"draw()")
        led = Hop("https://francais.rt.com/b.js", 301, (("Location", script.url),), b"")
        hops = self.chance.choice([(), (script,), (led, script)])
        at = page.fetched_at + timedelta(seconds=self.chance.randrange(1, 90))
        made = Capture(page.url, at, page.body, final_url=page.final_url, hops=hops, source=Source.OWN_BROWSER)
        self.begun.rendered(self.shells.pop(), made)

    def sifted(self, work: Work) -> Work | None:
        """Keep what needs a browser."""
        if b"<div id=app>" not in work.capture.body:
            return work
        self.shells.append(work)
        return None


def crawled(home: Home, seed: int, looks: int = 30) -> None:
    """An archive of looks of every kind at three articles."""
    chance = Random(seed)
    crawl, moments = _Crawl(chance), sorted(chance.sample(range(0, 8 * 24 * 60, 5), looks))
    with Intake(home, RunKind.CRAWL, lambda: START + timedelta(days=9), sifted=crawl.sifted) as crawl.begun:
        for minutes in moments:
            url = f"https://francais.rt.com/international/{chance.choice([41, 42, 43])}-pont"
            at = START + timedelta(minutes=minutes)
            crawl.look(Capture(url, at, _page(chance), headers=_HTML, request=b"GET / HTTP/1.1\r\n\r\n"))


def looked(home: Home) -> list[tuple[Any, ...]]:
    """Every look of an archive and what it came to, but whose it is, and why; asserts that the archive is sound."""
    with opened(home) as archive, archive.engine.connect() as connection:
        assert verify.damage(connection, home.warc) == []
        rows = connection.execute(_CAPTURES).mappings().all()
    # Of a feed only who asked for it knows that it is one.
    of_feed = {*_LEFT_OUT, "verdict", "outcome"}
    left_out = (of_feed if row["url"].endswith("/rss") else _LEFT_OUT for row in rows)
    return [tuple(row[name] for name in row if name not in out) for row, out in zip(rows, left_out, strict=True)]


def hops(home: Home) -> list[tuple[Any, ...]]:
    """What is known of every answer on the way, but where it stands."""
    wanted = (
        "SELECT capture.uid, n, address.url, hop.status, hop.digest FROM hop JOIN capture ON capture.id = capture_id"
        " JOIN address ON address.id = hop.address_id ORDER BY capture.uid, n"
    )
    engine = db.open_reader(home.database_url)
    try:
        with engine.connect() as connection:
            return [tuple(map(_plain, row)) for row in connection.exec_driver_sql(wanted)]
    finally:
        engine.dispose()


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.parametrize("seed", _SEEDS)
def test_what_left_comes_back_as_what_it_was(both_homes: tuple[Home, Home], tmp_path: Path, seed: int) -> None:
    home, other = both_homes if seed % 2 else both_homes[::-1]
    form = ["--wacz", "--warc"][seed // 2 % 2]
    crawled(home, seed)
    were, left = looked(home), tmp_path / "left"
    asked(home, "export", form, left, fine=True)
    again = asked(home, "ingest", left, "--json", fine=True)
    assert (again.stdout, looked(home)) == ("", were)
    # A copy of the evidence as it lies there, in which other records stand between those of a look.
    copies = [shutil.copy(path, tmp_path) for path in home.warc.glob("*.gz")]
    again = asked(home, "ingest", *copies, "--json", fine=True)
    assert (again.stdout, looked(home)) == ("", were)

    for _ in range(2):
        asked(other, "ingest", left, fine=True)
        assert looked(other) == were
    assert hops(other) == hops(home)
