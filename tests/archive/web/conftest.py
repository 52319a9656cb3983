"""The archive of the questions, served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.home import Home
from tests.archive.web.serving import Served, serving


@pytest.fixture(scope="session")
def served(example: Home) -> Iterator[Served]:
    with serving(example) as made:
        yield made
