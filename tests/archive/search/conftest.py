"""An archive of invented news, made once for all tests of a file that ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.home import Home
from archive.records import Circumstances
from tests.archive.material import Archive, Material, opened, reading
from tests.archive.search.texts import TEXTS, language


@pytest.fixture(scope="module")
def archive(module_home: Home) -> Iterator[Archive]:
    """The news of `texts`, on either database; nobody writes to it."""
    material = Material(module_home)
    for name, (headline, lead, body, by) in TEXTS.items():
        said = reading(
            body,
            headline=headline,
            description=lead,
            authors=(by,) if by else (),
            circumstances=Circumstances(language=language(name)),
        )
        material.page(0, said, name)
    material.close()
    with opened(module_home) as made:
        made.run(material.made)
        yield made
