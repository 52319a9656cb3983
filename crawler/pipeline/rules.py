"""By which rules pages are read, for whoever reads them elsewhere: the same rules, or none."""

from __future__ import annotations

import faulthandler
import hashlib
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive.errors import Mismatch
from archive.records import Domain
from crawler.outlets.learnt import Learnt
from crawler.outlets.registry import Registry, registry
from crawler.outlets.revisions import file_digest
from crawler.pipeline.workers import LONGEST

__all__ = ["Rules", "here", "within_bounds"]


def here() -> str:
    """This machine, for messages of a worker."""
    return f"a worker on {socket.gethostname()}"


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a reading: the operator's outlet files, the digest of all revisions that are current with them, and
    what the archive has learnt."""

    folder: Path
    digest: bytes
    learnt: Mapping[str, Learnt]
    added: Mapping[str, tuple[Domain, ...]]

    @classmethod
    def of(cls, folder: Path, outlets: Registry) -> Rules:
        """Those of a run; `folder` holds the operator's outlet files."""
        folder = folder.resolve()
        return cls(folder, _digest(registry(folder)), dict(outlets.learnt), dict(outlets.added))

    def outlets(self) -> Registry:
        """The outlets as the run knows them. Raises Mismatch where this process would read otherwise."""
        known = registry(self.folder)
        if _digest(known) != self.digest:
            # A worker outlives runs: the operator may have changed a file since.
            registry.cache_clear()
            file_digest.cache_clear()
            known = registry(self.folder)
        if _digest(known) != self.digest:
            raise Mismatch(
                f"{here()} reads by other rules: give it the same version of Palimpsest and of its libraries, have "
                f"{self.folder} where it is read under that name, and start it again"
            )
        return replace(known, learnt=self.learnt, added=self.added)


def _digest(outlets: Registry) -> bytes:
    return hashlib.sha256("\n".join(sorted(outlets.revisions())).encode()).digest()


@contextmanager
def within_bounds() -> Iterator[None]:
    """A page that stalls its reader ends this process, which is a worker: somebody else begins again, or reads each
    page alone."""
    with Path(os.devnull).open("w", encoding="ascii") as nowhere:
        faulthandler.dump_traceback_later(LONGEST, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
