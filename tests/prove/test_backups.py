"""Backups made while pages come in, killed at random moments of their way, each restored: 20 of 20 are sound."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from archive.home import Home
from tests.archive.backup.places import empty_beside, said, tools
from tests.archive.material import opened, world
from tests.support import begin, palimpsest, small_archive

ROUNDS = 20


def _seconds_of_one(home: Home, to: Path, env: dict[str, str]) -> float:
    """Make a backup and say how long it took: a kill falls within the next, however fast the machine is."""
    begun = time.monotonic()
    answer = palimpsest("backup", to, home=home, env=env)
    assert answer.code == 0, answer
    return time.monotonic() - begun


def test_every_backup_is_restored_sound(home: Home, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    to, env, chance, over = tmp_path / "backups", tools(), Random(13), threading.Event()
    small_archive(home)

    def write() -> None:
        with opened(home) as archive:
            for seed in range(10_000):
                archive.run(world(home, seed, looks=3))
                if over.wait(0.5):
                    return

    writer = threading.Thread(target=write)
    writer.start()
    killed, took = 0, _seconds_of_one(home, to, env)
    try:
        for n in range(ROUNDS):
            process = begin("backup", to, home=home, env=env)
            time.sleep(took * chance.random())
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.communicate(60)
            killed += process.wait() == -signal.SIGKILL
            took = _seconds_of_one(home, to, env)
            again = empty_beside(home, request, tmp_path / f"again-{n}")
            answer = palimpsest("restore", to, home=again, env=env)
            assert answer.code == 0, answer
            shutil.rmtree(again.folder)
    finally:
        over.set()
        writer.join()
    assert killed > ROUNDS // 2
    last = empty_beside(home, request, tmp_path / "last")
    assert palimpsest("backup", to, home=home, env=env).code == 0
    assert palimpsest("restore", to, home=last, env=env).code == 0
    assert said(last) == said(home)
