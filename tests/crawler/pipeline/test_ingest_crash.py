"""Killed at any moment, or out of space: what was stored is sound, and the same command again completes it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from archive import warc
from archive.failpoints import POINTS
from archive.home import Home
from tests import support
from tests.archive.material import THOROUGH, opened
from tests.crawler.pipeline.saved import ADDRESS, asked, rows, rt_page
from tests.forkserver import Forked
from tests.support import COMMAND, environment, palimpsest, sound

PAGES = 200


def saved(folder: Path) -> Path:
    """A list of small pages: 130 articles, some looked at again, edited, gone, some of them through old addresses."""
    folder.mkdir()
    lines = []
    for n in range(PAGES):
        article = n % 130
        body = rt_page(
            f"Le pont numéro {article} a coûté {12 + n // 150} millions.", f"Il est long de {article} mètres."
        )
        status = 404 if n % 17 == 0 else 200
        (folder / f"{n}.html").write_bytes(body if status == 200 else b"<h1>404</h1>")
        url = f"https://francais.rt.com/{'x/' * (n % 3)}{41000 + article}-pont"
        at = f"2026-03-{1 + n // 100:02}T{n % 24:02}:{n % 60:02}:00Z"
        lines.append({"file": f"{n}.html", "url": url, "fetched_at": at, "status": status})
    path = folder / "pages.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Whole:
    """The pages, and what an archive says that took them in undisturbed, with how many bytes of evidence."""

    manifest: Path
    content: dict[str, Any]
    evidence: int


def new_home(folder: Path) -> Home:
    """An archive that is not there yet."""
    return Home(folder, f"sqlite:///{folder / 'archive.db'}")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    manifest, home = saved(folder / "saved"), new_home(folder / "home")
    assert palimpsest("ingest", "--manifest", manifest, home=home).code == 0
    return Whole(manifest, said(home), evidence(home))


def said(home: Home) -> dict[str, Any]:
    """Everything an archive says; asserts that it is sound."""
    with opened(home) as archive:
        return archive.content()


def begin(home: Home, manifest: Path, **env: str) -> Forked:
    """Begin to ingest."""
    return support.begin("ingest", "--manifest", manifest, home=home, env=env)


def start(home: Home, manifest: Path, prefix: str = "", **env: str) -> subprocess.Popen[str]:
    """Begin to ingest from the start of the program on; the shell sets limits first."""
    return subprocess.Popen(
        ["bash", "-c", f"{prefix} exec {COMMAND} ingest --manifest {manifest}"],
        env=environment(home, **env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: Forked | subprocess.Popen[str], *codes: int) -> str:
    """What a process said; asserts how it ended."""
    _, stderr = process.communicate(timeout=120)
    assert process.returncode in codes, (process.returncode, stderr)
    if process.returncode != -signal.SIGKILL:
        # After kill -9 nothing of ours speaks; a reader that was just starting may say that its parent is gone.
        assert "Traceback" not in stderr, stderr
    assert "fault of the program" not in stderr, stderr
    return stderr


def completes(home: Home, whole: Whole) -> None:
    """The same command again: nothing is lost, nothing is there twice."""
    ended(begin(home, whole.manifest), 0)
    assert said(home) == whole.content


def in_parallel(work: Callable[[Any], None], items: Iterable[Any]) -> None:
    """As many at once as there are processors here to run them."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, items))


LATE = ("evidence-written:kill:100", "evidence-synced:kill:2", "rows-written:kill:2", "rows-committed:kill")


def test_failing_at_every_named_point_it_is_sound_and_completes(whole: Whole, tmp_path: Path) -> None:
    def killed(home: Home) -> None:
        for failpoint in (*(f"{name}:kill" for name in POINTS), *(LATE if THOROUGH else LATE[:1])):
            ended(begin(home, whole.manifest, FAILPOINT=failpoint), -signal.SIGKILL)
            sound(home)
        completes(home, whole)

    def without_space(home: Home) -> None:
        for name in POINTS:
            assert "space" in ended(begin(home, whole.manifest, FAILPOINT=f"{name}:enospc"), 7).lower()
            sound(home)
        completes(home, whole)

    works: list[Callable[[Home], None]] = [killed, without_space]
    in_parallel(lambda work: work(new_home(tmp_path / work.__name__)), works)


KILLS = 20 if THOROUGH else 4
"""Random moments."""


def evidence(home: Home) -> int:
    """Bytes of an archive's WARC files."""
    return sum(path.stat().st_size for path in home.warc.glob("*"))


def recorded(home: Home) -> int:
    """How many captures an archive holds."""
    if not (home.folder / "archive.db").is_file():
        return 0
    with closing(sqlite3.connect(home.folder / "archive.db")) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM capture").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # killed before there were tables


