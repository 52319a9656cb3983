"""What is withheld or gone by a person's word; and whether the bytes of a look may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from archive.errors import Withdrawn
from archive.models import CaptureRow, WithdrawalRow, WithdrawnRow

__all__ = ["Withdrawal", "all_of", "captures", "may_show"]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was withheld or expunged: an article, a version, a name that is not said; who decided, when, why, and how it
    stands: `planned` or `open` (the next call finishes it), `done`, `back` (taken back)."""

    kind: str
    target: str
    at: datetime
    person: str
    reason: str
    state: str


_ALL = select(
    *(getattr(WithdrawalRow, name) for name in ("kind", "target", "at", "person", "reason", "state"))
).order_by(WithdrawalRow.id)

# A look itself, or the version that it shows: one that came later, too.
_LOOKS = (
    select(CaptureRow.uid, WithdrawalRow.kind, WithdrawalRow.reason)
    .join(
        WithdrawnRow,
        or_(
            and_(WithdrawnRow.name == "capture", WithdrawnRow.key == CaptureRow.id),
            and_(WithdrawnRow.name == "version", WithdrawnRow.key == CaptureRow.version_id),
        ),
    )
    .join(WithdrawalRow, WithdrawalRow.id == WithdrawnRow.withdrawal_id)
    .where(WithdrawalRow.state != "back")
)


def all_of(connection: Connection) -> list[Withdrawal]:
    """Every withdrawal, in order."""
    return [Withdrawal(*row) for row in connection.execute(_ALL)]


def captures(connection: Connection) -> set[str]:
    """The looks (their public ids) whose bytes are not to be shown, exported or handed on."""
    return {row.uid.hex() for row in connection.execute(_LOOKS)}


def may_show(connection: Connection, capture: str) -> None:
    """Raises Withdrawn, with the reason, where the bytes of a look (its public id) are not to be shown."""
    row = connection.execute(_LOOKS.where(CaptureRow.uid == bytes.fromhex(capture))).first()
    if row is not None:
        word = "withheld" if row.kind == "withhold" else "expunged"
        raise Withdrawn(f"the page of this look is {word}: {row.reason}")
