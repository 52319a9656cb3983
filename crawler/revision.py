"""What a reading was made with: one name for the reader, its rules and the libraries that shape the text.

`<reader>@<12 hex>`: the digits change when the reading code, the outlet's file, a phrase file that applies or a library
changes, and with nothing else. Computed once per process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

__all__ = ["file_digest", "revision"]

_HERE = Path(__file__).parent
_CODE = (
    *("blocks", "dates", "decode", "furniture", "given", "language", "mojibake", "page", "raw", "read"),
    *("outlets/base", "../archive/text"),
)
_LIBRARIES = ("selectolax", "regex", "langdetect", "tzdata")
_GENERAL_LIBRARIES = ("trafilatura", "htmldate", "lxml")
_GENERAL = "generic"


def _versions(libraries: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}=={version(name)}" for name in libraries)


@lru_cache(maxsize=256)
def file_digest(path: Path) -> str:
    """12 hex digits of a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    files = [f"{name}:{file_digest(_HERE / f'{name}.py')}" for name in _CODE]
    words = [f"{path.stem}:{file_digest(path)}" for path in sorted((_HERE / "words").glob("*.toml"))]
    return (*files, *words, *_versions(_LIBRARIES))


@lru_cache(maxsize=64)
def _phrases(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The phrase files that can apply: those of an outlet's languages, all where it states none."""
    paths = sorted((_HERE / "phrases").glob("*.toml"))
    return tuple(
        f"{path.stem}:{file_digest(path)}" for path in paths if not languages or path.stem in {*languages, "common"}
    )


@lru_cache(maxsize=256)
def revision(reader: str, source: str, languages: tuple[str, ...]) -> str:
    """The revision of a reader. `source` is the digest of the outlet's file, `languages` what the outlet states."""
    parts = [reader, source, *_common(), *_phrases(languages)]
    if reader == _GENERAL:
        files = (_HERE / "outlets" / "generic.py", *sorted((_HERE / "general").glob("*.py")))
        parts += [*map(file_digest, files), *_versions(_GENERAL_LIBRARIES)]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return f"{reader}@{digest}"
