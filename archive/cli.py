"""The commands that read and keep the archive, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable

import typer

from archive.commands import article, asking, changes, finding, keeping, leaving

__all__ = ["add_to"]

_COMMANDS: dict[str, Callable[..., None]] = {
    "history": article.history,
    "edits": changes.edits,
    "campaigns": changes.campaigns,
    "headlines": changes.headlines,
    "diff": article.diff,
    "cite": article.cite,
    "quote": finding.quote,
    "show": article.show,
    "search": finding.search_,
    "ask": asking.ask,
    "status": keeping.status,
    "gone": changes.gone,
    "held": keeping.held,
    "furniture": keeping.furniture,
    "verify": keeping.verify_,
    "export": leaving.export,
    "publish": leaving.publish,
    "transfer": leaving.transfer,
    "upgrade": keeping.upgrade,
    "doctor": keeping.doctor_,
}


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    for name, command in _COMMANDS.items():
        app.command(name)(command)
