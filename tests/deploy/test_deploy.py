"""What `deploy/` holds is understood by what it is for, as far as that is here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from archive.home import SETTINGS
from tests.house.reference import COMMANDS
from tests.support import COMMAND, REPOSITORY

DEPLOY = REPOSITORY / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("palimpsest-*.*") if path.is_file())
INSTALLED = "/opt/palimpsest/bin/palimpsest"
_WORST = 20
"""Tenths of the exposure that `systemd-analyze security` may find: up to 2.0 it calls it good."""


def _analyze(*words: str, units: Path) -> str:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not here")
    env = {"SYSTEMD_UNIT_PATH": f"{units}:", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["systemd-analyze", *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with the command where it is here."""
    folder = tmp_path / "units"
    shutil.copytree(DEPLOY, folder)
    for path in folder.rglob("*.service"):
        path.write_text(path.read_text().replace(INSTALLED, str(COMMAND)))
    return folder


def test_systemd_understands_the_units(units: Path) -> None:
    assert _analyze("verify", *(str(units / name) for name in UNITS), units=units) == ""


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_may_do_little_beside_its_work(name: str, units: Path) -> None:
    _analyze("security", "--offline=true", f"--threshold={_WORST}", str(units / name), units=units)


def test_what_is_called_is_there() -> None:
    said = "\n".join(path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file())
    called = re.findall(rf"{INSTALLED} ([a-z]+)((?: --[a-z]+)*)", said)
    assert called
    for name, options in called:
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert set(options.split()) <= known, name
    named = set(re.findall(r"\b(PALIMPSEST_[A-Z_]+|DATABASE_URL)\b", said))
    assert named <= set(SETTINGS)


def test_the_services_of_containers_are_sealed_and_stop_in_time() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for name in ("crawl", "worker"):
        service = told["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert (REPOSITORY / "deploy" / service["build"]["context"]).resolve() == REPOSITORY
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve().is_file()
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(told["volumes"])
    assert re.search(r"^USER 10001", image, re.MULTILINE), "nobody is root"


@pytest.mark.parametrize("line", [one for one in (DEPLOY / "crontab").read_text().splitlines() if "/opt/" in one])
def test_cron_understands_the_table(line: str) -> None:
    *times, command = line.split(None, 5)
    assert all(re.fullmatch(r"\*|\d+", time) for time in times)
    assert "%" not in command, "cron ends a command there"
