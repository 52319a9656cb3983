"""The command on a machine whose clock is wrong by so many hours; nobody moved it on purpose."""

from __future__ import annotations

import sys
from datetime import timedelta

from archive import clock
from crawler import cli

_right = clock.machine


def main() -> int:
    """Run the command; the hours stand before its own words."""
    wrong = timedelta(hours=float(sys.argv.pop(1)))
    clock.machine = lambda: _right() + wrong
    return cli.main()
