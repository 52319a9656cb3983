"""What passed of the rows of an answer, and so which outlets it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from archive.questions.coverage import Answer, answer
from archive.questions.question import Asked, Unit

__all__ = ["Passed"]


class Passed:
    """What passed of the rows of an answer: how many, and of which outlets."""

    def __init__(self) -> None:
        self.rows = 0
        self.outlets: dict[str, None] = {}

    def through(self, rows: Iterable[Any]) -> Iterator[Any]:
        """The rows, counted."""
        for row in rows:
            self.rows += 1
            outlet = getattr(row, "outlet", None) or str(getattr(row, "article", "")).partition(":")[0]
            if outlet:
                self.outlets[outlet] = None
            yield row

    def beside(self, asked: Asked, name: str, unit: Unit) -> Answer:
        """What the answer rests on: the outlets in it, of all that were asked about where it names none."""
        if self.outlets:
            asked = replace(asked, filters=replace(asked.filters, outlets=tuple(sorted(self.outlets))))
        return answer(asked, name, unit, self.rows)
