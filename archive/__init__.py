"""How articles are kept and read: the archive. Nothing is imported until it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from archive.notebook import Library, OpenArchive

__version__ = "0.1.0"


def open(where: str | Path | None = None, frames: Library = "pandas") -> OpenArchive:  # noqa: A001
    """Open an archive for reading, in a notebook: its folder, such as "palimpsest-data", a file, or the address of
    a database; without one, the archive the settings name. `frames` is the library whose frames it returns."""
    from archive.notebook import OpenArchive

    return OpenArchive(where, frames)
