"""What follows a run of any kind: alarms are looked for, and what is seen from outside is written. Nothing of it may
stop a run, or make one fail that went well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archive.errors import NoArchive, PalimpsestError
from archive.home import Home
from archive.wording import counted
from crawler.alarms.look import look

__all__ = ["after_run"]


def after_run(home: Home, now: datetime) -> Iterator[str]:
    """Look, and write the file of metrics where one is wanted; what is to be said of it, line by line."""
    try:
        changed = look(home, now)
        if changed.opened:
            yield f"{counted(len(changed.opened), 'alarm')} opened: palimpsest alarms"
    except NoArchive:
        return
    except (PalimpsestError, OSError) as problem:
        yield f"alarms were not looked for: {problem}"
    if not home.metrics:
        return
    from crawler.alarms.metrics import write

    try:
        write(home, now)
    except (PalimpsestError, OSError) as problem:
        yield f"metrics were not written: {problem}"
