"""The demo editions as outlets, read as the real ones of RT are. They are no shipped outlets: only this registry knows
them, and a folder of an operator's own outlet files into which `install` has put this file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.demo.editions import EDITIONS
# The module, not its outlets: a folder of outlet files gives every outlet that a file of it names.
from crawler.outlets import Registry, rt
from crawler.outlets.base import Domain, Outlet
from crawler.revision import file_digest

__all__ = ["demo_registry", "install"]

FAMILY = "demo"
_HERE = Path(__file__)


def _edition(model: Outlet, name: str) -> Outlet:
    edition = EDITIONS[name]
    mirrors = (Domain(edition.mirror, mirror=True),) if edition.mirror else ()
    changed: dict[str, Any] = {
        "name": name,
        "family": FAMILY,
        "title": edition.words["house"],
        "domains": (Domain(edition.host), *mirrors),
        "country": "",
        "controlled_by": "",
        "source": file_digest(_HERE),
    }
    return replace(model, **changed)


demo_fr = _edition(rt.rt_fr, "demo-fr")
demo_en = _edition(rt.rt_en, "demo-en")
demo_es = _edition(rt.rt_es, "demo-es")
demo_ar = _edition(rt.rt_ar, "demo-ar")


def demo_registry() -> Registry:
    """The demo outlets and no others."""
    return Registry({outlet.name: outlet for outlet in (demo_fr, demo_en, demo_es, demo_ar)})


def install(folder: Path) -> Path:
    """Put this file among an operator's own outlet files, so that every command on that archive knows the demo outlets.

    What a reading was made with is the same either way: the digest of this file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / "demo.py"
    copy.write_bytes(_HERE.read_bytes())
    return copy