def wait_for_a_moment(process: subprocess.Popen[str], home: Home, whole: Whole, chance: Random) -> None:
    """Any share of the way through what a process has left to do."""
    left = PAGES - recorded(home)
    wanted = evidence(home) + max(1, chance.uniform(0, 0.9) * whole.evidence * left / PAGES)
    while evidence(home) < wanted and process.poll() is None:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.05))


def test_killed_at_random_moments_it_is_sound_and_completes(whole: Whole, tmp_path: Path) -> None:
    """Several times in a row, as a machine that keeps rebooting does; the last time by Ctrl-C, which it understands."""
    codes: Counter[int] = Counter()

    def work(seed: int) -> None:
        home, chance = new_home(tmp_path / f"home{seed}"), Random(seed)
        for signal_ in [signal.SIGKILL] * 4 + [signal.SIGINT]:
            before = recorded(home)
            # Interrupted between opening a file and its `with`, Python warns; nobody else has asked it to.
            process = start(home, whole.manifest, PYTHONWARNINGS="ignore")
            if signal_ == signal.SIGKILL and chance.random() < 0.2:
                time.sleep(chance.uniform(0.05, 0.6))  # while it starts
            else:
                wait_for_a_moment(process, home, whole, chance)
            process.send_signal(signal_)
            ended(process, -signal.SIGKILL, 130, 0)
            codes[process.returncode] += 1
            if recorded(home):
                sound(home)
            assert recorded(home) >= before
        completes(home, whole)

    in_parallel(work, range(KILLS // 4))
    assert codes[-signal.SIGKILL] > KILLS / 2, codes
    print(codes)


def test_what_a_killed_run_had_written_but_not_recorded_can_be_taken_in(whole: Whole, tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    ended(begin(home, whole.manifest, FAILPOINT="rows-written:kill:3"), -signal.SIGKILL)
    (path,) = home.warc.glob("*.warc.gz")
    noted = rows(asked(home, "verify", "--json", fine=True))
    assert {one["kind"] for one in noted} == {"orphan", "seal"}
    assert not any(one["damage"] for one in noted)
    places = {one["where"] for one in noted}
    records = [one for one in warc.check_file(path) if isinstance(one, warc.Checked)]
    assert {one.type for one in records if f"{path.name}@{one.place.offset}" in places} == {"resource", "revisit"}
    taken = rows(asked(home, "ingest", path, "--json", fine=True))
    orphans = [one for one in noted if one["kind"] == "orphan"]
    assert len(taken) == len(orphans), (noted[0], noted[-1], noted[-2])
    assert asked(home, "verify", "--json", fine=True).stdout == "", "no record is without its row any more"
    assert len(list(home.warc.glob("*.warc.gz"))) == 1, "the bytes were not stored a second time"
    completes(home, whole)


# --- no space ---------------------------------------------------------------------------------------------------------


def _small_disk(disk: Path, size: str) -> str:
    """Mount one, or say why that cannot be done here."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    return subprocess.run(mount, capture_output=True, text=True, check=False).stderr.strip()


def test_on_a_full_disk_it_stops_with_its_own_code_and_nothing_is_lost(whole: Whole, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if problem := _small_disk(disk, "1m"):
        pytest.skip(f"no small file system can be mounted here: {problem}")
    try:
        home = new_home(disk / "home")
        for size in ("1m", "2m"):
            subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
            ended(begin(home, whole.manifest), 7)
            sound(home)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        completes(home, whole)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_where_no_file_may_grow_it_stops_with_its_own_code_and_nothing_is_lost(whole: Whole, tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    for blocks in (100, 900):
        ended(start(home, whole.manifest, prefix=f"ulimit -f {blocks};"), 7)
    sound(home)
    completes(home, whole)


# --- several at once --------------------------------------------------------------------------------------------------


def test_several_writers_of_one_article_leave_one_version_of_each(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    lines = []
    for n in range(40):
        (folder / f"{n}.html").write_bytes(rt_page(f"Le pont a coûté {12 + n // 10} millions.", also=f"Titre {n}"))
        at = f"2026-03-01T{n // 10:02}:{n % 10:02}:00Z"
        lines.append({"file": f"{n}.html", "url": ADDRESS, "fetched_at": at})
    for writer in range(4):
        chosen = Random(writer).sample(lines, 30) if writer else lines
        (folder / f"{writer}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in chosen), encoding="utf-8")
    processes = [begin(home, folder / f"{writer}.jsonl") for writer in range(4)]
    for process in processes:
        assert "lock" not in ended(process, 0)
    found = said(home)
    alone = new_home(tmp_path / "alone")
    asked(alone, "ingest", "--manifest", folder / "0.jsonl", fine=True)
    assert found == said(alone)
    (article,) = found["articles"].values()
    assert [line["number"] for line in article["history"]] == [1, 2, 3, 4]
    assert len(found["captures"]) == 40
