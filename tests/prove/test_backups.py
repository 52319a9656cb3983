"""Backups made while pages come in, killed at random moments, each restored: 20 of 20 are sound."""

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
    killed = 0
    try:
        for n in range(ROUNDS):
            process = begin("backup", to, home=home, env=env)
            time.sleep(2 * chance.random())
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.communicate(60)
            killed += process.wait() == -signal.SIGKILL
            answer = palimpsest("backup", to, home=home, env=env)
            assert answer.code == 0, answer
            again = empty_beside(home, request, tmp_path / f"again-{n}")
            answer = palimpsest("restore", to, home=again, env=env)
            assert answer.code == 0, answer
            shutil.rmtree(again.folder)
    finally:
        over.set()
        writer.join()
    assert killed > ROUNDS // 4
    last = empty_beside(home, request, tmp_path / "last")
    assert palimpsest("backup", to, home=home, env=env).code == 0
    assert palimpsest("restore", to, home=last, env=env).code == 0
    assert said(last) == said(home)
