"""What a page of a crawl costs, step by step, in the crawling process and in those that read.

Each step is a function that is wrapped: its processor time without that of the steps within it, by the thread's own
clock. What stands in no step is Scrapy's, or what hands pages from process to process. Wrapping costs some 2 µs a call.
"""

from __future__ import annotations

import importlib
import json
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache, partial, wraps
from pathlib import Path
from typing import Any

__all__ = ["READING", "install", "show", "took"]

# The file of the outlet, which the reading processes load, ends with this.
READING = """
import sys

sys.path.insert(0, {benchmarks!r})
import crawl_steps

crawl_steps.install("reading", {folder!r})
"""

_LAST = "around it"

_STEPS = {
    "crawling": (
        ("gate", "crawler.fetch.middlewares", "OffsiteMiddleware.process_request"),
        ("answer to capture", "crawler.spiders.outlet", "OutletSpider._answered"),
        ("next addresses", "crawler.spiders.outlet", "OutletSpider._ask"),
        ("arrival", "crawler.pipeline.steps", "Arrival.__call__"),
        ("look-ups", "archive.store.lookups", "Lookups._rows"),
        ("evidence", "crawler.pipeline.steps", "Evidence.__call__"),
        ("evidence", "archive.warc.write", "Writer.write"),
        ("evidence: gzip", "archive.warc.write", "compress"),
        ("to the readers and back", "crawler.pipeline.read_ahead", "ReadAhead.hurry"),
        ("identity", "crawler.pipeline.steps", "Identity.__call__"),
        ("to the writer", "crawler.pipeline.intake", "Intake.record"),
        ("links", "crawler.spiders.links", "LinkFollower.follow"),
        ("writer: sync", "archive.warc.write", "Writer.sync"),
        ("writer: rows", "archive.store.writer", "Store._recorded"),
        ("writer: what is known", "archive.store.intern", "Intern.prefetch"),
        ("writer: one article", "archive.store.entry", "Entrant.enter"),
        ("writer: rows of the group", "archive.store.batch", "Later.flush"),
        ("writer: the page's words", "archive.store.likeness", "unpack"),
        ("writer: copies", "archive.store.derived.copies", "_follow"),
        ("writer: begin, commit", "archive.store.writer", "Store.record"),
        ("writer: told", "crawler.pipeline.intake", "Intake._committed"),
    ),
    "reading": (
        (_LAST, "crawler.pipeline.executor", "read_one"),
        ("judge, read, strip", "crawler.pipeline.executor", "examine"),
        ("parse", "crawler.extract.examine", "load"),
        ("what the page shows", "crawler.extract.examine", "page_words"),
        ("as stored", "archive.store.texts", "content"),
        ("as stored: page words", "archive.store.texts", "page_words.pack"),
        ("as stored: tokens", "archive.store.texts", "index.written"),
        ("as stored: copies' keys", "archive.store.texts", "sketch.keys"),
        ("as stored: copies' keys", "archive.store.texts", "shingles.packed"),
        ("as stored: copies' keys", "archive.store.texts", "units.folded"),
    ),
}


class _Steps:
    """Seconds by step, added up over threads; `begun` is the processor time of the process at its first step."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.pid = os.getpid()
        self.begun = time.process_time()
        self._stacks: dict[int, list[str]] = defaultdict(list)
        self._marks: dict[int, float] = {}

    def turn(self, step: str | None) -> None:
        """A step begins in this thread, or (None) the one that runs ends."""
        thread, now = threading.get_ident(), time.thread_time()
        stack = self._stacks[thread]
        if stack:
            self.seconds[stack[-1]] += now - self._marks[thread]
        if step is None:
            stack.pop()
        else:
            stack.append(step)
        self._marks[thread] = now

    def told(self, rest: str) -> dict[str, float]:
        """Seconds by step, and the rest since the first one."""
        return {**self.seconds, rest: time.process_time() - self.begun - sum(self.seconds.values())}


_of: dict[int, _Steps] = {}
"""By process: a fork begins anew."""


def _running() -> _Steps:
    if os.getpid() not in _of:
        _of[os.getpid()] = _Steps()
    return _of[os.getpid()]


def _timed(step: str, function: Callable[..., Any], after: Callable[[], None]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        steps = _running()
        steps.turn(step)
        try:
            return function(*args, **kwargs)
        finally:
            steps.turn(None)
            after()

    return timed


@cache
def install(process: str, folder: str) -> None:
    """Wrap the steps of one kind of process; what readers took is kept in files of a folder."""
    for step, module, path in _STEPS[process]:
        *way, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for part in way:
            owner = getattr(owner, part)
        after = partial(_keep, folder) if step == _LAST else lambda: None
        setattr(owner, name, _timed(step, getattr(owner, name), after))


def _keep(folder: str) -> None:
    told = _running().told("between processes")
    Path(folder, f"steps-{os.getpid()}.json").write_text(json.dumps(told), encoding="utf-8")


def took(folder: Path) -> dict[str, dict[str, float]]:
    """What each kind of process took: seconds by step."""
    reading: Counter[str] = Counter()
    for file in folder.glob("steps-*.json"):
        if file.stem == f"steps-{os.getpid()}":
            continue  # Before the first fork, this process reads a page itself.
        reading.update(json.loads(file.read_text(encoding="utf-8")))
    return {"crawling": _running().told("Scrapy, and the end"), "reading": dict(reading)}


def show(took: dict[str, dict[str, float]], pages: int) -> None:
    """Print milliseconds a page by process and step."""
    for process, steps in took.items():
        print(f"\n{process}, from the first page on: {sum(steps.values()) / pages * 1e3:.2f} ms a page")
        for step, seconds in sorted(steps.items(), key=lambda one: -one[1]):
            print(f"  {step:28}{seconds / pages * 1e3:7.2f}")
