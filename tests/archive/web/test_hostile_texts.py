"""An archive whose texts are hostile: pages show them, and nothing of them becomes markup or turns reading round."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from archive.home import Home
from archive.records import Circumstances, Hop, Image, Reading, Removal
from tests.archive.material import Material, opened, reading
from tests.archive.web.serving import serving

_EVIL = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'`--><b>\u202eevil\u2066 {{7*7}}"
_PAGES = (
    *("/", "/search?q=evil", "/search?q=bridge", "/questions/edits", "/questions/matching?words=bridge"),
    *("/article/paper:1", "/compare/paper:1", "/compare/paper:1?view=sides", "/cite/paper:1", "/questions/furniture"),
    *("/search?q=%3Cscript%3E", "/at?url=https://x.test/%3Cscript%3E", "/article/%3Cscript%3E:1"),
)


def _filled(home: Home) -> None:
    """An article that says this in every field, and then something else beside it."""
    material = Material(home)

    def said(number: int) -> Reading:
        return reading(
            f"The bridge has {number} arches. {_EVIL}",
            "And a second paragraph, so that a page has a size.",
            headline=f"Bridge {_EVIL}",
            description=_EVIL,
            authors=(_EVIL,),
            images=(Image(_EVIL, _EVIL),),
            read_also=(_EVIL,),
            circumstances=Circumstances(language="en", section=_EVIL),
            removed=(Removal("advert", "advert", _EVIL),),
        )

    for n in (1, 2):
        hop = Hop(f"https://paper.test/s/1?{n}", 301, (("Location", "https://paper.test/1-title"),), _EVIL.encode())
        material.page(n * 60, said(n + 10), hops=(hop,))
    material.close()
    with opened(home) as archive:
        archive.run(material.made)


def test_hostile_texts_are_text(sqlite_home: Home) -> None:
    _filled(sqlite_home)
    with serving(sqlite_home) as served:
        for path in _PAGES:
            page = served.get(path).text
            tree = LexborHTMLParser(page)
            assert not tree.css("script, img, b, iframe"), path
            assert not any(name.startswith("on") for node in tree.css("*") for name in node.attributes), path
            assert "\u202e" not in page, path
            assert "{{7*7}}" in page or "7*7" not in page, path
