"""Files are read by real Spark, and on a Dask cluster of somebody else: a worker that is killed loses nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from archive.home import Home
from crawler.pipeline.engines.choose import Choice
from tests.crawler.pipeline.engines import files, new, survives_again
from tests.support import palimpsest

spark = pytest.mark.skipif(
    not find_spec("pyspark") or not shutil.which("java"),
    reason="no Spark here: pip install 'palimpsest[spark]', apt-get install default-jre-headless",
)
dask = pytest.mark.skipif(not find_spec("distributed"), reason="no Dask here: pip install 'palimpsest[dask]'")


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("stretches", "whole_files"):
        monkeypatch.setattr(f"crawler.pipeline.{module}.LENGTH", 1200)


@spark
def test_on_spark_the_archive_is_the_same_though_workers_are_killed(tmp_path: Path) -> None:
    with Choice("spark", 2).opened() as engine:
        survives_again(engine, new(tmp_path / "home"), tmp_path, kill=True)


@spark
def test_without_java_it_says_so(tmp_path: Path) -> None:
    given = files(tmp_path / "given")
    env = {"PATH": str(tmp_path), "JAVA_HOME": ""}
    said = palimpsest("ingest", given[0], "--engine", "spark", home=new(tmp_path / "home"), env=env)
    assert (said.code, "Spark needs Java 17" in said.stderr) == (2, True), said


@pytest.fixture
def scheduler_at(tmp_path: Path) -> Iterator[str]:
    """A Dask cluster that somebody else has started: a scheduler and two workers."""
    told = tmp_path / "scheduler.json"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nworkers", "2", "--nthreads", "1"]
    running = [
        subprocess.Popen([*words, "--scheduler-file", str(told), "--no-dashboard"], stderr=subprocess.DEVNULL)
        for words in (scheduler, worker)
    ]
    while not told.exists():
        time.sleep(0.1)
    yield json.loads(told.read_text())["address"]
    for one in reversed(running):
        one.terminate()
        one.wait(60)


@dask
def test_on_a_cluster_that_is_there_already(scheduler_at: str, home: Home, tmp_path: Path) -> None:
    with Choice("dask", 2, scheduler_at).opened() as engine:
        survives_again(engine, home, tmp_path, kill=True)
