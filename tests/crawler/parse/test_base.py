"""Addresses on a page are relative to its `<base>`, where it has one: canonical, links, pictures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

URL = "https://www.lindal-courier.example/fr/news/ferry-41?from=front"


def _page(base: str) -> bytes:
    text = "".join(f"<p>The ferry of Lindal sails for the {number}th time, said the port.</p>" for number in range(5))
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry sails</title>{base}
<link rel="canonical" href="fr/news/ferry-41"><link rel="amphtml" href="amp/ferry-41"></head><body><article>
<h1>Ferry sails</h1>{text}<figure><img src="pictures/ferry.jpg"><figcaption>The ferry at sea.</figcaption></figure>
<p>More is told in <a href="fr/news/quay-40">our story on the quay</a>, which came a week ago.</p></article>
</body></html>""".encode()


@pytest.mark.parametrize(
    ("base", "root"),
    [
        ('<base href="https://www.lindal-courier.example/">', "https://www.lindal-courier.example/"),
        ('<base href="/">', "https://www.lindal-courier.example/"),
        (
            '<base target="_blank"><base href="//cdn.lindal-courier.example/x/y">',
            "https://cdn.lindal-courier.example/x/",
        ),
        ('<base href="javascript:void(0)">', "https://www.lindal-courier.example/fr/news/"),
        ("", "https://www.lindal-courier.example/fr/news/"),
    ],
)
def test_addresses_are_relative_to_the_base(base: str, root: str) -> None:
    capture = Capture(URL, datetime(2026, 3, 1, tzinfo=UTC), _page(base), source=Source.GIVEN_PAGE)
    judgement, reading = examine(capture, registry().for_url(URL, capture.fetched_at))
    assert reading is not None, judgement
    found = reading.circumstances
    assert found.canonical == root + "fr/news/ferry-41"
    assert found.alternates == (root + "amp/ferry-41",)
    assert root + "fr/news/quay-40" in found.links
    assert [address for address, _ in found.images] == [root + "pictures/ferry.jpg"]
