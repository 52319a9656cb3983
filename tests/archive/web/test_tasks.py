"""What people come for, done as they do it: from the front page on by links and forms, without any script."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from archive.home import Home
from tests.archive.material import THOROUGH, Material, opened, reading
from tests.archive.web.serving import Served, serving
from tests.support import palimpsest

pytestmark = pytest.mark.parametrize("example", ["sqlite"], indirect=True)


@pytest.fixture(params=[False, True] if THOROUGH else [False], ids=lambda scripts: f"scripts {scripts}")
def reader(request: pytest.FixtureRequest, chromium: Browser, served: Served) -> Iterator[Page]:
    """A reader at the front page; pages have no script, so that one whose browser would run some sees the same."""
    context = chromium.new_context(java_script_enabled=request.param, accept_downloads=True)
    page = context.new_page()
    page.goto(served.base)
    yield page
    context.close()


def _printed(page: Page) -> str:
    """What stands on the page as a PDF, on paper of the usual size."""
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def _search(page: Page, words: str) -> None:
    page.get_by_label("Search the words of every version").fill(words)
    page.get_by_role("button", name="Search").click()


def test_a_silent_edit_about_a_topic_is_found_and_its_address_can_be_sent(reader: Page, chromium: Browser) -> None:
    reader.click("text=All edits")
    reader.fill("[name=words]", "late")
    reader.select_option("[name=silent]", "yes")
    reader.get_by_role("button", name="Ask").click()
    reader.click("table a:has-text('compare')")
    assert "opens late" in reader.inner_text("main")
    elsewhere = chromium.new_page()
    elsewhere.goto(reader.url)
    assert elsewhere.inner_text("h1") == reader.inner_text("h1")
    elsewhere.close()


def test_two_versions_are_compared_and_printed(reader: Page) -> None:
    reader.click("nav >> text=Edits")
    reader.click("table a:has-text('compare') >> nth=0")
    reader.click("text=side by side")
    assert reader.locator("table.sides").count()
    reader.emulate_media(media="print")
    assert not reader.locator("header").is_visible()
    assert reader.locator("ins").first.is_visible()
    said = _printed(reader)
    # What a report needs is on paper; what only a screen needs is not.
    facts = ("Changed: ", "look at the new text", "payload sha256", "cited as", "This address stays: /compare/")
    assert [each for each in facts if each not in said] == []
    assert [each for each in ("All questions", "Keep this page", "side by side") if each in said] == []


def test_what_vanished_is_found_with_its_evidence(reader: Page) -> None:
    reader.click("nav >> text=Deletions")
    row = reader.locator("table.rows tbody tr", has_text="volna-en:3").first
    row.locator("summary").click()
    row.locator("a[href^='/look/']").first.click()
    assert reader.inner_text("h1") == "The page as it was"
    assert "warc/" in reader.inner_text("main")


def test_an_outlet_is_followed(reader: Page, served: Served) -> None:
    reader.click("caption:has-text('each outlet') ~ tbody a:has-text('volna-en')")
    address = reader.locator("footer a:has-text('follow')").get_attribute("href")
    feed = served.get(str(address))
    assert "outlet=volna-en" in str(address)
    assert (feed.status, b"<entry>" in feed.body) == (200, True)


def test_a_sceptic_is_shown_where_the_bytes_are(reader: Page) -> None:
    _search(reader, "harbour")
    reader.click("ul.hits a >> nth=0")
    reader.click("summary:has-text('Where the bytes are')")
    facts = reader.inner_text("details:has-text('Where the bytes are')")
    assert "warc/" in facts
    assert "sha256" in facts
    reader.click("text=Cite it")
    assert "sha256" in reader.inner_text("main").lower()


def test_a_search_is_taken_along(reader: Page) -> None:
    _search(reader, "bridge")
    with reader.expect_download() as waited:
        reader.click("main >> text=CSV")
    assert waited.value.path().read_text("utf-8").count("\n") > 1


def test_what_is_not_held_is_told_from_what_is_not_there(reader: Page) -> None:
    _search(reader, "zeppelin")
    assert "No hits" in reader.inner_text("main")
    reader.click("nav >> text=Gaps")
    assert "When nobody looked" in reader.inner_text("h1")


def test_a_page_is_read_as_it_was(reader: Page) -> None:
    _search(reader, "harbour")
    reader.click("ul.hits a >> nth=0")
    reader.click("text=The page as it was")
    assert reader.inner_text("h1") == "The page as it was"
    assert reader.locator("iframe").count() == 1
    assert "harbour" in reader.inner_text("main section:has(h2:text-is('What was read of it'))")


def _judged(coder: Page, name: str, verdicts: list[str]) -> str:
    """Say who one is, and judge a sheet to its end."""
    coder.click("footer >> text=Say who you are")
    coder.fill("[name=name]", name)
    coder.get_by_role("button", name="That is me").click()
    coder.click("nav >> text=Judge")
    if coder.get_by_role("link", name="by two").count() == 0:
        coder.fill("[name=name]", "by two")
        coder.get_by_role("button", name="Draw it").click()
    else:
        coder.get_by_role("link", name="by two").click()
    many = int(re.findall(r"(\d+) claims", coder.inner_text("main"))[0])
    coder.click("main a:has-text('Begin')")
    for n in range(many):
        coder.get_by_label(verdicts[n % len(verdicts)], exact=True).check()
        coder.get_by_role("button", name="Next").click()
    assert f"You have judged {many}" in coder.inner_text("main")
    return coder.inner_text("main")


def test_ten_samples_are_judged_by_two_who_do_not_know_of_each_other(
    reader: Page, chromium: Browser, served: Served, example: Home, tmp_path: Path
) -> None:
    first = _judged(reader, "Ann", ["right"])
    assert "Who judges" in first
    assert "agree" not in first.partition("All is judged")[0]
    other = chromium.new_context(java_script_enabled=False, accept_downloads=True).new_page()
    other.goto(served.base)
    told = _judged(other, "Bob", ["right", "wrong"])
    assert "How far Ann and Bob agree" in told
    assert "Where Ann and Bob differ" in told
    # Nobody else is told what both said.
    assert "How far" not in served.get("/sheets/by%20two").text
    sheets: list[Path] = []
    for page in (reader, other):
        page.goto(f"{served.base}/sheets/by%20two")
        with page.expect_download() as waited:
            page.click("main >> text=Your judgements as CSV")
        sheets.append(Path(waited.value.path()).rename(tmp_path / f"{len(sheets)}.csv"))
    # What the page says, the command says of both sheets.
    said = palimpsest("audit", "--read", sheets[0], "--second", sheets[1], "--json", home=example)
    found = [json.loads(line) for line in said.stdout.splitlines()]
    shown = other.request.get(f"{served.base}/sheets/by%20two.json").json()
    assert shown["agreement"][0]["classes"] == found
    other.context.close()
    example.desk.unlink()


def test_arabic_and_chinese_are_compared_in_their_own_direction(
    chromium: Browser, sqlite_home: Home, example: Home
) -> None:
    del example
    texts = {
        "ar": "أعلنت الوزارة أن الجسر أغلق يوم الاثنين بعد {} شهرا.",
        "zh": "交通部宣布，大桥于星期一关闭，维修费用为{}元。",
    }
    made = Material(sqlite_home)
    for code, said in texts.items():
        for minute, number in ((0, 24), (60, 37)):
            made.page(minute, reading(said.format(number), headline=said[:20]), code)
    made.close()
    with opened(sqlite_home) as archive:
        archive.run(made.made)
    page = chromium.new_page(java_script_enabled=False)
    with serving(sqlite_home) as served:
        for code, direction in (("ar", "rtl"), ("zh", "ltr")):
            page.goto(f"{served.base}/compare/paper:{code}")
            words = page.locator("td.words:has(ins)").first
            assert words.evaluate("one => getComputedStyle(one).direction") == direction
            assert words.locator("del").count() == words.locator("ins").count() == 1
    page.close()
