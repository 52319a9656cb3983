"""An engine of Spark: a master that is there already, or Spark in this process's own Java. https://spark.apache.org"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from archive.errors import UsageError
from crawler.pipeline.engines.protocol import TRIES, Lost, Outcome, outcome

__all__ = ["SparkEngine"]

_T = TypeVar("_T")


def _java_is_here() -> bool:
    return bool(shutil.which("java") or os.environ.get("JAVA_HOME"))


class SparkEngine:
    """An `Engine` of Spark; `address` is that of its master (empty: so many processes of this machine)."""

    def __init__(self, workers: int, address: str) -> None:
        try:
            from pyspark import SparkConf, SparkContext
            from pyspark.errors import PySparkException
        except ModuleNotFoundError:
            raise UsageError("for Spark something more is needed: pip install 'palimpsest[spark]'") from None
        if not _java_is_here():
            raise UsageError(
                "Spark needs Java 17 or newer, which is not here: install a headless JRE, or set JAVA_HOME"
            )
        # Workers are to be this very Python, with what it has installed.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        # Plain `local[2]` would try nothing again.
        conf = SparkConf().setMaster(address or f"local[{workers},{TRIES}]").setAppName("palimpsest")
        conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
        conf.set("spark.task.maxFailures", str(TRIES)).set("spark.log.level", "OFF")
        try:
            self._context: Any = SparkContext(conf=conf)
        except (PySparkException, OSError, RuntimeError) as problem:
            raise UsageError(f"Spark does not start: {str(problem).splitlines()[0]}") from None
        self.workers = workers

    def call(self, function: Callable[..., _T], *args: Any) -> _T:
        """What a function gives in one of the workers: a job of one task, which Spark does again where that dies."""
        from py4j.protocol import Py4JError

        try:
            (done,) = self._context.parallelize([(function, args)], 1).map(_called).collect()
        except Py4JError:
            raise Lost(f"{TRIES} workers died over it, or Spark was stopped") from None
        found: _T = done.get()
        return found

    def close(self) -> None:
        """Let go of what is not done, and end Spark where it was started here."""
        self._context.cancelAllJobs()
        self._context.stop()


def _called(task: tuple[Callable[..., Any], tuple[Any, ...]]) -> Outcome:
    return outcome(*task)
