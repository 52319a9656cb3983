"""Which engine is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from crawler.pipeline.engines.protocol import Engine

__all__ = ["NONE", "Choice"]


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine by its name (`local`, `dask`, `spark`; empty: none), with so many workers (None: one a processor), or
    with those of a cluster at an address."""

    name: str = ""
    workers: int | None = None
    cluster: str = ""

    @contextmanager
    def opened(self) -> Iterator[Engine | None]:
        """The engine, started. Raises UsageError where something is missing."""
        if not self.name:
            yield None
            return
        with closing(self._made(self.workers or os.cpu_count() or 1)) as engine:
            yield engine

    def _made(self, workers: int) -> Engine:
        # Each loads a library that nobody needs who does not ask for it.
        if self.name == "dask":
            from crawler.pipeline.engines.on_dask import DaskEngine

            return DaskEngine(workers, self.cluster)
        if self.name == "spark":
            from crawler.pipeline.engines.on_spark import SparkEngine

            return SparkEngine(workers, self.cluster)
        from crawler.pipeline.engines.local import LocalEngine

        return LocalEngine(workers)


NONE = Choice()
