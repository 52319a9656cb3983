"""A list of saved pages (JSON lines: file, url, fetched_at, status, headers) as a source of captures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive import text, urls
from archive.errors import BadInput
from archive.records import Capture
from crawler.pipeline.sources.page import page
from crawler.pipeline.sources.protocol import Item, Stored

__all__ = ["Manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A list of pages; the files it names stand beside it."""

    path: Path

    def check(self) -> None:
        """Raise BadInput, naming the line, where a line or the file it names cannot be taken."""
        for where, line in _lines(self.path):
            _checked(where, self.path, line)

    def captures(self, _stored: Stored) -> Iterator[Item]:
        """Each page with what its line says of it. Raises BadInput naming the line."""
        for where, line in _lines(self.path):
            yield Item(_checked(where, self.path, line)())

    def pages(self) -> Iterator[tuple[str, Path, str]]:
        """The pages by themselves, whatever else is said of them: (file as written, its path, address). Raises BadInput
        naming the line."""
        for where, line in _lines(self.path):
            yield line["file"], _file(where, self.path, line), _url(where, line)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.is_file():
        raise BadInput(f"{path} cannot be read: there is no such file")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            where = f"{path}, line {number}"
            if line.strip():
                yield where, _object(where, line)


def _object(where: str, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"{where}: not JSON ({problem})") from None
    if not isinstance(found, dict):
        raise BadInput(f"{where}: a JSON object is wanted, with at least file and url")
    for name in ("file", "url"):
        if not isinstance(found.get(name), str) or not found[name]:
            raise BadInput(f'{where}: "{name}" is missing or not a text')
    return found


def _file(where: str, path: Path, line: dict[str, Any]) -> Path:
    file = path.parent / str(line["file"])
    try:
        if file.is_file():
            return file
    except OSError as problem:
        raise BadInput(f"{where}: {line['file'][:80]!r} cannot be read: {problem.strerror}") from None
    raise BadInput(f"{where}: there is no file {line['file'][:200]!r} beside the manifest")


def _url(where: str, line: dict[str, Any]) -> str:
    try:
        return urls.normal(line["url"])
    except BadInput as problem:
        raise BadInput(f"{where}: {problem}") from None


def _checked(where: str, path: Path, line: dict[str, Any]) -> Callable[[], Capture]:
    file, url = _file(where, path, line), _url(where, line)
    try:
        at = text.parse_time(str(line.get("fetched_at") or ""))
    except ValueError:
        raise BadInput(f'{where}: "fetched_at" is not an ISO 8601 time: {line.get("fetched_at")!r}') from None
    status, headers = _status(where, line), _headers(where, line)

    def capture() -> Capture:
        return replace(page(file, url, at), status=status, headers=headers, origin=line["file"])

    return capture


def _status(where: str, line: dict[str, Any]) -> int:
    status = line.get("status")
    status = 200 if status is None else status
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise BadInput(f'{where}: "status" is not an HTTP status: {status!r}')
    return status


def _headers(where: str, line: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    headers = line.get("headers") or {}
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    if not isinstance(pairs, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise BadInput(f'{where}: "headers" is neither an object nor a list of pairs')
    return tuple((str(name), str(value)) for name, value in pairs)
