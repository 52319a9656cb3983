"""The options by which a command has whole files read elsewhere, and the engine they mean."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from archive import errors
from crawler.pipeline.engines.choose import Choice

__all__ = ["Cluster", "Name", "Workers", "chosen"]

Name = Annotated[
    Literal["local", "dask", "spark"] | None,
    typer.Option("--engine", help="Have whole WARC files read by workers: processes here, Dask's, Spark's."),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="So many workers; else one a processor.")]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Workers that are there already: Dask's scheduler (tcp://...), Spark's master (spark://...).",
    ),
]


def chosen(name: str | None, workers: int | None, cluster: str | None) -> Choice:
    """The engine that is meant. Raises UsageError where the words do not fit together."""
    if name is None and (workers or cluster):
        raise errors.UsageError("--workers and --cluster are of an engine: give --engine local, dask or spark")
    if cluster and name == "local":
        raise errors.UsageError("--engine local starts its workers here: leave out --cluster")
    return Choice(name or "", workers, cluster or "")
