"""Pages are read in other processes: one that kills its reader costs itself alone."""

from __future__ import annotations

import mmap
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.home import Home
from archive.records import Capture, RunKind, Source, Verdict
from crawler.pipeline import workers
from crawler.pipeline.executor import Executor, Pending, Task, read_all
from crawler.pipeline.intake import Intake
from crawler.pipeline.workers import LocalExecutor
from tests.archive.material import opened
from tests.support import REPOSITORY

AT = datetime(2026, 1, 1, tzinfo=UTC)

# An operator's outlet whose headline is found by code that kills or stalls the process on some pages.
DEADLY = """
import os, signal, time
from archive.records import Domain
from crawler.outlets.base import Outlet, Reader, css


class Deadly:
    label = "deadly"

    def __call__(self, page, node=None):
        if "KILLS" in page.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "STALLS" in page.text:
            time.sleep(60)
        if "BLOATS" in page.text:
            bytearray(3_000_000_000)
        if "RAISES" in page.text:
            raise RuntimeError("a fault of ours")
        return ("A headline",)


DEADLY = Outlet(
    name="deadly", family="deadly", title="Deadly", domains=(Domain("deadly.example"),), languages=("en",),
    article=r"/(?P<id>\\d+)", readers=(Reader("deadly", marks="main", body="main", headline=Deadly()),),
)
"""


def deadly_page(number: int, words: str) -> Task:
    body = f"<html><body><main><p>The text of page {number} is long enough to be one. {words}</p></main></body></html>"
    url = f"https://deadly.example/{number}"
    return Task(Capture(url, AT + timedelta(days=number), body.encode(), source=Source.GIVEN_PAGE), "deadly")


@pytest.fixture
def outlets(tmp_path: Path) -> Path:
    (tmp_path / "deadly.py").write_text(DEADLY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("few", [0, 100])
def test_a_page_that_kills_stalls_or_bloats_its_reader_costs_itself_alone_from_the_first_on(
    few: int, outlets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "FEW", few)
    monkeypatch.setattr(workers, "LONGEST", 6.0)
    words = {3: "KILLS", 9: "RAISES", 12: "STALLS", 14: "BLOATS"}
    pages = [deadly_page(number, words.get(number, "")) for number in range(16)]
    pool = LocalExecutor(outlets)
    try:
        waiting = [pool.submit(pages[start : start + 8]) for start in (0, 8)]
        results = [result for pending in waiting for result in pending.get()]
    finally:
        pool.close()
    verdicts = {number: result.judgement for number, result in enumerate(results)}
    assert verdicts[3] == replace(verdicts[3], verdict=Verdict.UNREADABLE, reason="reading it killed our reader")
    assert "RuntimeError" in verdicts[9].reason
    assert "seconds" in verdicts[12].reason
    assert "MemoryError" in verdicts[14].reason
    others = set(verdicts) - set(words)
    assert {verdicts[number].verdict for number in others} == {Verdict.ARTICLE}


def test_a_fork_holds_no_connection_of_its_parents_open(outlets: Path) -> None:
    here, there = socket.socketpair()
    pool = LocalExecutor(outlets)
    try:
        assert pool.submit([deadly_page(1, "")]).ready(), "few pages are read when they have been handed in"
        here.close()
        there.settimeout(20)
        assert there.recv(1) == b""
    finally:
        pool.close()
        there.close()


def test_a_fork_may_have_its_memory_beside_what_its_parent_has(outlets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = LocalExecutor(outlets)
    monkeypatch.setattr(pool, "_restart", lambda: pytest.fail("the fork could not read"))
    try:
        with mmap.mmap(-1, workers.MOST_MEMORY + 2**28, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
            (result,) = pool.submit([deadly_page(1, "")]).get()
    finally:
        pool.close()
    assert result.judgement.verdict is Verdict.ARTICLE


class Elsewhere:
    """An engine that reads on another thread what it has packed as if it went to another machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(2)
        self.read = 0

    def submit(self, tasks: Sequence[Task]) -> Pending:
        self.read += len(tasks)
        future = self._threads.submit(self._packed, pickle.dumps((read_all, self._folder, tasks)))
        return Pending(lambda: pickle.loads(future.result()), future.done)

    @staticmethod
    def _packed(sent: bytes) -> bytes:
        read, *words = pickle.loads(sent)
        return pickle.dumps(read(*words))

    def close(self) -> None:
        self._threads.shutdown()


def _ingested(home: Home, executor: Executor | None) -> dict[str, Any]:
    home.make()
    (home.outlets / "deadly.py").write_text(DEADLY, encoding="utf-8")
    with Intake(home, RunKind.INGEST, lambda: AT, executor=executor) as intake:
        for number in range(20):
            intake.take(deadly_page(number // 2, "RAISES" if number == 9 else f"Look {number}.").capture)
    with opened(home) as archive:
        return archive.content()


def test_another_engine_may_read_and_the_archive_is_the_same(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name, f"sqlite:///{tmp_path / name / 'archive.db'}") for name in ("here", "there")]
    engine = Elsewhere(homes[1].outlets)
    assert _ingested(homes[0], None) == _ingested(homes[1], engine)
    assert engine.read == 20
    with pytest.raises(RuntimeError, match="shutdown"):
        engine.submit([])


def test_readers_end_with_the_process_that_started_them(outlets: Path) -> None:
    started, finished = os.pipe()
    child = os.fork()
    if child == 0:
        workers.FEW = 0
        pool = LocalExecutor(outlets)
        pool.submit([deadly_page(1, "")]).get()
        from multiprocessing import active_children

        os.write(finished, " ".join(str(one.pid) for one in active_children()).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    reader = int(os.read(started, 100).decode().split()[0])
    os.waitpid(child, 0)
    for _ in range(100):
        try:
            os.kill(reader, 0)
        except ProcessLookupError:
            break
        signal.sigtimedwait([], 0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(reader, 0)


_LIGHT = """
import sys
from pathlib import Path
from multiprocessing import active_children
from archive import cli
from crawler.pipeline import workers
from tests.crawler.pipeline.test_workers import deadly_page

if __name__ == "__main__":
    workers.FEW = 0
    pool = workers.LocalExecutor(Path(sys.argv[1]))
    pool.submit([deadly_page(1, "")]).get()
    (child,) = active_children()
    print("sqlalchemy" in Path(f"/proc/{child.pid}/maps").read_text(), "sqlalchemy" in sys.modules)
    pool.close()
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no /proc here: what a process has loaded is not told")
def test_a_reader_loads_no_database_whatever_program_started_it(
    outlets: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    program = tmp_path_factory.mktemp("elsewhere") / "program.py"
    program.write_text(_LIGHT, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, program, outlets], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
