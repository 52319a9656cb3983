"""The commands that read and keep the archive, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable

import typer

from archive.commands import admin, article, ask, edits, export, search

__all__ = ["add_to"]

_COMMANDS: dict[str, Callable[..., None]] = {
    "history": article.history,
    "edits": edits.edits,
    "campaigns": edits.campaigns,
    "headlines": edits.headlines,
    "diff": article.diff,
    "cite": article.cite,
    "quote": search.quote,
    "show": article.show,
    "search": search.search_,
    "ask": ask.ask,
    "status": admin.status,
    "gone": edits.gone,
    "held": admin.held,
    "furniture": admin.furniture,
    "verify": admin.verify_,
    "export": export.export,
    "publish": export.publish,
    "transfer": export.transfer,
    "upgrade": admin.upgrade,
}


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    for name, command in _COMMANDS.items():
        app.command(name)(command)
