"""Where the text of an outlet's other articles stood is where that of the next one is looked for."""

from __future__ import annotations

from crawler.extract.general.walk import Walk
from crawler.outlets.learnt import Learnt

__all__ = ["leave_to_others"]

_SHARE = 0.2
"""Share of a page's sentences that stand where the text of other articles stood, from which on this one's does, too."""


def leave_to_others(walk: Walk, headline_at: int, learnt: Learnt) -> None:
    """Give what stands neither where the text of other articles stood nor between there and the headline a kind."""
    if not learnt.homes:
        return
    said = {at: piece for at, piece in enumerate(walk.pieces) if piece.says and not piece.kind}
    home = [at for at, piece in said.items() if (place := walk.place(piece)) and learnt.is_home(place)]
    if not home or sum(said[at].units for at in home) < _SHARE * sum(piece.units for piece in said.values()):
        return
    element = walk.pieces[home[0]].element
    while not walk.within(walk.pieces[home[-1]], element):
        element = walk.elements[element].parent
    for at, piece in enumerate(walk.pieces):
        if not piece.kind and not headline_at <= at < home[0] and not walk.within(piece, element):
            piece.kind = "navigation"
