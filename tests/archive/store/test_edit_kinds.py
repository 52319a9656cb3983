"""What edits come to is stored when they are recorded, is what their texts give, and is made anew by other rules."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import Connection, delete, func, select, update

from archive import db
from archive.diff.summary import summarized
from archive.home import Home
from archive.models import EditKindRow, VersionRow
from archive.query import edit_kinds, passages
from archive.store.derived.anew import is_current, make_anew
from archive.store.derived.edit_kinds import EditKinds
from tests.archive.material import Material, in_groups, opened, reading, world
from tests.support import RunCli


def _shown(connection: Connection) -> dict[str, int]:
    """The texts that are shown of versions, by the end of their public ids."""
    return {
        row.digest.hex()[:12]: row.text_id for row in connection.execute(select(VersionRow.digest, VersionRow.text_id))
    }


def _agree(connection: Connection) -> int:
    """Whether each edit comes to what is stored of it; how many edits there are."""
    shown, count = _shown(connection), 0
    for edit in passages.edits(connection):
        pair = shown[edit.old.partition("@")[2]], shown[edit.new.partition("@")[2]]
        found = edit_kinds.stored(connection, {pair})
        # Its sentences are compared anew.
        assert list(found.values()) == [summarized(edit.sentences)]
        count += 1
    return count


def _rows(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(EditKindRow)).scalar_one()


@pytest.mark.parametrize("seed", range(3))
def test_what_is_recorded_in_any_order_is_what_edits_come_to(home: Home, seed: int) -> None:
    with opened(home) as archive:
        archive.run(*in_groups(world(home, seed), Random(seed)))
        with archive.engine.connect() as connection:
            assert _agree(connection)
        archive.content()


def _edited(home: Home) -> Material:
    material = Material(home)
    for n in range(5):
        material.page(60 * n, reading(f"The ministry counted {n} ships, and none had a name.", headline="Ships"))
    material.close()
    return material


def test_they_are_made_anew_where_the_rules_are_others(home: Home, run_cli: RunCli) -> None:
    with opened(home) as archive:
        archive.run(_edited(home).made)
        before = archive.content()
        with db.writing(archive.engine) as connection:
            assert _rows(connection) == 4
            connection.execute(update(EditKindRow).values(rules=0, kinds="cosmetic"))
            connection.execute(delete(EditKindRow).where(EditKindRow.after_id == 2))
        assert not is_current(archive.engine, EditKinds())
        with archive.engine.connect() as connection:
            assert edit_kinds.stored(connection, {(2, 3)}) == {}
        done = run_cli("upgrade")
        assert (done.code, "what edits come to is made anew" in done.stderr) == (0, True), done.stderr
        assert is_current(archive.engine, EditKinds())
        with archive.engine.connect() as connection:
            assert (_agree(connection), _rows(connection)) == (4, 4)
        assert archive.content() == before


def test_making_them_anew_goes_on_where_it_was_interrupted(home: Home) -> None:
    def stop(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with opened(home) as archive:
        archive.run(_edited(home).made)
        with db.writing(archive.engine) as connection:
            connection.execute(delete(EditKindRow))
        with pytest.raises(KeyboardInterrupt):
            make_anew(archive.engine, EditKinds(), stop, at_once=3)
        with archive.engine.connect() as connection:
            assert _rows(connection) == 2
        make_anew(archive.engine, EditKinds(), lambda _done, _total: None)
        with archive.engine.connect() as connection:
            assert _agree(connection) == 4


def test_a_row_that_was_changed_is_found(home: Home) -> None:
    with opened(home) as archive:
        archive.run(_edited(home).made)
        with db.writing(archive.engine) as connection:
            connection.execute(update(EditKindRow).where(EditKindRow.after_id == 3).values(added=99))
        with archive.engine.connect() as connection:
            found = list(EditKinds().unlike_in_all(connection))
    assert [one.where for one in found] == ["edit from text 2 to 3"]
