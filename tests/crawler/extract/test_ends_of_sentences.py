"""A sentence is one whatever sign its script ends it with: it is no label, in whatever element it stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.records import Capture, Source
from crawler.extract.examine import examine
from crawler.outlets.registry import registry

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ur", "پولیس نے ٹیلی گرام چینل کے منتظم کو گرفتار کر لیا۔"),
        ("hi", "पुलिस ने चैनल के संचालक को गिरफ़्तार कर लिया।"),
        ("my", "ရဲက ချန်နယ်တာဝန်ခံကို ဖမ်းဆီးခဲ့သည်။"),
        ("km", "ប៉ូលីសបានចាប់ខ្លួនអ្នកគ្រប់គ្រងឆានែល។"),
        ("am", "ፖሊስ የቻናሉን አስተዳዳሪ በቁጥጥር ስር አዋለ።"),
    ],
)
def test_a_sentence_in_a_div_is_text(language: str, sentence: str) -> None:
    others = [f"<p>{year}: {sentence} {sentence}</p>" for year in range(2017, 2026)]
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>2026 — 15:00</title></head>
<body><main><h1>2026 — 15:00</h1><div>{"".join([*others[:5], f"<div>{sentence}</div>", *others[5:]])}</div></main>
</body></html>"""
    capture = Capture("https://www.example.org/news/a-b-c", AT, page.encode(), source=Source.GIVEN_PAGE)
    reading = examine(capture, registry().for_url(capture.url, AT))[1]
    assert reading is not None
    assert sentence in [block.text for block in reading.body]
