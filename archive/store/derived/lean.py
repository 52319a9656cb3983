"""The columns of `version` that spare a question the text: when it says that it was published, language, length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from archive.store.derived.form import Checker, Derived, Kept, Unlike
from archive.store.texts import Said

__all__ = ["Lean"]


def _instant(written: str | None) -> datetime | None:
    """A stored date of publication; one of no known zone as if it were UTC."""
    if not written:
        return None
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Lean(Derived):
    """Columns that follow the text that is shown."""

    def shown(self, said: Said) -> dict[str, Any]:
        """Date, language, words."""
        row = said.row
        return {"published": _instant(row["date_published"]), "language": row["language"], "words": said.length}

    def checker(self, connection: Connection) -> Checker:  # noqa: ARG002
        """Compares each column."""
        return self._differing

    def _differing(self, versions: Sequence[Kept]) -> Iterator[Unlike]:
        for one in versions:
            for name, value in self.shown(one.said).items():
                if (found := one.columns[name]) != value:
                    yield Unlike("version", one.version, f"{name} is {found}, not {value} as its text gives")
