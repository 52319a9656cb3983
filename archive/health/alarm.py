"""An alarm, as it is found and as it is kept: what, since when, how it is usually and how now, why that may be, what to
type next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.records import AlarmKind

__all__ = ["Alarm", "Example", "KeptAlarm"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is not as it is usually, of an outlet (empty: of the machine) and of one thing of it (`about`; empty: of no
    one). The same kind, outlet and thing are one alarm as long as it is so. `measures` are the names of `days.Numbers`
    that tell it; `advice` is what to type next."""

    kind: AlarmKind
    outlet: str
    about: str
    since: datetime
    usual: str
    now: str
    cause: str
    advice: str
    measures: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[AlarmKind, str, str]:
        """What it is one alarm by."""
        return self.kind, self.outlet, self.about


@dataclass(frozen=True, slots=True)
class Example:
    """A capture that shows an alarm: its address, when, its public id, and where its bytes are."""

    url: str
    fetched_at: datetime
    capture: str
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True)
class KeptAlarm:
    """An alarm: its public id, what it is of (outlet empty: the machine), since when it is so, when it was noticed and
    seen last, when it closed (None: it is open), how it is usually and now, the likely cause, what to type next,
    captures that show it, and when a person took note of it with which words."""

    alarm: str
    kind: AlarmKind
    outlet: str
    about: str
    since: datetime
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    usual: str
    now: str
    cause: str
    advice: str
    measures: tuple[str, ...]
    examples: tuple[Example, ...]
    acknowledged_at: datetime | None
    note: str
