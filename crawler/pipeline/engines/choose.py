"""Which engine is meant by its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from crawler.pipeline.engines.protocol import Engine

__all__ = ["opened"]


@contextmanager
def opened(name: str, workers: int | None = None, cluster: str = "") -> Iterator[Engine]:
    """The engine of that name (`local`, `dask`, `spark`), with so many workers (none stated: one a processor), or with
    those of a cluster at an address. Raises UsageError where something is missing."""
    with closing(_made(name, workers or os.cpu_count() or 1, cluster)) as engine:
        yield engine


def _made(name: str, workers: int, cluster: str) -> Engine:
    # Each loads a library that nobody needs who does not ask for it.
    if name == "dask":
        from crawler.pipeline.engines.on_dask import DaskEngine

        return DaskEngine(workers, cluster)
    if name == "spark":
        from crawler.pipeline.engines.on_spark import SparkEngine

        return SparkEngine(workers, cluster)
    from crawler.pipeline.engines.local import LocalEngine

    return LocalEngine(workers)
