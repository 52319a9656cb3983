"""The commands that read and keep the archive, in the order in which help lists them."""

from __future__ import annotations

from archive.commands.group import Lazy

__all__ = ["KEEP", "LOOK"]

_COMMANDS = "archive.commands"

LOOK = {
    "status": Lazy(f"{_COMMANDS}.status:status", "The ledgers of each outlet, and whether they add up."),
    "search": Lazy(f"{_COMMANDS}.search:search_", "Articles by the words of any of their versions."),
    "history": Lazy(f"{_COMMANDS}.questions:history", "The versions of an article, and when each stood."),
    "show": Lazy(f"{_COMMANDS}.article:show", "What a version says, and where its bytes are."),
    "diff": Lazy(f"{_COMMANDS}.article:diff", "What changed between two versions, word by word."),
    "cite": Lazy(f"{_COMMANDS}.article:cite", "A version as a citation, with its digest."),
    "edits": Lazy(f"{_COMMANDS}.questions:edits", "Which fields changed, when, how, who was told."),
    "campaigns": Lazy(f"{_COMMANDS}.questions:campaigns", "The same words replaced in several articles."),
    "headlines": Lazy(f"{_COMMANDS}.questions:headlines", "Headlines that went and came back."),
    "gone": Lazy(f"{_COMMANDS}.questions:gone", "What vanished, with the evidence."),
    "quote": Lazy(f"{_COMMANDS}.questions:quote", "Where a sentence stands word for word, and since when."),
    "copies": Lazy(f"{_COMMANDS}.questions:copies", "Where copies of an article stand; --why tells all."),
    "clusters": Lazy(f"{_COMMANDS}.questions:clusters", "Articles that hang together by near copies."),
    "mirrors": Lazy(f"{_COMMANDS}.questions:mirrors", "Domains that repeat an outlet, nobody said so."),
    "stories": Lazy(f"{_COMMANDS}.questions:stories", "Articles in other languages that tell the same story."),
    "watchlists": Lazy(f"{_COMMANDS}.watchlists:watchlists", "Pages people keep in a browser, with tags and notes."),
    "ask": Lazy(f"{_COMMANDS}.ask:ask", "Named questions; --list tells which there are."),
    "held": Lazy(f"{_COMMANDS}.questions:held", "Looks that read like the article, not believed yet."),
    "furniture": Lazy(f"{_COMMANDS}.questions:furniture", "What was taken out of pages, by which rules."),
}
"""Commands that only read."""

KEEP = {
    "verify": Lazy(f"{_COMMANDS}.admin:verify_", "Everything stored, against what was written."),
    "strike": Lazy(f"{_COMMANDS}.decisions:strike", "Edits that were ours: they count no more."),
    "watch": Lazy(f"{_COMMANDS}.watch:watch", "Articles that are looked at more often than others."),
    "release": Lazy(f"{_COMMANDS}.decisions:release", "What is held of an outlet at once: it means it."),
    "export": Lazy(f"{_COMMANDS}.export:export", "Versions or edits to CSV, JSON Lines, Parquet, xlsx."),
    "users": Lazy(f"{_COMMANDS}.users:users", "Who may see it in a browser, and what they did there."),
    "publish": Lazy(f"{_COMMANDS}.export:publish", "The archive as one SQLite file for readers."),
    "transfer": Lazy(f"{_COMMANDS}.export:transfer", "The archive to another database, ids unchanged."),
    "backup": Lazy(f"{_COMMANDS}.backup:backup", "The archive to a folder or an S3 store, again and again."),
    "restore": Lazy(f"{_COMMANDS}.backup:restore", "An archive from a backup, into an empty place."),
    "pack": Lazy(f"{_COMMANDS}.backup:pack", "WARC files that are closed to another folder or store."),
    "upgrade": Lazy(f"{_COMMANDS}.admin:upgrade", "An older archive to this program's tables."),
}
"""Commands that keep it, and hand it on."""
