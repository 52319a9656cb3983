"""An engine of Dask: a cluster that is there already, or one that is started here. https://distributed.dask.org"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from archive.errors import UsageError
from crawler.pipeline.engines.protocol import TRIES, Lost, outcome
from crawler.pipeline.workers import nobodys

__all__ = ["DaskEngine"]

_T = TypeVar("_T")

_PATIENT = 1800
"""Seconds a task may take with all before it; where no worker is left, nobody else would say so."""


class DaskEngine:
    """An `Engine` of a Dask cluster; `address` is that of its scheduler (empty: one is started here)."""

    def __init__(self, workers: int, address: str) -> None:
        try:
            import dask
            from distributed import Client, LocalCluster
        except ModuleNotFoundError:
            raise UsageError("for Dask something more is needed: pip install 'palimpsest[dask]'") from None
        # A worker that dies is no news: its task is done by another.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._cluster: Any = None
        if not address:
            # On a busy machine a worker takes its time to start again; after 15 seconds Dask would go on without it.
            dask.config.set({"distributed.deploy.lost-worker-timeout": "10 minutes"})
            with nobodys():
                # One thread a worker: a page that stalls its reader is ended with the process.
                self._cluster = LocalCluster(workers, threads_per_worker=1, dashboard_address="127.0.0.1:0")
        try:
            self._client: Any = Client(self._cluster or address, timeout="20s", set_as_default=False)
        except (OSError, ValueError) as problem:
            raise UsageError(f"no Dask scheduler answers at {address}: {problem}") from None
        self.workers = workers if self._cluster else max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def call(self, function: Callable[..., _T], *args: Any) -> _T:
        """What a function gives in one of the workers; the scheduler has it done again where that dies."""
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            done = self._client.submit(outcome, function, args, pure=False, retries=TRIES).result(_PATIENT)
        except KilledWorker:
            raise Lost("several workers died over it") from None
        except (CancelledError, TimeoutError, OSError) as problem:
            raise Lost(f"the cluster does not do it ({type(problem).__name__})") from None
        found: _T = done.get()
        return found

    def close(self) -> None:
        """Let go of what is not done; a cluster that was started here ends."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
