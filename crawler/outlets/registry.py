"""The outlets: one file per family, found by itself; an operator's own files override shipped ones by name."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType

from archive import urls, wording
from archive.errors import BadInput, NotFound
from archive.records import Capture, Domain
from crawler.outlets.base import Outlet, path_of
from crawler.outlets.learnt import Learnt
from crawler.outlets.revisions import GENERAL_READERS, file_digest, is_machinery, revision
from crawler.outlets.validate import validate

__all__ = ["Registry", "registry"]

_HERE = Path(__file__).parent
_NUMERIC = re.compile(r"[\d.]+|.*:.*")  # an address of the network: nobody registered a part of it
NAMELESS = "unnamed"
"""The outlet of a page or text that came without an address."""


def _registered(host: str) -> str:
    return host if _NUMERIC.fullmatch(host) else urls.registrable(host)


@lru_cache(maxsize=1024)
def ad_hoc(host: str) -> Outlet:
    """The outlet of an address nobody has described: named after the registered domain, read by `generic`."""
    name = _registered(host) if host else NAMELESS
    domains = (Domain(name),) if host else ()
    return Outlet(name=name, family=name, title=name, domains=domains, general=True, source="")


def _holds(domain: Domain, day: str) -> bool:
    return domain.since <= day and (not domain.until or day < domain.until)


@dataclass(frozen=True)
class Registry:
    """All outlets known to one process."""

    outlets: dict[str, Outlet]
    remarks: tuple[str, ...] = ()
    """What an operator should know of files of theirs, each naming its file."""
    learnt: Mapping[str, Learnt] = field(default_factory=dict)
    """What the archive has learnt, by outlet; fixed where a run begins."""
    added: Mapping[str, tuple[Domain, ...]] = field(default_factory=dict)
    """Domains that a person added, by outlet; as the archive has them."""

    def names(self) -> tuple[str, ...]:
        """Names in alphabetical order."""
        return tuple(sorted(self.outlets))

    def get(self, name: str) -> Outlet:
        """The outlet of that name. Raises NotFound, naming what is near."""
        if name in self.outlets:
            return self.taught(self.outlets[name])
        said = (f"no outlet is called {name!r}: {wording.instead(name, self.names())}", *self.remarks)
        raise NotFound("; ".join(said))

    def named(self, name: str, url: str, at: datetime) -> Outlet:
        """The outlet of that name; one that nobody describes is known by the address of a page of its."""
        found = self.outlets.get(name) or (ad_hoc(name) if name in self.added else None)
        return self.taught(found) if found else self.for_url(url, at)

    def taught(self, outlet: Outlet) -> Outlet:
        """An outlet with the domains it was given, and what was learnt of it; one that is described needs nothing of
        that."""
        learnt = self.learnt.get(outlet.name) if outlet.general else None
        outlet = outlet.with_domains(self.added[outlet.name]) if outlet.name in self.added else outlet
        return replace(outlet, learnt=learnt) if learnt else outlet

    def for_url(self, url: str, at: datetime) -> Outlet:
        """The outlet an address belonged to at a time: longest matching domain first, on a host that outlets share the
        longest path, and of several there the first whose pattern finds the address; an ad-hoc one where none does."""
        asked, day, path = urls.host(url), at.date().isoformat(), path_of(url)
        name = asked
        while name:
            held = [self.taught(one) for domain, one in self._by_host.get(name, ()) if _holds(domain, day)]
            here = [outlet for outlet in held if outlet.has_path(path) and outlet.has_host(asked)]
            if here:
                return next((one for one in here if len(here) > 1 and one.own_id(url)), here[0])
            name = name.partition(".")[2]
        return self.taught(ad_hoc(asked))

    def for_capture(self, capture: Capture) -> Outlet:
        """The outlet that was asked; where its address is nobody's (a short link), the one that answered."""
        asked = self.for_url(capture.url, capture.fetched_at)
        landed = self.for_url(capture.landed, capture.fetched_at)
        return landed if asked.general and not landed.general else asked

    @cached_property
    def _by_host(self) -> dict[str, list[tuple[Domain, Outlet]]]:
        found: dict[str, list[tuple[Domain, Outlet]]] = {}
        others = (ad_hoc(name) for name in self.added if name not in self.outlets)
        for outlet in sorted((*self.outlets.values(), *others), key=lambda each: -len(each.path)):
            for domain in self.taught(outlet).domains:
                found.setdefault(domain.host, []).append((domain, outlet))
        return found

    def revisions(self) -> frozenset[str]:
        """Every revision that is current: of each reader of each outlet, of given texts, and of `generic`, as it was
        taught too."""
        return self._plain.union(*map(self.current, self.learnt))

    def current(self, name: str) -> frozenset[str]:
        """The revisions at which pages of an outlet are read today."""
        if name not in self.learnt:
            return self._plain
        return frozenset(_revisions([self.taught(self.outlets.get(name) or ad_hoc(name))]))

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Those of what nothing was learnt of."""
        return frozenset(_revisions((*self.outlets.values(), ad_hoc(""))))


def _revisions(outlets: Iterable[Outlet]) -> Iterator[str]:
    for outlet in outlets:
        for name in (*sorted(GENERAL_READERS), *(reader.name for reader in outlet.readers), "text"):
            yield revision(name, outlet.source, outlet.languages, outlet.learnt.digest)


def _line_of(problem: BaseException, path: Path) -> int:
    if isinstance(problem, SyntaxError):
        return problem.lineno or 0
    frames = traceback.extract_tb(problem.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == str(path)), 0)


def _execute(path: Path) -> ModuleType:
    """A module run from its file. Raises BadInput with file and line where it cannot be."""
    name = f"palimpsest_outlets_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as problem:  # noqa: BLE001 - whatever an operator's file raises becomes one sentence
        raise BadInput(f"{path}:{_line_of(problem, path)}: {type(problem).__name__}: {problem}") from None
    finally:
        sys.modules.pop(name, None)
    return module


def _outlets_in(module: ModuleType, path: Path) -> Iterator[Outlet]:
    for value in vars(module).values():
        if isinstance(value, Outlet):
            validate(value, path)
            yield replace(value, source=file_digest(path))


def _shipped() -> Iterator[Outlet]:
    for path in sorted(_HERE.glob("*.py")):
        if not is_machinery(path):
            yield from _outlets_in(importlib.import_module(f"crawler.outlets.{path.stem}"), path)


def _operators(folder: Path) -> dict[Path, list[Outlet]]:
    """The outlets that an operator's files define, by file; those with an underscore before their name may do else."""
    return {path: list(_outlets_in(_execute(path), path)) for path in sorted(folder.glob("*.py"))}


