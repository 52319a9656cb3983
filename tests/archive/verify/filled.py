"""A small archive with a row in every table: what verify is tried on."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert, select

from archive import db
from archive.discovery import Found
from archive.home import Home
from archive.models import CaptureRow, DomainChangeRow, PartRow, RunRow, StampRow, table_of
from archive.page_words import PageWords, key
from archive.query import articles, passages
from archive.records import (
    Attempt,
    Circumstances,
    Date,
    Doubt,
    DoubtKind,
    Hop,
    Image,
    Removal,
    RunKind,
    Verdict,
)
from archive.store import decisions, learnt, run_ends, runs
from archive.store.frontier import Discoveries
from archive.store.jobs import Jobs, Turn
from archive.store.leases import Lease
from archive.store.withdrawals import carry_out
from archive.store.withdrawals.plan import Target, plan
from tests.archive.material import OUTLET, START, Archive, Material, at, laid_out, opened, reading

__all__ = ["fill"]


def _captured(material: Material) -> None:
    for n in range(12):
        article = str(n % 4)
        said = reading(
            f"Paragraph {n % 3} of article {article}: «эта статья» was written at some length: a byte can change. "
            "What stands under it is the same in every article.",
            headline=f"The headline of article {article}, version {n % 3}",
            description=f"The lead of article {article}.",
            authors=(f"Author {article}",),
            date_published=Date("8 août 2017", None, "meta"),
            images=(Image(f"A caption {n % 3}", "A credit"),),
            circumstances=Circumstances(
                section=f"The section of look {n}",
                language="fr",
                links=(f"https://agency-{n % 3}.test/",),
                images=((f"https://paper.test/{n % 3}.jpg", ""),),
            ),
            read_also=(f"A related title {n}",),
            removed=(Removal("fr/read-also", "read-also", f"Read also: a related title {n}"),),
        )
        hop = Hop(f"https://paper.test/s/{article}", 301, (("Location", "/"),), b"moved")
        short = {"url": hop.url, "final_url": f"https://paper.test/{article}-title", "hops": (hop,)}
        material.page(60 * n, said, article, **(short if n % 2 else {}))
    material.other(2000, Verdict.GONE, "1")
    material.other(2000, Verdict.CONSENT, "2")
    material.other(2100, Verdict.GONE, url="https://paper.test/nobody-knows")


def _doubtful(material: Material) -> None:
    """One place moves at every look, and what is in doubt is held back."""
    for n in range(5):
        material.page(3000 + 60 * n, reading(f"The ministry counted {n} ships, and none had a name."), "ships")
    doubts = Doubt(DoubtKind.NO_END, "the page has no end"), Doubt(DoubtKind.TWO_READERS, "two readers differ")
    for n, doubt in enumerate(doubts):
        material.page(4000 + n, reading(f"A text that somebody doubts, the {n}th.", doubts=(doubt,)), "ships")


def _joined(material: Material) -> None:
    """An article with two keys that are one."""
    material.page(5000, reading("The second page of a long article."), "long-2")
    first = material.page(5001, reading("The first page of a long article."), "long")
    material.made[-1] = replace(first, also=("long-2",))


def _relaid(material: Material) -> None:
    """An article in two layouts, edited on the second; and one whose last page loses what its layout left out."""
    said = reading("The bridge reopened on Monday.", "Repairs cost 12 million.", "Traffic is back to normal.")
    edited = reading("The bridge reopened on Monday.", "Repairs cost 19 million.", "Traffic is back to normal.")
    for n, look in enumerate((laid_out(said, "plain"), laid_out(said, "wide"), laid_out(edited, "wide"))):
        material.page(6000 + 1440 * n, look, "bridge")
    short = laid_out(said, "short")
    lines = short.page_words.lines if short.page_words else ()
    left = PageWords(tuple(line for line in lines if line.text != key("Traffic is back to normal.")))
    for n, look in enumerate((laid_out(said, "plain"), short, replace(short, page_words=left))):
        material.page(6001 + 1440 * n, look, "road")


def _translated(material: Material) -> None:
    """An article in two languages, of which each page names the other."""
    for n, (article, language, other) in enumerate((("en-1", "en", "fr-1"), ("fr-1", "fr", "en-1"))):
        named = Circumstances(language=language, alternates=(f"https://paper.test/{other}-title",))
        material.page(7000 + n, reading("Lavrov met 1,412 sailors in Korsakov.", circumstances=named), article)


def _looked_at_late(material: Material) -> None:
    """After days in which nobody looked."""
    material.other(15_000, Verdict.GONE, url="https://paper.test/nobody-knows-yet")


def _crawled(archive: Archive) -> None:
    """What a crawl remembers beside its captures."""
    discoveries = Discoveries(archive.engine)
    digests = {"settings": bytes(32), "outlets": bytes(32)}
    run = runs.begin(archive.engine, RunKind.CRAWL, START, archive.home.warc, timedelta(0), program="tests", **digests)
    urls = [f"https://paper.test/{n}-title" for n in range(3)] + ["https://paper.test/never-answered"]
    found = [Found(url, "https://paper.test/feed.xml", "A title", "2026-03-01", "2026-03-02") for url in urls]
    discoveries.add(OUTLET, found, at(5000))
    for n, url in enumerate(urls[2:]):
        discoveries.failed(run, OUTLET, url, Attempt.TIMEOUT, f"no answer {n}", at(5001), final=False)
    discoveries.keep_pace("paper.test", 1.5, at(5001))
    discoveries.to_recheck("paper", at(5001), [(timedelta(days=90), timedelta(hours=1))], 10, ())
    Lease(archive.engine, "paper").acquire()
    jobs = Jobs(archive.engine)
    jobs.say("paper", enabled=True)
    jobs.claim({"paper": Turn(None, at(5001))}, at(5001))
    run_ends.keep(archive.engine, run, "paper", "done", run_ends.CameTo())
    runs.end(archive.engine, run, at(5002), archive.home.warc, (), {})


def _decided(archive: Archive) -> None:
    word = decisions.Word("somebody", "it was ours", at(6000))
    with archive.engine.connect() as connection:
        edit = next(iter(passages.edits(connection)))
    decisions.strike(archive.engine, [(edit.old, edit.new)], word)
    decisions.release(archive.engine, "paper", word)
    for n in range(2):
        learnt.keep(archive.engine, "paper", at(6000), "person", n, f"[{n}]")


def _told(archive: Archive) -> None:
    """What a person says of the outlet's domains, and a page that is a part of another."""
    change = {"outlet_id": 1, "host": "other.test", "since": "", "mirror": False, "added": True, "at": at(6000)}
    with db.writing(archive.engine) as connection:
        connection.execute(insert(table_of(DomainChangeRow)), change)
        uid = select(CaptureRow.uid).where(CaptureRow.id == 2).scalar_subquery()
        connection.execute(insert(table_of(PartRow)).values(capture_id=1, n=2, uid=uid))


