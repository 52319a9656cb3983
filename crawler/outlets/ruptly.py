"""Ruptly, the video agency of RT's house: what stands beside a film is a text of its own, with the list of shots. Of
its markup nothing is known, so that the general reader reads it."""

from crawler.outlets.base import Domain, Outlet
from crawler.outlets.find import Listing

ruptly = Outlet(
    name="ruptly",
    family="ruptly",
    title="Ruptly",
    domains=(Domain("ruptly.tv"), Domain("ruptly.video")),
    country="RU",
    languages=("en", "ru", "es", "ar", "de"),
    timezone="UTC",
    charset="utf-8",
    controlled_by="ANO TV-Novosti",
    monitor="SC",
    daily=100,
    access="banned in the European Union since March 2022; pages before 2022 stand at other addresses (/vod/)",
    # /en/videos/20220112-020-Japan-Slug-of-it; the number is that of a day.
    article=r"/\w\w/videos/(?P<id>\d{8}-\d{3})(?=-|/|$)",
    general=True,
    find=(Listing("https://www.ruptly.tv/en"),),  # no feed is known
)
