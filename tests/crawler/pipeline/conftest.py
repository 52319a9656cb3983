"""Fixtures of the tests of what is taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawler.pipeline.saved import Folder


@pytest.fixture
def saved(tmp_path: Path) -> Folder:
    """An empty folder to save pages in."""
    (tmp_path / "saved").mkdir()
    return Folder(tmp_path / "saved")
