"""The README's tour is run as it stands, by a shell, in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archive.home import Home
from tests.support import REPOSITORY, environment, sound

_README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
_TOUR = _README.split("## A tour in five minutes\n")[1].split("\n## ")[0]


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", _TOUR, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the tour was taken, and what it printed."""
    folder = tmp_path_factory.mktemp("tour")
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(_blocks("sh"))],
        cwd=folder,
        env=environment(PATH=commands),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


def test_the_tour_works_as_it_stands(toured: tuple[Path, str]) -> None:
    folder, printed = toured
    assert "1 stored before" in printed
    assert "clean: every digest" in printed
    sound(Home(folder / "palimpsest-data", f"sqlite:///{folder / 'palimpsest-data' / 'archive.db'}"))


def test_it_answers_what_the_readme_shows(toured: tuple[Path, str]) -> None:
    lines = {line.rstrip() for line in toured[1].splitlines()}
    shown = [line for block in _blocks("text") for line in block.splitlines()]
    assert shown
    assert [line for line in shown if line.rstrip() not in lines] == []


def test_the_furniture_is_recorded_as_the_readme_says(toured: tuple[Path, str]) -> None:
    assert re.search(r"\[removed by en/share\] Share this article", toured[1])
