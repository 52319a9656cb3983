"""The options by which a command has whole files read elsewhere, and the engine they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from archive import errors

if TYPE_CHECKING:
    from crawler.pipeline.engines.protocol import Engine

__all__ = ["Cluster", "Name", "Workers", "engine_of"]

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


@contextmanager
def engine_of(name: str | None, workers: int | None, cluster: str | None) -> Iterator[Engine | None]:
    """The engine that is meant; None where none is. Raises UsageError."""
    if name is None and (workers or cluster):
        raise errors.UsageError("--workers and --cluster are of an engine: give --engine local, dask or spark")
    if cluster and name == "local":
        raise errors.UsageError("--engine local starts its workers here: leave out --cluster")
    if name is None:
        yield None
        return
    from crawler.pipeline.engines import choose

    with choose.opened(name, workers, cluster or "") as engine:
        yield engine
