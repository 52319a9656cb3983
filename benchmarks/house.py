"""The house in figures: rooms and who imports whom, sizes, and how many modules a page passes through.

    python benchmarks/house.py [CHECKOUT...] [--python PYTHON] [--quick]

One column a checkout, so that before and after stand side by side. A box is a package or a loose module right below
`crawler/` or `archive/`, an arrow an import from one box to another, wherever in a file it stands; floors are the
longest way down. A module is entered where a function of it runs, imports apart, in whichever process. What an addition
touches is counted as the files in which one that is there is named, pages made from the code and cases apart. --quick
runs nothing and counts no tests.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

PACKAGES = ("crawler", "archive")

_HOOK = """
import os, sys, threading

_ROOT, _SEEN, _INTO = os.environ["HOUSE_ROOT"] + os.sep, set(), os.environ["HOUSE_INTO"]


def _importing(frame):
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_code.co_filename.startswith(_ROOT):
            return True
        frame = frame.f_back
    return False


def _entered(frame, event, _):
    name = frame.f_code.co_filename
    # Bodies of modules and classes are no functions.
    if event == "call" and name not in _SEEN and name.startswith(_ROOT) and frame.f_code.co_flags & 1:
        if not _importing(frame):
            _SEEN.add(name)
            with open(_INTO, "a") as file:
                file.write(name[len(_ROOT):] + "\\n")


threading.setprofile(_entered)
sys.setprofile(_entered)
"""

_COMMAND = "import sys; from crawler.cli import main; sys.exit(main())"

_SITE = """
import sys
from pathlib import Path
from crawler.demo.outlets import install
from crawler.demo.site import DemoSite
with DemoSite(step=0) as site:
    install(Path(sys.argv[1]), site.port)
    print("ready", flush=True)
    sys.stdin.read()
"""

_PAGE = """<!doctype html><html lang="en"><head><title>Bridge reopens after repairs</title></head>
<body><article><h1>Bridge reopens after repairs</h1>
<p>The bridge over the river reopened on Monday after 14 months of repairs, the ministry said.</p>
<p>Repairs cost 12 million, the ministry added, and traffic returned to normal by noon.</p></article></body></html>
"""

NAMED = {
    "an outlet": r"\bkommersant\b",
    "a question": r"\bfirst[-_]of[-_]story\b",
    "a derived table": r"\bPictureRow\b|(table\(|^ +)\"picture\"|`picture`",
    "a command": r"\bpalimpsest cite\b|[a-z]\.cite,|\bdef cite\b|\"cite\"",
}
"""One of each, and how it is named in the files that an addition of its kind touches."""


@dataclass(frozen=True)
class House:
    """A checkout, and the Python its programs run with."""

    root: Path
    python: str

    def files(self, *folders: str) -> list[Path]:
        """Its Python files in these folders."""
        return [path for folder in folders for path in sorted((self.root / folder).rglob("*.py"))]

    @cached_property
    def modules(self) -> dict[str, ast.Module]:
        """Every module of the packages, parsed, by its name."""
        return {self._name(path): ast.parse(path.read_bytes()) for path in self.files(*PACKAGES)}

    def _name(self, path: Path) -> str:
        return ".".join(path.relative_to(self.root).with_suffix("").parts).removesuffix(".__init__")

    @cached_property
    def lines(self) -> list[int]:
        """Lines of each file of the packages."""
        return [len(path.read_bytes().splitlines()) for path in self.files(*PACKAGES)]

    @cached_property
    def functions(self) -> list[int]:
        """Lines of each function of the packages."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        nodes = [node for tree in self.modules.values() for node in ast.walk(tree)]
        return [(node.end_lineno or 0) - node.lineno + 1 for node in nodes if isinstance(node, kinds)]


# --- boxes and arrows -------------------------------------------------------------------------------------------------


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _box(name: str) -> str:
    return ".".join(name.split(".")[:2])


def _boxes(house: House, package: str) -> dict[str, set[str]]:
    """Each box of a package, and those it imports."""
    inside = {name: tree for name, tree in house.modules.items() if name.startswith(f"{package}.")}
    found: dict[str, set[str]] = {_box(name): set() for name in inside}
    for name, tree in inside.items():
        found[_box(name)] |= {_box(other) for other in _imports(tree)} & set(found) - {_box(name)}
    return found


