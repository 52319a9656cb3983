"""Evidence is on the disk before any row speaks of it: the order of what is asked of the system, as it is asked."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from archive.home import Home
from archive.records import Capture, RunKind, Source
from archive.warc import write
from crawler.pipeline.intake import Intake
from tests.support import ADDRESS, page, sound

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_file_and_its_folder_are_synced_before_the_row_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, fdatasync = os.fsync, write._fdatasync

    def traced(number: int, then: Any) -> None:
        steps.append(Path(f"/proc/self/fd/{number}").readlink().name)
        then(number)

    monkeypatch.setattr(os, "fsync", lambda number: traced(number, fsync))
    monkeypatch.setattr(write, "_fdatasync", lambda number: traced(number, fdatasync))
    home = Home(tmp_path, f"sqlite:///{tmp_path}/archive.db")
    with Intake(home, RunKind.INGEST, lambda: AT) as intake:
        began = len(steps)
        committed = lambda _: steps.append("commit")  # noqa: E731 - the same one is taken off again
        event.listen(Engine, "commit", committed)
        try:
            intake.take(Capture(ADDRESS, AT, page(), source=Source.GIVEN_PAGE))
            intake.flush()
        finally:
            event.remove(Engine, "commit", committed)
    (name,) = (path.name for path in home.warc.glob("*.warc.gz"))
    assert steps[began : began + 3] == [name, "warc", "commit"]
    sound(home)
