"""Two versions side by side on one page that can be handed on: HTML or Markdown, complete in itself. Pure.

The HTML loads nothing and runs nothing, in any browser, from any disk. Each paragraph is set in the direction of its
own script. Everything foreign passes `_text`, the one place where it is made safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from archive import text as same
from archive.diff import Change, Mark, Paragraph, Piece
from archive.fields import LABELS

__all__ = ["Sheet", "Side", "as_html", "as_markdown", "label", "set_apart"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions: its public id and number, when it was first and last seen, where its bytes are, and its
    citation in plain text."""

    version: str
    number: int | None
    first_seen: datetime
    last_seen: datetime
    capture: str
    source: str
    revision: str
    warc_file: str
    warc_offset: int
    warc_length: int
    payload_digest: str
    citation: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown: the article, the fields that changed, the aligned paragraphs, both versions, the interval in which
    the change was made (`not_before` is None where the new version was seen before the old), and as of when."""

    article: str
    url: str
    headline: str
    language: str
    changed: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    old: Side
    new: Side
    not_before: datetime | None
    not_after: datetime
    as_of: datetime


def _when(moment: datetime | None) -> str:
    return "-" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _changed(sheet: Sheet) -> str:
    return ", ".join(LABELS[name].lower() for name in sheet.changed) or "nothing"


def _interval(sheet: Sheet) -> str:
    by = f"by {_when(sheet.not_after)} (first look at the new text)"
    return f"after {_when(sheet.not_before)} (last look at the old text), {by}" if sheet.not_before else by


def _facts(side: Side) -> Iterator[tuple[str, str]]:
    yield "version", f"{side.version} (number {side.number or 'none: held'})"
    yield "seen", f"{_when(side.first_seen)} to {_when(side.last_seen)}"
    yield "capture", f"{side.capture} ({side.source})"
    yield "bytes", f"warc/{side.warc_file} at {side.warc_offset}, {side.warc_length} bytes"
    yield "payload sha256", side.payload_digest
    yield "read by", side.revision
    yield "cited as", side.citation


_NAMED = {
    "ar": ("العنوان", "المقدمة", "النص", "بقلم", "تاريخ النشر", "تعليقات الصور", "مصادر الصور"),
    "de": ("Überschrift", "Vorspann", "Text", "Von", "Veröffentlicht", "Bildunterschriften", "Bildnachweise"),
    "es": ("Titular", "Entradilla", "Texto", "Por", "Publicado", "Pies de foto", "Créditos"),
    "fr": ("Titre", "Chapeau", "Texte", "Par", "Publié", "Légendes", "Crédits"),
    "ru": ("Заголовок", "Лид", "Текст", "Автор", "Опубликовано", "Подписи", "Источники фото"),
    "zh": ("标题", "导语", "正文", "作者", "发布时间", "图片说明", "图片来源"),
}


def label(field: str, language: str) -> str:
    """How a field is called in the language of the article (BCP 47); empty in one whose words are not known here: a
    label in another language would be read as a part of the text, and turn it round where that runs the other way."""
    code = language.partition("-")[0].lower()
    if code in {"en", "und", ""}:
        return LABELS[field]
    return dict(zip(LABELS, _NAMED[code], strict=True))[field] if code in _NAMED else ""


def set_apart(found: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces of a paragraph, with a space between what was taken out and what was put in where nothing parts them:
    `92` and `25` read as one number, copied or read aloud."""
    before = Piece(Mark.KEPT, "")
    for piece in found:
        touching = before.mark is not Mark.KEPT and piece.mark not in {Mark.KEPT, before.mark}
        if touching and not before.text[-1:].isspace() and not piece.text[:1].isspace():
            yield Piece(Mark.KEPT, " ")
        yield piece
        before = piece


# --- HTML -------------------------------------------------------------------------------------------------------------

_STYLE = """
body{font:16px/1.5 Georgia,"Noto Serif",serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
body{color:#111;background:#fff}
h1{font-size:1.3rem}h2{font-size:1rem;border-bottom:1px solid #999;margin-top:2rem}
table{border-collapse:collapse;width:100%}td{vertical-align:top;padding:.25rem .5rem}
td.n{width:2.2rem;text-align:right;color:#666;font:12px/2 monospace;white-space:nowrap}
tr.added td,ins{background:#d7f5d7}tr.deleted td,del{background:#fbdcdc}
ins{text-decoration:underline}del{text-decoration:line-through}tr.kept td{color:#444}
dl{display:grid;grid-template-columns:9rem 1fr;font:13px/1.6 monospace;overflow-wrap:anywhere}dt{color:#666}dd{margin:0}
@media print{body{margin:0;max-width:none}}
"""
_TAGS = {Mark.KEPT: "", Mark.ADDED: "ins", Mark.DELETED: "del"}


