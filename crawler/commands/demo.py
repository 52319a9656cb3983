"""The demonstration."""

from __future__ import annotations

from pathlib import Path

import typer

__all__ = ["demo"]


def demo(context: typer.Context) -> None:
    """Show the whole promise on a family of outlets that is served, crawled and changed on this machine.

    The clock moves, and the demo says so. What it leaves is an archive (in ./palimpsest-demo, or where --home says):
    every command works on it. Takes well under two minutes and needs no network.

    Example: palimpsest demo
    """
    from crawler.demo.show import run as run_demo

    folder = context.find_root().obj.get("home")
    run_demo(folder or Path("palimpsest-demo"))