def _withheld(archive: Archive) -> None:
    """An article that a person had withheld, and a stamp of the seal before."""
    word = decisions.Word("somebody", "a person asked for it", at(6500))
    with archive.engine.connect() as connection:
        going = plan(connection, None, Target("paper:2", articles.find(connection, "paper:2").id), str)
        run = connection.execute(select(RunRow.id).where(RunRow.seal.is_not(None)).limit(1)).scalar_one()
    carry_out.put_on_record(archive.engine, "withhold", "paper:2", word, going)
    carry_out.finish(archive.engine, archive.home.warc, at(6500), "tests")
    answer = b"what an authority answered"
    row = {"run_id": run, "authority": "https://stamps.test/", "stated_at": at(6501), "answer": answer}
    with db.writing(archive.engine) as connection:
        connection.execute(insert(table_of(StampRow)), row | {"digest": hashlib.sha256(answer).digest()})


def fill(home: Home) -> None:
    """Fill an archive by several runs; all of it is under their seals."""
    material = Material(home)
    _captured(material)
    _doubtful(material)
    _joined(material)
    _relaid(material)
    _translated(material)
    _looked_at_late(material)
    material.close()
    with opened(home) as archive:
        for start in (0, 5, 10):
            archive.run(material.made[start : start + 5])
        _crawled(archive)
        _decided(archive)
        _told(archive)
        archive.find_stories()
        _withheld(archive)
        archive.run(material.made[15:])
        archive.content()
