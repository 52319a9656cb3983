"""Each guarded line broken on purpose, one at a time, in a copy of the tree: the tests named for it must fail.

`python -m tests.mutants.run` runs them all (`make mutants`), `… WORD` those whose promise or file has the word. What is
broken, and by which test that is noticed, is data: the `.toml` files here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

__all__ = ["MUTANTS", "Mutant"]

REPOSITORY = Path(__file__).parents[2]
LONGEST = 300
"""Seconds after which tests that hang have noticed that something is wrong."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A promise, the file that keeps it, what is found in that exactly once and put in its place, and the tests (as
    pytest takes them) of which one must fail."""

    promise: str
    file: str
    find: str
    put: str
    tests: tuple[str, ...]

    def broken(self, text: str) -> str:
        """The file's text with the promise broken."""
        assert text.count(self.find) == 1, f"{self.file} does not hold exactly once: {self.find}"
        return text.replace(self.find, self.put)


def _listed() -> tuple[Mutant, ...]:
    files = sorted(Path(__file__).parent.glob("*.toml"))
    stated = [one for path in files for one in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]]
    return tuple(Mutant(**{**one, "tests": tuple(one["tests"])}) for one in stated)


MUTANTS = _listed()


@contextmanager
def _applied(mutant: Mutant, tree: Path) -> Iterator[None]:
    path = tree / mutant.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(mutant.broken(whole), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(whole, encoding="utf-8")


def _noticed(mutant: Mutant, tree: Path) -> str:
    """What is wrong with the tests of a mutant; empty where one of them fails, as it should."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutant.tests]
    # What was compiled of the file a second ago may have its time and its size.
    env = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode == 1 or done.returncode < 0:  # it failed, or was killed by what was broken
        return ""
    said = "SURVIVES" if done.returncode == 0 else f"its tests cannot be run:\n{done.stdout[-2000:]}"
    return f"{mutant.promise} ({mutant.file}): {said}"


def _copy(into: Path) -> Path:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (REPOSITORY / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, into / name)
    return into


def main() -> int:
    """Run the mutants; 1 where one survives."""
    wanted = [one for one in MUTANTS if all(word in f"{one.promise} {one.file}" for word in sys.argv[1:])]
    begun, processes = time.monotonic(), os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(processes) as pool:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(processes):
            trees.put(_copy(Path(folder, str(number))))

        def tried(mutant: Mutant) -> str:
            tree = trees.get()
            try:
                with _applied(mutant, tree):
                    said = _noticed(mutant, tree)
            finally:
                trees.put(tree)
            sys.stdout.write(said + "\n" if said else f"noticed: {mutant.promise}\n")
            sys.stdout.flush()
            return said

        left = [said for said in pool.map(tried, wanted) if said]
    noticed = len(wanted) - len(left)
    sys.stdout.write(f"{noticed} of {len(wanted)} noticed, {time.monotonic() - begun:.0f} s\n")
    return int(bool(left) or not wanted)


if __name__ == "__main__":
    sys.exit(main())
