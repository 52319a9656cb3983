"""What is here, and what is missing."""

from __future__ import annotations

from dataclasses import asdict

import typer

from archive import output
from archive.commands.shared import Json, home_of
from crawler import doctor

__all__ = ["doctor_"]


def doctor_(context: typer.Context, as_json: Json = False) -> None:
    """Say what is here, what is missing, and what to type. Ends with 1 where something needed is missing.

    JSON keys: what, found, fine, advice, needed.

    Example: palimpsest doctor
    """
    found = doctor.examine(home_of(context))
    for line in found:
        if as_json:
            output.json_line(asdict(line))
        else:
            advice = f"  ->  {line.advice}" if line.advice else ""
            output.said(f"{'ok' if line.fine else '--'}  {line.what:18} {line.found}{advice}")
    if not all(line.fine for line in found if line.needed):
        raise typer.Exit(1)
