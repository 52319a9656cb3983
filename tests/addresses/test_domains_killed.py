"""A change of an outlet's domains that was stopped on its way goes on when the same is said again."""

from __future__ import annotations

import pytest

from archive import clock
from archive.home import Home
from archive.records import Domain
from crawler.pipeline import domains
from tests.addresses.test_domains import MIRROR, _articles, _told, mirrored
from tests.archive.material import THOROUGH
from tests.support import RunCli, sound

__all__ = ["mirrored"]  # a fixture


class _Killed(BaseException):
    pass


def _stopped(monkeypatch: pytest.MonkeyPatch, home: Home, added: bool) -> None:
    def killed(*_words: object) -> None:
        raise _Killed

    mirror = Domain("vale-post-mirror.example", mirror=True)
    with monkeypatch.context() as patched:
        patched.setattr(domains._Moving, "_move", killed)
        with pytest.raises(_Killed):
            domains.change_domain(home, "vale-post.example", mirror, clock.now, print, added=added)


def test_stopped_before_the_first_look_was_moved_it_goes_on(mirrored: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before, history = _articles(mirrored), _told(mirrored, "history", f"{MIRROR}/news/41-orchard")
    for added, does in ((True, "add-domain"), (False, "remove-domain")):
        _stopped(monkeypatch, mirrored, added)
        _told(mirrored, "outlets", does, "vale-post.example", MIRROR)
        assert _articles(mirrored) == ({"vale-post.example": 2} if added else before)
        sound(mirrored)
    assert _told(mirrored, "history", f"{MIRROR}/news/41-orchard") == history


def test_killed_behind_each_look_it_is_sound_and_goes_on(mirrored: Home, run_cli: RunCli) -> None:
    if "postgresql" in mirrored.database_url and not THOROUGH:
        pytest.skip("`make prove` kills it on PostgreSQL, too")
    before, kills = _articles(mirrored), 0
    for does, then in (("add-domain", {"vale-post.example": 2}), ("remove-domain", before)):
        while run_cli("outlets", does, "vale-post.example", MIRROR, env={"FAILPOINT": "rows-committed:kill"}).code:
            kills += 1
            sound(mirrored)
        assert _articles(mirrored) == then
    assert kills == 8, "once for each look, there and back"