def _text(words: str) -> str:
    """Foreign text, safe within HTML."""
    return same.escaped(words).replace("\n", "<br>")


def _marked(piece: Piece) -> str:
    tag = _TAGS[piece.mark]
    # Isolated: the direction of one run says nothing about the next.
    return f"<{tag}><bdi>{_text(piece.text)}</bdi></{tag}>" if tag else _text(piece.text)


def _row(paragraph: Paragraph) -> str:
    words = "".join(map(_marked, set_apart(paragraph.pieces)))
    before, after = paragraph.before or "", paragraph.after or ""
    return (
        f'<tr class="{paragraph.change}"><td class="n">{before}</td><td class="n">{after}</td>'
        f'<td dir="auto">{words}</td></tr>'
    )


def _field(name: str, sheet: Sheet) -> str:
    rows = "\n".join(_row(one) for one in sheet.paragraphs if one.field == name)
    title = label(name, sheet.language)
    above = f'<h2 dir="auto">{title}</h2>' if title else "<hr>"
    return f"{above}\n<table>\n{rows}\n</table>" if rows else ""


def _list(side: Side) -> str:
    facts = "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in _facts(side))
    return f"<dl>{facts}</dl>"


def as_html(sheet: Sheet) -> str:
    """One page of HTML, UTF-8, that needs nothing else. Old and new numbers of each paragraph stand before it."""
    fields = "\n".join(filter(None, (_field(name, sheet) for name in LABELS)))
    lang = re.sub(r"[^A-Za-z0-9-]", "", sheet.language) or "und"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(sheet.article)}: {_text(same.clip(sheet.headline, 120))}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1 dir="auto" lang="{lang}">{_text(sheet.headline)}</h1>
<p>{_text(sheet.article)}, {_text(sheet.url)}<br>
Changed: {_changed(sheet)}; {_interval(sheet)}.</p>
<p>Numbers on the left count the paragraphs of the older and the newer text.
<del>Struck words</del> were taken out, <ins>underlined words</ins> were put in.</p>
<main lang="{lang}">
{fields}
</main>
<h2>The older version</h2>
{_list(sheet.old)}
<h2>The newer version</h2>
{_list(sheet.new)}
<p>From an archive as of {_when(sheet.as_of)}.</p>
</body>
</html>
"""


# --- Markdown ---------------------------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")
_AROUND = {Mark.KEPT: "", Mark.ADDED: "**", Mark.DELETED: "~~"}
_SIGNS = {Change.KEPT: " ", Change.ADDED: "+", Change.DELETED: "-", Change.REWRITTEN: "~"}


def _plain(words: str) -> str:
    """Foreign text within Markdown: nothing in it is markup."""
    return _SPECIAL.sub(r"\\\1", same.printable(words, lines=True)).replace("\n", "  \n")


def _emphasised(piece: Piece) -> str:
    around, words = _AROUND[piece.mark], _plain(piece.text)
    inner = words.strip()
    # Marks must touch the words, or they are shown as they stand.
    return words.replace(inner, f"{around}{inner}{around}", 1) if around and inner else words


def _item(paragraph: Paragraph) -> str:
    places = f"{paragraph.before or ''}→{paragraph.after or ''}"
    return f"`{_SIGNS[paragraph.change]} {places}` {''.join(map(_emphasised, set_apart(paragraph.pieces)))}"


def as_markdown(sheet: Sheet) -> str:
    """The same as Markdown: `~~taken out~~`, `**put in**`."""
    parts = [f"# {_plain(same.fold_space(sheet.headline))}", f"{_plain(sheet.article)}, {_plain(sheet.url)}"]
    parts.append(
        f"Changed: {', '.join(LABELS[name].lower() for name in sheet.changed) or 'nothing'}; {_interval(sheet)}."
    )
    for name in LABELS:
        items = [_item(one) for one in sheet.paragraphs if one.field == name]
        title = label(name, sheet.language)
        parts += [f"## {title}" if title else "---", *items] if items else []
    for title, side in (("The older version", sheet.old), ("The newer version", sheet.new)):
        parts += [f"## {title}", "\n".join(f"- {name}: `{value}`" for name, value in _facts(side))]
    return "\n\n".join([*parts, f"From an archive as of {_when(sheet.as_of)}."]) + "\n"
