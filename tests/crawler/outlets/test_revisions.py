"""A change of what shapes a reading changes its revision, and nothing else does."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.outlets import revisions
from crawler.outlets.revisions import covered, file_digest, is_machinery, revision, syntax
from tests.support import REPOSITORY


@pytest.fixture
def anew() -> Iterator[None]:
    """Revisions are computed again before and after a test that changes what they are computed from."""
    caches = (revisions.file_digest, revisions._common, revisions._general, revisions._phrases, revisions.revision)
    for one in caches:
        one.cache_clear()
    yield
    for one in caches:
        one.cache_clear()


def _loaded_by_the_reader() -> set[Path]:
    """Files of ours that a process holds which has read pages, described and not, and a bare text."""
    ask = (
        "import sys, crawler.extract.layout as layout; "
        "print(*(one.__file__ for name, one in sys.modules.items() if name.split('.')[0] in ('archive', 'crawler')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=True
    )
    return {Path(one) for one in done.stdout.split()}


def test_every_module_the_reader_uses_is_covered() -> None:
    empty = {REPOSITORY / package / "__init__.py" for package in ("archive", "crawler")}
    known = {*covered(), *covered(general=True), *empty}
    assert _loaded_by_the_reader() - known == set()


def test_no_module_of_the_reading_rooms_is_left_out() -> None:
    rooms = [path for room in ("parse", "extract") for path in (REPOSITORY / "crawler" / room).rglob("*.py")]
    assert set(rooms) - {*covered(), *covered(general=True)} == set()


def test_every_file_of_outlets_is_machinery_or_defines_outlets() -> None:
    for path in (REPOSITORY / "crawler" / "outlets").glob("*.py"):
        names = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        defines = bool(names & {"Outlet", "replace"}) or "Outlet" in path.read_text(encoding="utf-8")
        assert is_machinery(path) or defines, f"{path.name} is neither"


@pytest.mark.parametrize("general", [False, True])
def test_a_changed_line_of_any_covered_module_changes_the_revision(
    general: bool, anew: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "generic" if general else "2017"
    before = revision(name, "source", ("fr",))
    real = file_digest
    for changed in covered(general=general):
        for cache in (revisions._common, revisions._general, revisions.revision):
            cache.cache_clear()
        monkeypatch.setattr(revisions, "file_digest", lambda path, it=changed: real(path) + ("x" if path == it else ""))
        assert revision(name, "source", ("fr",)) != before, changed


def test_a_comment_changes_no_revision_and_a_value_does(tmp_path: Path) -> None:
    source = 'def short(text):\n    """Say."""\n    return len(text) < 30\n'
    commented = '# why\n\ndef short(text):\n    """Say it."""\n    return len(text) < 30  # few\n'
    assert syntax(source) == syntax(commented)
    assert syntax(source) != syntax(source.replace("30", "31"))
    rules = tmp_path / "rules.toml"
    rules.write_text('a = "b"\n', encoding="utf-8")
    commented_rules = tmp_path / "commented.toml"
    commented_rules.write_text('# why\na = "b"\n', encoding="utf-8")
    assert file_digest(rules) == file_digest(commented_rules)


def test_the_syntax_of_a_module_is_told_alike_by_every_python() -> None:
    """Pinned: another Python must not call a whole archive stale."""
    assert syntax("x = (1, 'a')\n") == (
        "(Module body=(Assign targets=(Name id='x') value=(Tuple elts=(Constant value=1)(Constant value='a'))))"
    )
