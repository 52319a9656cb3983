"""What is installed: one wheel with the three folders, their data, and the command."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support import REPOSITORY, environment


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """The wheel, built from this folder without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "-w", str(folder)]
    # pip's own warnings are not ours.
    env = environment(PYTHONWARNINGS="ignore")
    subprocess.run([sys.executable, "-m", "pip", *words, str(REPOSITORY)], check=True, env=env, timeout=300)
    (path,) = folder.glob("palimpsest-*.whl")
    return zipfile.Path(path)


def _names(wheel: zipfile.Path) -> set[str]:
    return set(wheel.root.namelist())


def test_the_rooms_are_inside(wheel: zipfile.Path) -> None:
    tops = {name.split("/")[0] for name in _names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"archive", "crawler", "migrations"}


@pytest.mark.parametrize("pattern", ["*.py", "*.toml", "*.html", "*.css", "py.typed"])
@pytest.mark.parametrize("room", ["archive", "crawler", "migrations"])
def test_every_file_is_inside(wheel: zipfile.Path, room: str, pattern: str) -> None:
    wanted = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / room).rglob(pattern)}
    assert wanted <= _names(wheel)


def test_what_it_cannot_do_without_is_inside(wheel: zipfile.Path) -> None:
    wanted = {"archive/py.typed", "crawler/py.typed", "crawler/extract/phrases/fr.toml", "crawler/extract/walls.toml"}
    assert wanted <= _names(wheel)
    assert "migrations/env.py" in _names(wheel)
    assert any(name.startswith("migrations/versions/0001") for name in _names(wheel))


def test_the_command_is_declared(wheel: zipfile.Path) -> None:
    (entry,) = (name for name in _names(wheel) if name.endswith("entry_points.txt"))
    assert "palimpsest = crawler.cli:main" in (wheel / entry).read_text()


def test_it_works_from_the_wheel_alone(wheel: zipfile.Path, tmp_path: Path) -> None:
    """Unpacked elsewhere it makes an archive: nothing is looked up in the repository."""
    with zipfile.ZipFile(str(wheel.root.filename)) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "page.html").write_text("<h1>Gone</h1>")
    script = "import sys; from crawler.cli import main; sys.exit(main())"
    words = ["ingest", str(tmp_path / "page.html"), "--url", "https://www.example.org/1"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=environment(PYTHONPATH=str(tmp_path / "site"), PALIMPSEST_HOME=str(tmp_path / "home")),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "home" / "archive.db").is_file()
