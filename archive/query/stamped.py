"""Stamps of seals by authorities, checked against certificates that whoever asks trusts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from archive.errors import BadInput
from archive.models import RunRow, StampRow

if TYPE_CHECKING:
    # The client is loaded where there is something to check.
    from archive.proof.stamps import Roots

__all__ = ["Stamped", "all_of", "head", "trusted"]


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamp: who says that which head (`place:hex`) was there when, the answer as received; whether that was checked,
    and what is wrong with it (empty: nothing known)."""

    authority: str
    head: str
    stated_at: datetime
    answer: bytes
    checked: bool = False
    problem: str = ""


_HEADS = select(RunRow.place, RunRow.seal).where(RunRow.place.is_not(None)).order_by(RunRow.place.desc()).limit(1)
_STAMPS = (
    select(StampRow.authority, StampRow.stated_at, StampRow.answer, RunRow.place, RunRow.seal)
    .join(RunRow, RunRow.id == StampRow.run_id)
    .order_by(StampRow.id)
)


def head(connection: Connection) -> str:
    """The head of the chain; empty where nothing was sealed yet."""
    row = connection.execute(_HEADS).first()
    return f"{row.place}:{row.seal.hex()}" if row else ""


def trusted(files: Sequence[Path]) -> Roots:
    """The certificates in files. Raises BadInput."""
    from archive.proof.stamps import roots

    try:
        return roots([path.read_bytes() for path in files])
    except (OSError, ValueError) as problem:
        raise BadInput(f"{', '.join(map(str, files))}: no certificates in PEM can be read there ({problem})") from None


def all_of(connection: Connection, roots: Roots | None) -> list[Stamped]:
    """Every stamp, in order; checked against these certificates."""
    return [
        _checked(Stamped(row.authority, f"{row.place}:{row.seal.hex()}", row.stated_at, row.answer), roots)
        for row in connection.execute(_STAMPS)
    ]


def _checked(one: Stamped, roots: Roots | None) -> Stamped:
    from dataclasses import replace

    if roots is None:
        return one
    from archive.proof.stamps import Wrong

    try:
        return replace(one, stated_at=roots.check(one.answer, one.head), checked=True)
    except Wrong as wrong:
        return replace(one, problem=f"does not hold: {wrong}")
