"""What engines are tried with: WARC files whose pages repeat, change, break off and kill who reads them; by whoever
reads them, the archive must be the same."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

from archive.home import Home
from archive.records import RunKind
from crawler.outlets import registry, revisions
from crawler.pipeline.engines.protocol import Engine
from crawler.pipeline.executor import Pending, Task
from crawler.pipeline.intake import Intake
from crawler.pipeline.reread import Rereading
from crawler.pipeline.sources.given import Given, files_of
from crawler.pipeline.stretches import whose
from crawler.pipeline.whole_files import ReadBefore, WholeFiles, not_read
from crawler.pipeline.workers import LocalExecutor
from tests.archive.material import START, opened
from tests.crawler.pipeline.tools import record, response, sha1, wacz

__all__ = ["files", "ingested", "new", "rules", "survives", "survives_again"]

_RULES = """
import os, signal
from pathlib import Path
from archive.records import Domain
from crawler.outlets.base import Outlet, Reader, css


class Kills:
    # Once, and a page that says so always: whoever reads it is killed, as a machine without memory does it.
    label = "kills"

    def __call__(self, page, node=None):
        mark = Path(__file__).with_name("killed")
        if "KILLS-ONCE" in page.text and not mark.exists() or "KILLS-ALWAYS" in page.text:
            mark.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return ("A headline",)


MILL = Outlet(
    name="mill", family="mill", title="Mill", domains=(Domain("mill.example"),), languages=("en",),
    article=r"/(?P<id>\\d+)", readers=(Reader("mill", marks="main", body=BODY, headline=Kills()),),
)
"""


def rules(home: Home, body: str = "main") -> None:
    """Put the mill's outlet file in force, as if the program had been started anew; `body` is where its text stands."""
    home.make()
    (home.outlets / "mill.py").write_text(_RULES.replace("BODY", repr(body)), encoding="utf-8")
    registry.registry.cache_clear()
    revisions.file_digest.cache_clear()


def new(folder: Path) -> Home:
    """An archive that is not there yet."""
    return Home(folder, f"sqlite:///{folder / 'archive.db'}")


def _killed(home: Home) -> int:
    """The process that a page has killed, the last time it did; it is gone."""
    process = int((home.outlets / "killed").read_text())
    with suppress(FileNotFoundError):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        assert state == "Z", "nobody has asked yet how it ended"
    return process


def _page(number: int, words: str) -> bytes:
    text = f"<p>The text of page {number} is long enough to be one. {words}</p><p class=last>That was all.</p>"
    return f"<html><body><main>{text * 4}</main></body></html>".encode()


def _url(number: int) -> str:
    return f"https://mill.example/{number}"


def files(folder: Path, deadly: str = "KILLS-ONCE") -> list[Path]:
    """Files of three days: gzip members, the same with a break in it and revisits of the first, a plain one, and a
    package of two; one page is deadly."""
    folder.mkdir()
    first, second, third = (f"2026-03-0{day}T12:00:00Z" for day in (1, 2, 3))
    pages = {number: _page(number, f"Look at {number * 7}.") for number in range(12)}
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    again = [
        record("revisit", _url(number), second, response(b""), WARC_Payload_Digest=sha1(pages[number]),
               WARC_Profile=profile, WARC_Refers_To_Target_URI=_url(number), WARC_Refers_To_Date=first)
        for number in range(3)
    ]  # fmt: skip
    edited = [record("response", _url(n), second, response(_page(n, "It was edited."))) for n in range(3, 9)]
    kills = record("response", _url(20), second, response(_page(20, deadly)))
    gone = record("response", _url(9), third, b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<h1>404</h1>")
    other = record("response", "https://orchard.example/a", third, response(_page(30, "Nobody described it.") * 2))
    same = [record("response", _url(n), third, response(pages[n])) for n in range(6)]
    parts = {
        "a.warc.gz": [record("response", _url(n), first, response(body)) for n, body in pages.items()],
        "b.warc.gz": [*edited[:3], kills[:90], kills, *again, *edited[3:]],
        "c.warc": [gzip.decompress(one) for one in (*same, gone, other)],
    }
    for name, records in parts.items():
        (folder / name).write_bytes(b"".join(records))
    packed = {f"{n}.warc.gz": record("response", _url(n), third, response(_page(n, "It is packed."))) for n in (41, 40)}
    return [*(folder / name for name in parts), wacz(folder / "d.wacz", packed)]


class _Here(LocalExecutor):
    """Reads what no engine has read, and counts."""

    pages = 0

    def submit(self, tasks: Sequence[Task]) -> Pending:
        self.pages += len(tasks)
        return super().submit(tasks)


def ingested(home: Home, given: Sequence[Path], engine: Engine | None = None) -> tuple[dict[str, Any], list[str], int]:
    """What the archive says that took these files, what was noted on the way, and how many pages were read here."""
    noted: list[str] = []
    here = _Here(home.outlets)
    sources = Given(tuple(given)).sources(home.warc)
    with ExitStack() as stack:
        intake = stack.enter_context(Intake(home, RunKind.INGEST, lambda: START, noted=noted.append, executor=here))
        read: ReadBefore = not_read
        if engine is not None:
            whole = WholeFiles(engine, intake, partial(whose, None), files_of(sources), noted.append)
            read = stack.enter_context(whole).of
        for source in sources:
            for item in source.captures(intake.stored):
                if item.capture is not None:
                    intake.take(item.capture, place=item.place, read=partial(read, item))
    with opened(home) as archive:
        return archive.content(), noted, here.pages


def _reread(home: Home, engine: Engine | None = None) -> tuple[dict[str, Any], list[str], dict[str, int]]:
    """What the archive says after it was read again, in which order that was told, and how many came to what."""
    told: list[str] = []
    rereading = Rereading(home, lambda one: told.append(one.version), lambda _done, _all: None, engine=engine)
    rereading.run(None, None, lambda: START)
    with opened(home) as archive:
        return archive.content(), told, dict(rereading.counts)


def survives(engine: Engine | None, home: Home, folder: Path) -> None:
    """Have files taken in by an engine, of which one kills a worker by SIGKILL in mid-job: the archive is that of
    somebody who read them alone."""
    assert engine is not None
    given, alone = files(folder / "given"), new(folder / "alone")
    for one in (alone, home):
        rules(one)
    (alone.outlets / "killed").write_text("0")
    expected, _, pages = ingested(alone, given)
    assert len(expected["captures"]) == pages == 12 + 3 + 6 + 1 + 6 + 2 + 2, "lost 0, twice 0"
    assert ingested(home, given, engine) == (expected, [], 3), "what repeats another file's record is read here"
    assert _killed(home)


def survives_again(engine: Engine | None, home: Home, folder: Path, *, kill: bool) -> None:
    """The same, and then have all of it read again by other rules; `kill`: once more."""
    survives(engine, home, folder)
    first, alone = _killed(home), new(folder / "alone")
    if kill:
        (home.outlets / "killed").unlink()
    for one in (alone, home):
        rules(one, "main p.last")
    again = _reread(alone)
    assert again[2]["differs"]
    assert _reread(home, engine) == again
    assert (_killed(home) != first) is kill
