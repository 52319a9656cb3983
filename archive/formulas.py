"""What a spreadsheet would run instead of showing it: how a formula begins. Decided here and nowhere else."""

from __future__ import annotations

import re

__all__ = ["is_formula"]

_BEGINS = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula (OWASP ASVS 1.2.10): behind spaces and by full-width signs,
    too."""
    return _BEGINS.match(cell) is not None
