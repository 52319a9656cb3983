"""How a crawl of an outlet ended, and what it came to beside its captures: what `palimpsest runs` tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, delete, insert

from archive.db import writing
from archive.masking import masked
from archive.models import RunEndRow
from archive.patience import patient
from archive.store.runs import Run

__all__ = ["RUNNING", "CameTo", "keep"]

RUNNING = "running"
"""Why a run ended that has not."""

_MOST = 50
"""Problems and remarks that are kept of one run."""


@dataclass(frozen=True, slots=True)
class CameTo:
    """Attempts without an answer by word, problems, remarks, and how many addresses were left waiting."""

    attempts: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[str] = ()
    remarks: Sequence[str] = ()
    waiting: int = 0


@patient
def keep(engine: Engine, run: Run, outlet: str, why: str, came_to: CameTo) -> None:
    """Keep how a run of an outlet ended; while it runs, that it does."""
    told = {
        "attempts": dict(came_to.attempts),
        # Masked before they are quoted: what is cut out afterwards may take a quotation mark with it.
        "problems": [masked(words) for words in came_to.problems[:_MOST]],
        "remarks": [masked(words) for words in came_to.remarks[:_MOST]],
        "waiting": came_to.waiting,
    }
    row = {"run_id": run.id, "outlet": outlet, "why": masked(why), "came_to": json.dumps(told)}
    with writing(engine) as connection:
        connection.execute(delete(RunEndRow).where(RunEndRow.run_id == run.id))
        connection.execute(insert(RunEndRow), row)
