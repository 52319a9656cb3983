"""Whole files are read by workers, and whatever becomes of these, the archive is the same."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from archive.errors import BadInput, Mismatch, UsageError
from archive.home import Home
from crawler.outlets.registry import registry
from crawler.pipeline import stretches
from crawler.pipeline.engines.choose import Choice
from crawler.pipeline.engines.protocol import Engine, Lost, in_order
from crawler.pipeline.rules import Rules
from crawler.pipeline.stretches import Stretch, cut, read_stretch, whose
from tests.archive.material import opened
from tests.crawler.pipeline.engines import files, ingested, new, rules, survives, survives_again
from tests.support import begin, palimpsest


@pytest.fixture
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "LENGTH", 1200)
    monkeypatch.setattr("crawler.pipeline.whole_files.LENGTH", 1200)


@pytest.mark.usefixtures("_short_stretches")
def test_by_whoever_files_are_read_the_archive_is_the_same_though_a_worker_is_killed(
    home: Home, tmp_path: Path
) -> None:
    with Choice("local", 2).opened() as engine:
        survives_again(engine, home, tmp_path, kill=False)


@pytest.mark.skipif(not find_spec("distributed"), reason="no Dask here: pip install 'palimpsest[dask]'")
@pytest.mark.usefixtures("_short_stretches")
def test_so_it_is_on_dask(tmp_path: Path) -> None:
    with Choice("dask", 1).opened() as engine:
        survives(engine, new(tmp_path / "home"), tmp_path)


@pytest.mark.usefixtures("_short_stretches")
def test_a_page_that_kills_every_worker_costs_itself_alone(tmp_path: Path) -> None:
    given = files(tmp_path / "given", "KILLS-ALWAYS")
    homes = [new(tmp_path / name) for name in ("alone", "home")]
    for one in homes:
        rules(one)
    expected, *_ = ingested(homes[0], given)
    with Choice("local", 2).opened() as engine:
        found, noted, _ = ingested(homes[1], given, engine)
    assert found == expected
    assert [words for words in noted if "workers died over it: its pages are read here, each alone" in words]


class Counting:
    """An engine that does in this process what it is asked for, and counts; later tasks end first."""

    workers = 2

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self._lock = threading.Lock()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        with self._lock:
            self.asked.append(args)
        return function(*args)

    def close(self) -> None:
        pass


def test_results_come_in_the_order_of_their_tasks_and_a_few_at_once() -> None:
    engine, begun = Counting(), []

    def tasks() -> Iterator[Callable[[Engine], int]]:
        for number in range(20):
            begun.append(number)
            yield partial(_put, number)

    found = in_order(engine, tasks())
    assert next(found) == 0
    assert len(begun) == 5, "two for each worker, and the one that is taken"
    rest = [str(one) for one in found]
    assert rest == ["lost" if number == 7 else str(number) for number in range(1, 20)]


def _put(number: int, engine: Engine) -> int:
    return engine.call(_slow, number)


def _slow(number: int) -> int:
    if number == 7:
        raise Lost("lost")
    time.sleep(0.02 if number % 4 == 0 else 0)
    return number


@pytest.mark.usefixtures("_short_stretches")
def test_what_is_stored_is_not_read_again(tmp_path: Path) -> None:
    given, home = files(tmp_path / "given"), new(tmp_path / "home")
    rules(home)
    (home.outlets / "killed").write_text("0")
    ingested(home, given[:2])
    engine = Counting()
    ingested(home, given, engine)
    read = [args[1] for args in engine.asked if isinstance(args[1], Stretch)]
    assert {one.file.path for one in read} == {*given[1:]}
    assert sum(one.file.path == given[1] for one in read) < len(list(cut(given[1]))), "only what may not be whole"


def test_a_run_that_is_killed_is_completed_by_the_same_command(tmp_path: Path) -> None:
    given, home = files(tmp_path / "given"), new(tmp_path / "home")
    rules(home)
    (home.outlets / "killed").write_text("0")
    words: list[str | Path] = ["ingest", *given, "--engine", "local", "--workers", "2"]
    process = begin(*words, home=home, env={"FAILPOINT": "rows-committed:kill"})
    process.communicate(120)
    assert process.wait() == -signal.SIGKILL
    answer = palimpsest(*words, home=home)
    assert answer.code == 1, answer
    assert "could not be taken" in answer.stderr
    alone = new(tmp_path / "alone")
    rules(alone)
    (alone.outlets / "killed").write_text("0")
    with opened(home) as archive:
        assert archive.content() == ingested(alone, given)[0]


def test_a_worker_that_would_read_otherwise_or_cannot_reach_a_file_says_so(tmp_path: Path) -> None:
    (given, *_), home = files(tmp_path / "given"), new(tmp_path / "home")
    rules(home)
    held = Rules.of(home.outlets, registry(home.outlets))
    (here,) = cut(given)
    away = replace(here, file=replace(here.file, path=tmp_path / "elsewhere" / given.name))
    with pytest.raises(BadInput, match=r"a worker on .* cannot read it: .*elsewhere.*same name on every machine"):
        read_stretch(held, away, partial(whose, None))
    rules(home, "main p")
    with pytest.raises(Mismatch, match=r"a worker on .* reads by other rules"):
        read_stretch(held, here, partial(whose, None))


@pytest.mark.parametrize(("name", "library"), [("dask", "dask"), ("spark", "pyspark")])
def test_what_is_missing_is_said_in_words(name: str, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf"pip install 'palimpsest\[{name}\]'"), Choice(name).opened():
        pass


def test_workers_are_of_an_engine(sqlite_home: Home, tmp_path: Path) -> None:
    given = files(tmp_path / "given")
    said = palimpsest("ingest", given[0], "--workers", "2", home=sqlite_home)
    assert (said.code, "give --engine" in said.stderr) == (2, True), said
