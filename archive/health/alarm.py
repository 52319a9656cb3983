"""An alarm as it is found: what, since when, how it is usually and how now, why that may be, what to type next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.records import AlarmKind

__all__ = ["Alarm"]


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