def _defines_none(path: Path) -> str:
    return f"{path} defines no outlet: give each a name of its own in it, as in paper = Outlet(name='paper', ...)"


def _told_apart(outlets: dict[str, Outlet]) -> Iterator[tuple[str, Outlet]]:
    """Each outlet with the hosts below its own that are another's: francais.rt.com is no host of rt.com's edition."""
    hosts = {domain.host for outlet in outlets.values() for domain in outlet.domains}
    for name, outlet in outlets.items():
        own = {domain.host for domain in outlet.domains}
        below = (host for host in hosts - own if any(host.endswith(f".{each}") for each in own))
        yield name, replace(outlet, neighbours=tuple(sorted({*below, *outlet.neighbours})))


@lru_cache(maxsize=16)
def registry(folder: Path | None = None) -> Registry:
    """The shipped outlets and those in an operator's folder. Raises BadInput where one of the operator's is broken."""
    outlets = {outlet.name: outlet for outlet in _shipped()}
    own = _operators(folder) if folder is not None and folder.is_dir() else {}
    outlets |= {outlet.name: outlet for defined in own.values() for outlet in defined}
    empty = (path for path, defined in own.items() if not defined and not path.name.startswith("_"))
    return Registry(dict(_told_apart(outlets)), tuple(map(_defines_none, empty)))
