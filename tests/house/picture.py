"""The picture in the README: what commands answer on the archive of `tests/upgrade`, as a terminal shows it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from archive.home import Home
from tests.support import COMMAND, environment
from tests.upgrade.make import unpacked

__all__ = ["page"]

WIDTH = 100
"""Columns of the terminal."""

_ASKED = ("history volna-en:2", "diff volna-en:2", "gone --outlet volna-en")

# A terminal of its own colours: a dark card, which can be read on light pages and on dark ones.
_COLOURS = {"FORCE_COLOR": "1", "NO_COLOR": "", "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _answer(home: Home, *words: str) -> str:
    # A process that starts anew: one that is forked has been told already that nobody looks.
    command = [str(COMMAND), *words]
    env = environment(home, COLUMNS=str(WIDTH), **_COLOURS)
    return subprocess.run(command, env=env, check=True, capture_output=True, encoding="utf-8").stdout


def _asked(home: Home) -> Iterator[Text]:
    for words in _ASKED:
        yield Text("$ ", style="green").append(f"palimpsest {words}", style="bold white")
        yield Text.from_ansi(_answer(home, *words.split()).rstrip() + "\n")


def page() -> str:
    """The picture, an SVG that loads nothing."""
    shown = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    with tempfile.TemporaryDirectory() as folder:
        home = unpacked(Path(folder))
        _answer(home, "upgrade", "--yes")
        for text in _asked(home):
            shown.print(text)
    drawn = shown.export_svg(title="palimpsest", theme=DIMMED_MONOKAI, unique_id="palimpsest")
    # Rich would have the reader's browser fetch a typeface.
    drawn = re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    return re.sub(r"[ \t]+$", "", drawn, flags=re.MULTILINE)
