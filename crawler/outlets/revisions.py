"""What a reading was made with: one name for the reader, its rules and the libraries that shape the text.

`<reader>@<12 hex>`: the digits change when a module that shapes readings, the outlet's file, a phrase file that applies
or a library changes, and with nothing else: comments and docstrings are not hashed, and neither is what only decides
whether a page is read at all (`extract/walls.toml`). The rooms are the list: whatever stands in `parse/` and `extract/`
counts, and of this room what no outlet's file is. Computed once per process.
"""

from __future__ import annotations

import ast
import hashlib
import tomllib
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

__all__ = ["GENERAL_READERS", "covered", "file_digest", "is_machinery", "revision", "syntax"]

_CRAWLER = Path(__file__).parents[1]
_OUTLETS, _EXTRACT, _GENERAL = _CRAWLER / "outlets", _CRAWLER / "extract", _CRAWLER / "extract" / "general"
_ARCHIVE = tuple(
    _CRAWLER.parent / "archive" / f"{name}.py"
    for name in ("enums", "errors", "fields", "masking", "page_words", "records", "text", "urls")
)
"""What readings are made of and compared by."""
_LIBRARIES = ("selectolax", "regex", "langdetect", "tzdata")
_GENERAL_LIBRARIES = ("trafilatura", "lxml")
GENERAL_READERS = frozenset({"generic", "generic-trafilatura"})
"""Those that any page may be read by."""
_MACHINERY = frozenset({"__init__", "base", "expressions", "find", "learnt", "registry", "revisions", "validate"})
_SAME_IN_ALL_PYTHONS = frozenset({"ctx", "kind", "type_comment", "type_params"})
"""Fields of the syntax tree that say nothing, or that some versions of Python lack."""


def is_machinery(path: Path) -> bool:
    """Whether a file of this room is no outlet's."""
    return path.stem in _MACHINERY


def syntax(source: str) -> str:
    """A module's syntax tree as text, without docstrings; comments and layout are not in it, nor what differs between
    versions of Python."""
    said: list[str] = []
    _tell(ast.parse(source), said.append)
    return "".join(said)


def _tell(node: object, say: Callable[[str], None]) -> None:
    # Every process that reads begins with this: by generators it took four times as long.
    if isinstance(node, list):
        for one in node:
            _tell(one, say)
    elif isinstance(node, ast.AST):
        say(f"({type(node).__name__}")
        for name in node._fields:
            value = getattr(node, name, None)
            if value is not None and value != [] and name not in _SAME_IN_ALL_PYTHONS:
                say(f" {name}=")
                _tell(_bare(value) if name == "body" else value, say)
        say(")")
    else:
        say(repr(node))


def _bare(body: object) -> object:
    """A body without its docstring, and without the strings that explain a name above them."""
    if not isinstance(body, list):
        return body  # that of a lambda
    return [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]


@lru_cache(maxsize=512)
def file_digest(path: Path) -> str:
    """12 hex digits of the SHA-256 of what a file says: of Python its syntax, of TOML its values."""
    source = path.read_text(encoding="utf-8")
    said = syntax(source) if path.suffix == ".py" else repr(tomllib.loads(source))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def covered(*, general: bool = False) -> tuple[Path, ...]:
    """The modules whose change is a change of the revision; `general`: of the reader of pages nobody has described."""
    if general:
        return tuple(sorted(_GENERAL.glob("*.py")))
    machinery = (path for path in sorted(_OUTLETS.glob("*.py")) if is_machinery(path))
    return (*sorted((_CRAWLER / "parse").glob("*.py")), *sorted(_EXTRACT.glob("*.py")), *machinery, *_ARCHIVE)


def _named(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(f"{path.parent.name}/{path.name}:{file_digest(path)}" for path in paths)


def _versions(libraries: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}=={version(name)}" for name in libraries)


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    words = sorted((_CRAWLER / "parse" / "words").glob("*.toml"))
    return (*_named(covered()), *_named(words), *_versions(_LIBRARIES))


@lru_cache(maxsize=1)
def _general() -> tuple[str, ...]:
    return (*_named(covered(general=True)), *_versions(_GENERAL_LIBRARIES))


@lru_cache(maxsize=64)
def _phrases(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The phrase files that can apply: those of an outlet's languages, all where it states none."""
    paths = sorted((_EXTRACT / "phrases").glob("*.toml"))
    return _named(path for path in paths if not languages or path.stem in {*languages, "common"})


@lru_cache(maxsize=256)
def revision(reader: str, source: str, languages: tuple[str, ...], learnt: str = "") -> str:
    """The revision of a reader. `source` is the digest of the outlet's file, `languages` what the outlet states,
    `learnt` the digest of what the archive has learnt of it."""
    outlets = (source, *filter(None, [learnt]))
    parts = (reader, *outlets, *_common(), *_phrases(languages), *(_general() if reader in GENERAL_READERS else ()))
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return f"{reader}@{digest}"
