"""What a command was given, told apart by kind: pages, web archives, directories of those, a manifest, a text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive import warc
from archive.errors import BadInput, UsageError
from crawler.pipeline.sources.files import is_directory
from crawler.pipeline.sources.har import Har, is_har
from crawler.pipeline.sources.manifest import Manifest
from crawler.pipeline.sources.originals import Originals
from crawler.pipeline.sources.page import Page, states_address
from crawler.pipeline.sources.protocol import Item, Source, Stored
from crawler.pipeline.sources.text import Text
from crawler.pipeline.sources.wacz import Wacz, is_zip
from crawler.pipeline.sources.warc import Late, OwnWarc, Warc, is_warc

if TYPE_CHECKING:
    from archive.proof.stamps import Roots

__all__ = ["Given", "files_of"]


@dataclass(frozen=True, slots=True)
class _Untaken:
    """A file in a directory that is of no kind known here, or cannot be read."""

    path: Path
    why: str

    def check(self) -> None:
        """Nothing: it stops nothing else."""

    def captures(self, _stored: Stored) -> Iterator[Item]:
        """Why it is not taken."""
        yield Item(where=str(self.path), trouble=self.why)


@dataclass(frozen=True, slots=True)
class Given:
    """The files and words of one command; exactly one of `files`, `manifest`, `text_file` is meant to be there. `roots`
    are certificates by which signatures are checked."""

    files: tuple[Path, ...] = ()
    manifest: Path | None = None
    text_file: Path | None = None
    url: str | None = None
    at: datetime | None = None
    outlet: str | None = None
    roots: Roots | None = None

    def check(self) -> None:
        """Raise UsageError where the words do not fit together."""
        if sum(map(bool, (self.files, self.manifest, self.text_file))) != 1:
            raise UsageError("give one of: a FILE, --manifest FILE, --text FILE")
        if self.manifest and (self.url or self.at or self.outlet):
            raise UsageError("a manifest says url and time of each page itself: leave out --url, --at and --outlet")
        if self.text_file and not self.outlet:
            raise UsageError("a bare text does not say whose it is: give --outlet NAME")

    def sources(self, own: Path) -> list[Source]:
        """What was given, as sources that are checked; `own` is the folder of our own WARC files. Raises UsageError and
        BadInput, naming the file."""
        self.check()
        found = list(self._chosen(own.resolve()))
        if self.url and sum(isinstance(one, Page) for one in found) > 1:
            raise UsageError("--url is the address of one page; list several, each with its own, in a --manifest")
        for one in found:
            one.check()
        return found

    def _chosen(self, own: Path) -> Iterator[Source]:
        originals = Originals()
        if self.manifest:
            yield Manifest(self.manifest)
        if self.text_file:
            yield Text(self.text_file, self.url, self.at)
        for path in self.files:
            if is_directory(path):
                yield from self._in(path, own, originals)
            else:
                yield self._web_archive(path, own, originals) or Page(path, self.url, self.at)
        yield Late(originals)

    def _in(self, folder: Path, own: Path, originals: Originals) -> Iterator[Source]:
        if self.url:
            raise BadInput(f"{folder} is a directory, and --url is the address of one page: name the file in it")
        paths = list(_files(folder))
        if not paths:
            raise BadInput(f"{folder} is a directory without a file in it")
        for path in paths:
            try:
                source = self._web_archive(path, own, originals)
                if source is not None:
                    # One file that cannot be taken keeps nobody from the others of a directory.
                    source.check()
                yield source or _page_in_folder(path, self.at)
            except BadInput as problem:
                yield _Untaken(path, str(problem).removeprefix(f"{path} "))

    def _web_archive(self, path: Path, own: Path, originals: Originals) -> Source | None:
        """A file that holds pages with their addresses and times; None where it does not begin as one."""
        if is_zip(path):
            return Wacz(path, originals, self.roots)
        if is_warc(path):
            whole = path.resolve()
            return OwnWarc(own, whole) if whole.is_relative_to(own) else Warc(path, originals)
        return Har(path) if is_har(path) else None


def files_of(sources: Iterable[Source]) -> Iterator[Path | warc.Within]:
    """The WARC files of others that sources walk, in their order, where each can be read by itself."""
    for one in sources:
        if isinstance(one, Warc):
            yield one.path
        elif isinstance(one, Wacz):
            yield from one.files()


def _page_in_folder(path: Path, at: datetime | None) -> Source:
    if states_address(path):
        return Page(path, at=at)
    why = "is no web archive; a page needs its address: give it by itself with --url, or list it in a --manifest"
    return _Untaken(path, why)


def _files(folder: Path) -> Iterator[Path]:
    """The files in a directory and in those below it, in order of their names, without hidden ones. Raises BadInput."""

    def unreadable(problem: OSError) -> None:
        raise BadInput(f"{problem.filename} cannot be read: {problem.strerror}") from None

    for base, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(base, name) for name in sorted(names) if not name.startswith("."))