def _reached(boxes: dict[str, set[str]], box: str) -> set[str]:
    found: set[str] = set()
    waiting = [box]
    while waiting:
        for other in boxes[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


def _circles(boxes: dict[str, set[str]]) -> int:
    """How many boxes can be reached from themselves."""
    return sum(box in _reached(boxes, box) for box in boxes)


def _floors(boxes: dict[str, set[str]]) -> int:
    """The longest way down; boxes in a circle stand on one floor."""
    reached = {box: _reached(boxes, box) for box in boxes}

    def floor(box: str) -> int:
        below = [other for other in boxes[box] | reached[box] if box not in reached[other]]
        return 1 + max(map(floors.__getitem__, below), default=0)

    floors: dict[str, int] = {}
    for box in sorted(boxes, key=lambda box: len(reached[box] - {other for other in boxes if box in reached[other]})):
        floors[box] = floor(box)
    return max(floors.values())


# --- the way of a page ------------------------------------------------------------------------------------------------


def _entered(house: House, home: Path, *words: str) -> str:
    """How many modules a command enters, and of which packages."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
        into = Path(folder) / "entered"
        env = os.environ | {"HOUSE_ROOT": str(house.root), "HOUSE_INTO": str(into), "PALIMPSEST_HOME": str(home)}
        env["PYTHONPATH"] = f"{folder}{os.pathsep}{house.root}"
        command = [house.python, "-c", _COMMAND, *words]
        subprocess.run(command, env=env, cwd=folder, check=True, capture_output=True)
        names = {name for name in into.read_text(encoding="utf-8").split() if name.startswith(PACKAGES)}
    return f"{len(names)} ({sum(name.startswith('crawler') for name in names)} of crawler)"


def _saved(house: House) -> str:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(_PAGE, encoding="utf-8")
        return _entered(house, Path(folder) / "home", "ingest", str(page), "--url", "https://www.example.org/news/a")


def _live(house: House) -> str:
    settings = ("PALIMPSEST_LOOPBACK=1", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "LOG_LEVEL=ERROR")
    options = [word for setting in settings for word in ("--setting", setting)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        command = [house.python, "-c", _SITE, str(home / "outlets")]
        env = os.environ | {"PYTHONPATH": str(house.root)}
        with subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as site:
            assert site.stdin is not None
            assert site.stdout is not None
            assert site.stdout.readline() == "ready\n"
            try:
                return _entered(house, home, *options, "crawl", "demo-ar", "--limit", "1")
            finally:
                site.stdin.close()


def _tests(house: House) -> str:
    words = [house.python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    env = os.environ | {"PYTHONPATH": str(house.root)}
    done = subprocess.run(words, cwd=house.root, env=env, capture_output=True, text=True, check=False)
    found = re.search(r"^(\d+) tests collected", done.stdout, re.MULTILINE)
    return found[1] if found else "not collected"


# --- the table --------------------------------------------------------------------------------------------------------


def _touched(house: House, pattern: str) -> str:
    folders = ("crawler", "archive", "migrations", "tests", "docs")
    paths = [path for folder in folders for path in sorted((house.root / folder).rglob("*"))]
    paths = [path for path in paths if path.suffix in {".py", ".md", ".json", ".toml"} and path.is_file()]
    apart = re.compile(r"tests/outlets/|docs/(commands|settings|questions|codebook|rooms)\.md|tests/upgrade/")
    named = [
        path.relative_to(house.root).as_posix()
        for path in (*paths, house.root / "README.md")
        if re.search(pattern, f"{path.stem}\n{path.read_text(encoding='utf-8')}", re.MULTILINE)
    ]
    return str(len([name for name in named if not apart.search(name)]))


def _drawn(package: str) -> Callable[[House], str]:
    def said(house: House) -> str:
        boxes = _boxes(house, package)
        loose = sum((house.root / f"{box.replace('.', '/')}.py").is_file() for box in boxes)
        arrows = sum(map(len, boxes.values()))
        return f"{len(boxes)} ({loose} loose), {arrows}, {_floors(boxes)}, {_circles(boxes)}"

    return said


def _sizes(house: House) -> str:
    lengths = house.functions
    return f"{median(lengths):.0f} / {quantiles(lengths, n=10)[-1]:.0f} / {max(lengths)}"


def _over(count: Callable[[House], list[int]], *limits: int) -> Callable[[House], str]:
    return lambda house: " / ".join(str(sum(one > limit for one in count(house))) for limit in limits)


def _total(*folders: str) -> Callable[[House], str]:
    return lambda house: f"{sum(len(path.read_bytes().splitlines()) for path in house.files(*folders)):,}"


FIGURES: dict[str, Callable[[House], str]] = {
    **{f"{package}: boxes, arrows, floors, boxes in circles": _drawn(package) for package in PACKAGES},
    "files": lambda house: str(len(house.lines)),
    "files over 300 / 400 lines": _over(lambda house: house.lines, 300, 400),
    "lines of functions: median / p90 / max": _sizes,
    "functions over 30 / 50 lines": _over(lambda house: house.functions, 30, 50),
    "lines of crawler and archive": _total(*PACKAGES),
    "lines of migrations": _total("migrations"),
    "lines of tests": _total("tests"),
    **{f"files in which {what} is named": lambda house, how=how: _touched(house, how) for what, how in NAMED.items()},
}
SLOW: dict[str, Callable[[House], str]] = {
    "modules a saved page enters": _saved,
    "modules a live page enters": _live,
    "tests": _tests,
}


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("checkouts", nargs="*", type=Path, default=[Path(__file__).parent.parent])
    options.add_argument("--python", default=sys.executable)
    options.add_argument("--quick", action="store_true")
    given = options.parse_args()
    houses = [House(path.resolve(), given.python) for path in given.checkouts]
    print(f"{'':50}", *(f"{house.root.name:>28}" for house in houses))
    for name, figure in (FIGURES if given.quick else FIGURES | SLOW).items():
        print(f"{name:50}", *(f"{figure(house):>28}" for house in houses), flush=True)


if __name__ == "__main__":
    main()
