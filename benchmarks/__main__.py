"""All benchmarks of cost at small size, one after the other, in under three minutes: `make bench`.

    python -m benchmarks [--only NAME] [--minutes 3]

Each measures its floor in the same run, beside which its own figures say something on any machine: bare Scrapy beside
the crawl, the parse of a page beside what is done with it, Python alone beside the start of a command, a page that asks
nothing beside those that do. One that lacks a tool says so, and the next one goes on; so it is with one that fails or
does not end in time, but then this ends with 1. Sizes that mean something stand in docs/performance.md.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is run (a file of this folder, with words), and what its figures stand beside."""

    command: str
    floor: str

    @property
    def name(self) -> str:
        """The file, without its ending."""
        return self.command.partition(" ")[0]


ALL = (
    Benchmark("startup --times 1 status edits history", "Python alone, and typer"),
    Benchmark("crawl --pages 150 --rounds 1", "the server asked without a crawler, and bare Scrapy"),
    Benchmark("ingest --captures 100 --sqlite", "the parse of the same pages"),
    Benchmark("questions --versions 1000 --database sqlite --rounds 2", "one row by its key"),
    Benchmark("searches --versions 1000 --database sqlite --rounds 3", "a rare word"),
    Benchmark("serve --versions 1000 --database sqlite --seconds 12", "a page that asks nothing"),
    Benchmark("glance --captures 10000", "to count the captures of each outlet"),
    Benchmark("copies --texts 300 --only-sqlite", "datasketch and rensa, in memory"),
)

_LACKS = re.compile(r"(?:ModuleNotFoundError: No module named|not installed) '?([\w.]+)'?")


def _run(one: Benchmark, seconds: float) -> tuple[str, str]:
    """What it said, and how it ended: empty where well."""
    name, *words = one.command.split(" ")
    command = [sys.executable, str(_HERE / f"{name}.py"), *words]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=max(1, seconds))
    except subprocess.TimeoutExpired:
        return "", "not done in time"
    if done.returncode == 0:
        return done.stdout, ""
    lacking = _LACKS.search(done.stderr)
    if lacking:
        return done.stdout, f"lacks {lacking[1]}: pip install -e '.[test,benchmark]' -c constraints.txt"
    last = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
    return done.stdout, f"failed, exit code {done.returncode}: {last}"


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Run them; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="one of " + ", ".join(one.name for one in ALL))
    parser.add_argument("--minutes", type=float, default=3, help="no benchmark is begun after that")
    options = parser.parse_args()
    began, failed = time.monotonic(), False
    for one in ALL:
        if options.only not in {"", one.name}:
            continue
        left, used = 60 * options.minutes - (time.monotonic() - began), _processor()
        said, problem = _run(one, left) if left > 0 else ("", "not begun in time")
        failed |= bool(problem) and not problem.startswith("lacks")
        print(f"\n## {one.command}\n   {_processor() - used:.1f} s of processor time; its floor: {one.floor}")
        print(said.strip() or "   nothing")
        if problem:
            print(f"   {problem}")
        sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
