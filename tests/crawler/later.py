"""The command at another time: so many hours from now, and a day later once a file is there."""

from __future__ import annotations

import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from archive import clock
from crawler import cli


def _wait(file: Path) -> None:
    while not file.exists():
        time.sleep(0.05)
    clock.move(timedelta(hours=25))


def main() -> int:
    """Run the command; two words more than its own stand before them, the hours and the file ('': none)."""
    clock.move(timedelta(hours=float(sys.argv.pop(1))))
    if after := sys.argv.pop(1):
        threading.Thread(target=_wait, args=[Path(after)], daemon=True).start()
    return cli.main()
