"""The demo: a family of outlets on this machine is crawled, then edits, deletes and hides; the archive tells what
happened. Every line of the report comes from the archive."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from archive import db, output, urls
from archive.diff import Change
from archive.errors import NotFound, PalimpsestError, UsageError
from archive.home import Home, find
from archive.query import articles, comparison, deletions, ledgers, passages, search
from archive.query.counting import that_count
from archive.query.headline_tests import headline_tests, without_turns
from archive.query.ledgers import Disbelieved
from archive.records import AWAY, RunKind
from archive.search.language import parse
from archive.text import clip
from archive.verify import damage
from archive.wording import counted
from crawler.demo.editions import LOOKS
from crawler.demo.outlets import install
from crawler.demo.site import DemoSite
from crawler.demo.stories import SCRIPTED, stories
from crawler.fetch import browsers

__all__ = ["run"]

_MARK = ".palimpsest-demo"
_LONGEST = 100


def _fresh(folder: Path) -> Home:
    """An empty folder for the demo; one that an earlier demo made is emptied. Raises UsageError for any other."""
    if folder.exists():
        if not (folder / _MARK).is_file():
            raise UsageError(f"{folder} is there already and was not made by a demo: name another folder with --home")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    # The demo stands alone: no setting of the caller's leads it to another archive.
    return find(folder, f"sqlite:///{folder}/archive.db")


def _look(home: Home, step: int, kind: RunKind) -> None:
    command = [sys.executable, "-m", "crawler.demo.look", str(home.folder), str(step), kind.value]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    output.said(done.stdout.rstrip())
    if done.returncode:
        raise PalimpsestError(f"the crawl of the demo failed: {done.stderr.strip()[-500:]}")


def run(folder: Path) -> None:
    """Run the demo in a folder and print its report."""
    home = _fresh(folder.absolute())
    with DemoSite(step=0) as site:
        install(home.outlets, site.port)
        output.said(f"A family of outlets now answers on this machine (port {site.port}). It is crawled:")
        _look(home, 0, RunKind.CRAWL)
        for step in range(1, len(LOOKS)):
            site.step = step
            output.said(
                f"\nThe clock moves to {output.when(LOOKS[step])}, and the outlets have changed. Looked at again:"
            )
            _look(home, step, RunKind.RECHECK)
    _report(home)


def _report(home: Home) -> None:
    engine = db.open_reader(home.database_url)
    try:
        with db.reading(engine) as connection:
            best = _edits(connection)
            _headlines(connection)
            refused = _vanished(connection, list(ledgers.disbelieved(connection)))
            _disbelieved(refused)
            _scripted(connection, home)
            _found(connection)
            _ledgers(connection)
            output.said(f"\nverify: {len(damage(connection, home.warc))} damaged")
    finally:
        engine.dispose()
    output.said(f"\nThis archive stays in {home.folder}. Ask it more, for example:")
    for words in (f"diff {best}", f"history {best}", "gone"):
        output.said(f"  palimpsest --home {home.folder} {words}")


def _title(words: str) -> None:
    output.said(f"\n=== {words} ===")


def _ledgers(connection: db.Connection) -> None:
    _title("The ledgers: everything is in exactly one state")
    for one in ledgers.status(connection):
        states = ", ".join(f"{number} {state}" for state, number in sorted(one.states.items()))
        output.said(
            f"{one.outlet:8} {one.ledger:12} {one.total:4} = {states}{'' if one.adds_up else '  DOES NOT ADD UP'}"
        )


def _edits(connection: db.Connection) -> str:
    """What was edited; the article of the first edit."""
    found = list(without_turns(connection, that_count(passages.edits(connection))))
    _title(f"What was edited: {counted(len(found), 'passage')}")
    for edit in found:
        output.said(f"\n{edit.article}: {', '.join(edit.changed)}  {clip(edit.headline, _LONGEST)}")
        output.said(f"  after {output.when(edit.not_before)}, by {output.when(edit.not_after)}")
        article = articles.find(connection, edit.article)
        numbers = {line.version: line.number for line in articles.history(connection, article)}
        between = comparison.between(connection, article, numbers[edit.old], numbers[edit.new])
        output.paragraphs([one for one in between.paragraphs if one.change is not Change.KEPT], short=True)
    return found[0].article


def _headlines(connection: db.Connection) -> None:
    _title("Headlines that went and came back: tests, not edits")
    for one in headline_tests(connection):
        span = f"{output.when(one.first_seen)} to {output.when(one.last_seen)}"
        output.said(f"{one.article}: {counted(one.turns, 'turn')}, {span}")
        for other in one.alternatives:
            output.said(f"  {other.share:4.0%} of the time  {clip(other.headline, _LONGEST)}")


_AWAY = {outcome.value for outcome in AWAY}


def _vanished(connection: db.Connection, refused: list[Disbelieved]) -> list[Disbelieved]:
    """What vanished, with the looks that prove it, and what a mirror does not carry; the looks that are left."""
    _title("What vanished, with evidence")
    away = [one for one in refused if one.outcome in _AWAY]
    proofs: list[Disbelieved] = []
    for gone in deletions.vanished(connection):
        output.said(f"{gone.article}: {gone.life} since {output.when(gone.since)}  {clip(gone.headline, _LONGEST)}")
        output.said(f"  last seen {output.when(gone.last_seen)}")
        mine = [one for one in away if one.article == gone.article and one.fetched_at >= gone.since]
        for one in mine:
            output.said(f"  {output.when(one.fetched_at)}  {_refusal(one)}")
        proofs += mine
    # A mirror may carry less than its outlet: what it never showed is no deletion.
    lacking = Counter(urls.host(one.url) for one in away if one not in proofs)
    for host, number in lacking.items():
        output.said(f"{counted(number, 'article')} never stood at {host}, a mirror: no deletion")
    return [one for one in refused if one not in away]


def _disbelieved(refused: list[Disbelieved]) -> None:
    _title("What was not believed, and why")
    for one in refused:
        output.said(f"{one.article}  {output.when(one.fetched_at)}  {_refusal(one)}")


def _refusal(one: Disbelieved) -> str:
    where = f"{one.reason}, at {urls.host(one.url)}"
    return f"{one.outcome}: {where}; its bytes: warc/{one.warc_file} at {one.warc_offset}"


def _scripted(connection: db.Connection, home: Home) -> None:
    edition, place = SCRIPTED
    key = f"{edition}:{stories(edition)[place].id}"
    _title("An article that only a script brings, behind a consent overlay")
    try:
        shown = articles.show(connection, articles.find(connection, key))
    except NotFound:
        output.said(f"{key} waits for a browser ({browsers.absence(home)}): {browsers.INSTALL}")
        return
    output.said(
        f"{key}: {shown.source}  {clip(str(shown.text['headline']), _LONGEST)}\n"
        f"  the rendered page: warc/{shown.warc_file} at {shown.warc_offset}"
    )
    for hop in shown.hops:
        output.said(f"  made of {hop.url}: warc/{hop.warc_file} at {hop.warc_offset}")


def _found(connection: db.Connection) -> None:
    edited = next(iter(passages.edits(connection)), None)
    if edited is None:
        return
    words = " ".join(edited.headline.split()[:2])
    _title(f"A search for {words!r}")
    for hit in search.find(connection, search.Search(parse(f'"{words}"')), limit=3).hits:
        output.said(f"{hit.article}  {clip(hit.headline, _LONGEST)}")
    shown = articles.show(connection, articles.find(connection, edited.new))
    _title(f"Where the bytes of {edited.new} are")
    output.said(
        f"warc/{shown.warc_file} at {shown.warc_offset}, {shown.warc_length} bytes; sha256 {shown.payload_digest}\n"
        f"read by {shown.revision}"
    )
