"""The archive: outlets, runs, captures, articles, versions, furniture, tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_WORD = sa.SmallInteger()

# The closed lists as they were when this revision landed; a word added later comes with a revision of its own.
_WORDS = {
    "verdict": "article consent captcha paywall soft-404 gone home redirected geo-blocked error-page cut too-big "
    "not-html empty-shell unreadable listing",
    "outcome": "new changed same reverted held reread consent captcha paywall soft-404 gone home redirected "
    "geo-blocked error-page cut too-big not-html empty-shell unreadable listing",
    "discovery_state": "waiting captured robots off-limits off-outlet no-browser failed given-up",
    "life_state": "live suspected gone redirected emptied blocked-here",
    "source": "own-http own-browser web-archive given-warc given-page given-text",
    "time_basis": "own-clock archive stated",
    "run_kind": "crawl recheck ingest reread",
}

# What was captured and read is evidence: the database itself refuses to change or forget it.
_EVIDENCE = {
    "capture": (
        "uid, run_id, outlet_id, address_id, final_address_id, fetched_at, status, source, time_basis, vantage_id, "
        "verdict, reason_id, warc_file_id, warc_offset, warc_length, digest, revisit_of_id, size, circumstances_id, "
        "removals_id"
    ),
    "hop": "capture_id, n, address_id, status, warc_file_id, warc_offset, warc_length, digest",
    "text": (
        "run_id, fingerprint, digest, headline, description, body, block_types, authors, date_published, "
        "date_published_raw, date_published_how, images, read_also, language"
    ),
}

_TOKENS = """CREATE VIRTUAL TABLE tokens USING fts5(
    headline, description, body, authors, content='', tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
)"""


def _fill_words() -> None:
    table = sa.table("word", sa.column("list"), sa.column("number"), sa.column("word"))
    rows = [
        {"list": name, "number": number, "word": word}
        for name, words in _WORDS.items()
        for number, word in enumerate(words.split(), 1)
    ]
    op.bulk_insert(table, rows)


def _guard_on_sqlite() -> None:
    for table, columns in _EVIDENCE.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} rows are evidence and never change'); END"
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF {columns} ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {refuse}")


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION is_evidence() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% rows are evidence and never change', TG_TABLE_NAME; END $$"
    )
    for table, columns in _EVIDENCE.items():
        do = "FOR EACH ROW EXECUTE FUNCTION is_evidence()"
        op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF {columns} ON {table} {do}")
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {do}")


def _tokens_on_postgresql() -> None:
    fields = ", ".join(f"{name} tsvector NOT NULL" for name in ("headline", "description", "body", "authors"))
    op.execute(f"CREATE TABLE tokens (version_id bigint PRIMARY KEY REFERENCES version (id), {fields})")
    op.execute("CREATE INDEX ix_tokens_all ON tokens USING gin ((headline || description || body || authors))")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "address",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("url", sa.Text(), nullable=False, comment="as asked for, normal spelling"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="first 16 bytes of SHA-256 of url"),
        sa.Column(
            "canonical", sa.LargeBinary(), nullable=False, comment="first 8 bytes of SHA-256 of the canonical address"
        ),
        sa.CheckConstraint("length(canonical) = 8", name=op.f("ck_address_canonical_length")),
        sa.CheckConstraint("length(digest) = 16", name=op.f("ck_address_digest_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("digest", name=op.f("uq_address_digest")),
    )
    op.create_index("ix_address_canonical", "address", ["canonical"], unique=False)

    op.create_table(
        "circumstances",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="first 16 bytes of SHA-256 of document"),
        sa.Column(
            "document", sa.Text(), nullable=False, comment="JSON: section, tags, date_modified, titles, links, …"
        ),
        sa.CheckConstraint("length(digest) = 16", name=op.f("ck_circumstances_digest_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circumstances")),
        sa.UniqueConstraint("digest", name=op.f("uq_circumstances_digest")),
    )
    op.create_table(
        "furniture",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="first 16 bytes of SHA-256 of text"),
        sa.Column("text", sa.Text(), nullable=False, comment="exactly as removed"),
        sa.CheckConstraint("length(digest) = 16", name=op.f("ck_furniture_digest_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_furniture")),
        sa.UniqueConstraint("digest", name=op.f("uq_furniture_digest")),
    )
    op.create_table(
        "outlet",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="public id, for example rt-fr"),
        sa.Column("family", sa.Text(), nullable=False, comment="outlets of one publisher share it"),
        sa.Column("title", sa.Text(), nullable=False, comment="as the outlet calls itself"),
        sa.Column("country", sa.Text(), nullable=False, comment="ISO 3166-1 alpha-2, empty if not known"),
        sa.Column("languages", sa.Text(), nullable=False, comment="BCP 47 codes, comma separated"),
        sa.Column("timezone", sa.Text(), nullable=False, comment="IANA name"),
        sa.Column("controlled_by", sa.Text(), nullable=False, comment="who controls it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
        sa.UniqueConstraint("name", name=op.f("uq_outlet_name")),
    )
    op.create_table(
        "reason",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("text", sa.Text(), nullable=False, comment="the sentence"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
        sa.UniqueConstraint("text", name=op.f("uq_reason_text")),
    )
    op.create_table(
        "removal_set",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="first 16 bytes of SHA-256 of its rows"),
        sa.CheckConstraint("length(digest) = 16", name=op.f("ck_removal_set_digest_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal_set")),
        sa.UniqueConstraint("digest", name=op.f("uq_removal_set_digest")),
    )
    op.create_table(
        "revision",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="reader@12 hex"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("name", name=op.f("uq_revision_name")),
    )
    op.create_table(
        "rule",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="as in the outlet file or phrase file"),
        sa.Column("kind", sa.Text(), nullable=False, comment="consent, follow-us, read-also, …"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("name", name=op.f("uq_rule_name")),
    )
    op.create_table(
        "run",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="public id: kind, start, eight hex digits"),
        sa.Column("kind", _WORD, nullable=False, comment="one of run_kind"),
        sa.Column("started_at", _INSTANT, nullable=False, comment="by the clock of the run"),
        sa.Column("ended_at", _INSTANT, nullable=True, comment="null while running; if killed: when found"),
        sa.Column("killed", sa.Boolean(), nullable=False, comment="it did not end by itself; another run sealed it"),
        sa.Column("program", sa.Text(), nullable=False, comment="name and version of the program"),
        sa.Column("settings_digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the settings in force"),
        sa.Column(
            "outlets_digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the outlet files and rules in force"
        ),
        sa.Column("process", sa.Text(), nullable=False, comment="host, boot id and pid, to find killed runs"),
        sa.Column("counts", sa.Text(), nullable=False, comment="JSON: how many captures came to which outcome"),
        sa.Column("place", sa.Integer(), nullable=True, comment="place in the chain of seals, from 1"),
        sa.Column(
            "seal",
            sa.LargeBinary(),
            nullable=True,
            comment="SHA-256 over the previous seal and the digests of this run's records and rows",
        ),
        sa.CheckConstraint("length(seal) = 32", name=op.f("ck_run_seal_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("name", name=op.f("uq_run_name")),
        sa.UniqueConstraint("place", name=op.f("uq_run_place")),
    )
    op.create_table(
        "text",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("run_id", _KEY, nullable=False, comment="in which run it was read"),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False, comment="SHA-256 of the canonical editorial fields"),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the columns below, exactly as stored"
        ),
        sa.Column("headline", sa.Text(), nullable=False, comment="as displayed"),
        sa.Column("description", sa.Text(), nullable=False, comment="the lead"),
        sa.Column("body", sa.Text(), nullable=False, comment="blocks in order, an empty line between"),
        sa.Column("block_types", sa.Text(), nullable=False, comment="the blocks' types in order, space separated"),
        sa.Column("authors", sa.Text(), nullable=False, comment="JSON list"),
        sa.Column("date_published", sa.Text(), nullable=True, comment="ISO 8601 UTC; without offset: zone not known"),
        sa.Column("date_published_raw", sa.Text(), nullable=True, comment="as written by the outlet"),
        sa.Column("date_published_how", sa.Text(), nullable=True, comment="where it was read, how its zone is known"),
        sa.Column("images", sa.Text(), nullable=False, comment="JSON list of [caption, credit]"),
        sa.Column(
            "read_also", sa.Text(), nullable=False, comment="JSON list of related titles seen with it; not editorial"
        ),
        sa.Column("language", sa.Text(), nullable=False, comment="BCP 47"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_text_digest_length")),
        sa.CheckConstraint("length(fingerprint) = 32", name=op.f("ck_text_fingerprint_length")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_text_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
    )
    op.create_index("ix_text_run_id", "text", ["run_id"], unique=False)

    op.create_table(
        "vantage",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("name", sa.Text(), nullable=False, comment="a name given by the operator"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vantage")),
        sa.UniqueConstraint("name", name=op.f("uq_vantage_name")),
    )
    op.create_table(
        "word",
        sa.Column("list", sa.Text(), nullable=False, comment="which closed list"),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="what the tables store"),
        sa.Column("word", sa.Text(), nullable=False, comment="what it means"),
        sa.PrimaryKeyConstraint("list", "number", name=op.f("pk_word")),
    )
    op.create_table(
        "article",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose it is"),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="the outlet's own id, else 12 hex of its canonical address"
        ),
        sa.Column("life", _WORD, nullable=False, comment="derived: one of life_state"),
        sa.Column("life_since", _INSTANT, nullable=True, comment="derived: since when"),
        sa.Column("life_evidence", sa.LargeBinary(), nullable=True, comment="derived: the uid of that capture"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_article_outlet_id_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("outlet_id", "key", name=op.f("uq_article_outlet_id_key")),
    )
    op.create_index("ix_article_life", "article", ["life"], unique=False)

    op.create_table(
        "discovery",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="for which outlet"),
        sa.Column("address_id", _KEY, nullable=False, comment="what was found"),
        sa.Column("found_in_id", _KEY, nullable=True, comment="the feed, sitemap, listing or article it was seen in"),
        sa.Column("found_at", _INSTANT, nullable=False, comment="when it was first seen there"),
        sa.Column("state", _WORD, nullable=False, comment="exactly one of discovery_state"),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_discovery_address_id_address")),
        sa.ForeignKeyConstraint(["found_in_id"], ["address.id"], name=op.f("fk_discovery_found_in_id_address")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_discovery_outlet_id_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discovery")),
        sa.UniqueConstraint("outlet_id", "address_id", name=op.f("uq_discovery_outlet_id_address_id")),
    )
    op.create_index("ix_discovery_outlet_id_state", "discovery", ["outlet_id", "state"], unique=False)

    op.create_table(
        "domain",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose it is"),
        sa.Column("host", sa.Text(), nullable=False, comment="sub-domains included"),
        sa.Column("since", sa.Text(), nullable=False, comment="ISO day, empty if not known"),
        sa.Column("until", sa.Text(), nullable=False, comment="ISO day, empty if it still is"),
        sa.Column("mirror", sa.Boolean(), nullable=False, comment="the outlet's own mirror of its main domain"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_domain_outlet_id_outlet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
        sa.UniqueConstraint("outlet_id", "host", "since", name=op.f("uq_domain_outlet_id_host_since")),
    )
    op.create_table(
        "removal",
        sa.Column("set_id", _KEY, nullable=False, comment="of which set"),
        sa.Column("n", sa.Integer(), nullable=False, comment="place on the page, from 0"),
        sa.Column("furniture_id", _KEY, nullable=False, comment="what was removed"),
        sa.Column("rule_id", _KEY, nullable=False, comment="by which rule"),
        sa.ForeignKeyConstraint(["furniture_id"], ["furniture.id"], name=op.f("fk_removal_furniture_id_furniture")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_removal_rule_id_rule")),
        sa.ForeignKeyConstraint(["set_id"], ["removal_set.id"], name=op.f("fk_removal_set_id_removal_set")),
        sa.PrimaryKeyConstraint("set_id", "n", name=op.f("pk_removal")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_removal_furniture_id", "removal", ["furniture_id"], unique=False)

    op.create_table(
        "warc_file",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("run_id", _KEY, nullable=False, comment="which run wrote it"),
        sa.Column("name", sa.Text(), nullable=False, comment="relative to the folder warc/"),
        sa.Column("size", sa.BigInteger(), nullable=True, comment="bytes when closed; null while it is written"),
        sa.Column("digest", sa.LargeBinary(), nullable=True, comment="SHA-256 of its first size bytes"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_warc_file_digest_length")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_warc_file_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warc_file")),
        sa.UniqueConstraint("name", name=op.f("uq_warc_file_name")),
    )
    op.create_table(
        "article_address",
        sa.Column("address_id", _KEY, nullable=False, comment="where it stood"),
        sa.Column("article_id", _KEY, nullable=False, comment="what stood there"),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_article_address_address_id_address")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_address_article_id_article")),
        sa.PrimaryKeyConstraint("address_id", "article_id", name=op.f("pk_article_address")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_address_article_id", "article_address", ["article_id"], unique=False)

    op.create_table(
        "version",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("article_id", _KEY, nullable=False, comment="of which article"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="fingerprint when first read: the public id"),
        sa.Column("text_id", _KEY, nullable=False, comment="derived: its text at the newest revision"),
        sa.Column("number", sa.Integer(), nullable=True, comment="derived: rank by first seen; null while held"),
        sa.Column("merged_into_id", _KEY, nullable=True, comment="the version it equals under newer rules"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_version_digest_length")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_version_article_id_article")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["version.id"], name=op.f("fk_version_merged_into_id_version")),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_version_text_id_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("article_id", "digest", name=op.f("uq_version_article_id_digest")),
    )
    op.create_table(
        "capture",
        sa.Column("id", _KEY, nullable=False, comment="internal; never leaves this database"),
        sa.Column("uid", sa.LargeBinary(), nullable=False, comment="public id: 16 bytes over what was captured"),
        sa.Column("run_id", _KEY, nullable=False, comment="in which run it arrived"),
        sa.Column("outlet_id", _KEY, nullable=False, comment="whose page it is"),
        sa.Column("address_id", _KEY, nullable=False, comment="what was asked for"),
        sa.Column("final_address_id", _KEY, nullable=True, comment="what answered, where that is another address"),
        sa.Column("fetched_at", _INSTANT, nullable=False, comment="when it was answered"),
        sa.Column("status", sa.SmallInteger(), nullable=False, comment="HTTP status of the last hop"),
        sa.Column("source", _WORD, nullable=False, comment="one of source: where the bytes come from"),
        sa.Column("time_basis", _WORD, nullable=False, comment="one of time_basis: whose clock"),
        sa.Column("vantage_id", _KEY, nullable=False, comment="from where"),
        sa.Column("verdict", _WORD, nullable=False, comment="one of verdict: what the page is"),
        sa.Column("reason_id", _KEY, nullable=True, comment="why, where there is more to say"),
        sa.Column("warc_file_id", _KEY, nullable=False, comment="where the bytes are"),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False, comment="bytes from the start of the file"),
        sa.Column("warc_length", sa.Integer(), nullable=False, comment="bytes of the record, compressed"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the payload as received"),
        sa.Column("revisit_of_id", _KEY, nullable=True, comment="the capture that holds the identical payload"),
        sa.Column("size", sa.Integer(), nullable=False, comment="characters of the article's text, 0 if it is none"),
        sa.Column("circumstances_id", _KEY, nullable=True, comment="the circumstances read with it"),
        sa.Column("removals_id", _KEY, nullable=True, comment="the furniture removed from it"),
        sa.Column("article_id", _KEY, nullable=True, comment="derived: which article it belongs to"),
        sa.Column("awaits", sa.Text(), nullable=True, comment="derived: the key of the article, while none is known"),
        sa.Column("version_id", _KEY, nullable=True, comment="derived: the editorial state it shows"),
        sa.Column("outcome", _WORD, nullable=False, comment="derived: one of outcome: what it came to"),
        sa.CheckConstraint("article_id IS NULL OR awaits IS NULL", name=op.f("ck_capture_awaits")),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_capture_digest_length")),
        sa.CheckConstraint("length(uid) = 16", name=op.f("ck_capture_uid_length")),
        sa.CheckConstraint("status BETWEEN 0 AND 999", name=op.f("ck_capture_status")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_capture_address_id_address")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_capture_article_id_article")),
        sa.ForeignKeyConstraint(
            ["circumstances_id"], ["circumstances.id"], name=op.f("fk_capture_circumstances_id_circumstances")
        ),
        sa.ForeignKeyConstraint(["final_address_id"], ["address.id"], name=op.f("fk_capture_final_address_id_address")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_capture_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_capture_reason_id_reason")),
        sa.ForeignKeyConstraint(["removals_id"], ["removal_set.id"], name=op.f("fk_capture_removals_id_removal_set")),
        sa.ForeignKeyConstraint(["revisit_of_id"], ["capture.id"], name=op.f("fk_capture_revisit_of_id_capture")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_capture_run_id_run")),
        sa.ForeignKeyConstraint(["vantage_id"], ["vantage.id"], name=op.f("fk_capture_vantage_id_vantage")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_capture_version_id_version")),
        sa.ForeignKeyConstraint(["warc_file_id"], ["warc_file.id"], name=op.f("fk_capture_warc_file_id_warc_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint("uid", name=op.f("uq_capture_uid")),
    )
    op.create_index("ix_capture_article_id_fetched_at", "capture", ["article_id", "fetched_at"], unique=False)
    op.create_index(
        "ix_capture_awaits",
        "capture",
        ["outlet_id", "awaits"],
        unique=False,
        sqlite_where=sa.text("article_id IS NULL"),
        postgresql_where=sa.text("article_id IS NULL"),
    )
    op.create_index("ix_capture_run_id", "capture", ["run_id"], unique=False)

    op.create_table(
        "hop",
        sa.Column("capture_id", _KEY, nullable=False, comment="on the way to what"),
        sa.Column("n", sa.SmallInteger(), nullable=False, comment="from 0; the last hop is the capture"),
        sa.Column("address_id", _KEY, nullable=False, comment="what answered"),
        sa.Column("status", sa.SmallInteger(), nullable=False, comment="HTTP status"),
        sa.Column("warc_file_id", _KEY, nullable=False, comment="where the bytes are"),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False, comment="bytes from the start of the file"),
        sa.Column("warc_length", sa.Integer(), nullable=False, comment="bytes of the record, compressed"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the payload as received"),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_hop_digest_length")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_hop_address_id_address")),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_hop_capture_id_capture")),
        sa.ForeignKeyConstraint(["warc_file_id"], ["warc_file.id"], name=op.f("fk_hop_warc_file_id_warc_file")),
        sa.PrimaryKeyConstraint("capture_id", "n", name=op.f("pk_hop")),
    )
    op.create_table(
        "sighting",
        sa.Column("article_id", _KEY, nullable=False, comment="of which article"),
        sa.Column("n", sa.Integer(), nullable=False, comment="in order of time, from 0"),
        sa.Column("version_id", _KEY, nullable=False, comment="what stood"),
        sa.Column("first_capture_id", _KEY, nullable=False, comment="the first look at it"),
        sa.Column("last_capture_id", _KEY, nullable=False, comment="the last look at it"),
        sa.Column("first_seen", _INSTANT, nullable=False, comment="time of the first look"),
        sa.Column("last_seen", _INSTANT, nullable=False, comment="time of the last look"),
        sa.Column("times", sa.Integer(), nullable=False, comment="how many looks"),
        sa.CheckConstraint("first_seen <= last_seen", name=op.f("ck_sighting_span")),
        sa.CheckConstraint("times >= 1", name=op.f("ck_sighting_times")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_sighting_article_id_article")),
        sa.ForeignKeyConstraint(
            ["first_capture_id"], ["capture.id"], name=op.f("fk_sighting_first_capture_id_capture")
        ),
        sa.ForeignKeyConstraint(["last_capture_id"], ["capture.id"], name=op.f("fk_sighting_last_capture_id_capture")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_sighting_version_id_version")),
        sa.PrimaryKeyConstraint("article_id", "n", name=op.f("pk_sighting")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sighting_first_seen", "sighting", ["first_seen"], unique=False)
    op.create_index("ix_sighting_version_id", "sighting", ["version_id"], unique=False)

    op.create_table(
        "version_text",
        sa.Column("version_id", _KEY, nullable=False, comment="what it is a text of"),
        sa.Column("revision_id", _KEY, nullable=False, comment="how it was read"),
        sa.Column("text_id", _KEY, nullable=False, comment="what it says"),
        sa.Column("capture_id", _KEY, nullable=False, comment="whose bytes were read"),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_version_text_capture_id_capture")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_version_text_revision_id_revision")),
        sa.ForeignKeyConstraint(["text_id"], ["text.id"], name=op.f("fk_version_text_text_id_text")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_version_text_version_id_version")),
        sa.PrimaryKeyConstraint("version_id", "revision_id", name=op.f("pk_version_text")),
        sqlite_with_rowid=False,
    )
    _fill_words()
    if op.get_context().dialect.name == "sqlite":
        op.execute(_TOKENS)
        _guard_on_sqlite()
    else:
        _tokens_on_postgresql()
        _guard_on_postgresql()


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE tokens")

    op.drop_table("version_text")
    op.drop_index("ix_sighting_version_id", table_name="sighting")
    op.drop_index("ix_sighting_first_seen", table_name="sighting")

    op.drop_table("sighting")
    op.drop_table("hop")
    op.drop_index("ix_capture_run_id", table_name="capture")
    op.drop_index(
        "ix_capture_awaits",
        table_name="capture",
        sqlite_where=sa.text("article_id IS NULL"),
        postgresql_where=sa.text("article_id IS NULL"),
    )
    op.drop_index("ix_capture_article_id_fetched_at", table_name="capture")

    op.drop_table("capture")
    op.drop_table("version")
    op.drop_index("ix_article_address_article_id", table_name="article_address")

    op.drop_table("article_address")
    op.drop_table("warc_file")
    op.drop_index("ix_removal_furniture_id", table_name="removal")

    op.drop_table("removal")
    op.drop_table("domain")
    op.drop_index("ix_discovery_outlet_id_state", table_name="discovery")

    op.drop_table("discovery")
    op.drop_index("ix_article_life", table_name="article")

    op.drop_table("article")
    op.drop_table("word")
    op.drop_table("vantage")
    op.drop_index("ix_text_run_id", table_name="text")
    op.drop_table("text")
    op.drop_table("run")
    op.drop_table("rule")
    op.drop_table("revision")
    op.drop_table("removal_set")
    op.drop_table("reason")
    op.drop_table("outlet")
    op.drop_table("furniture")
    op.drop_table("circumstances")
    op.drop_index("ix_address_canonical", table_name="address")

    op.drop_table("address")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION is_evidence()")
