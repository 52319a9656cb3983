"""The views `v1_*` for people who ask in SQL: readable times, words, public ids; the same rows on both databases.

They only ever grow: a later revision may make a view again with more columns at its end, or add a view.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _sqlite() -> bool:
    return bool(op.get_context().dialect.name == "sqlite")


def _when(moment: str) -> str:
    """ISO 8601 in UTC, always with six digits of a second: it sorts as text."""
    if not _sqlite():
        return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    rest = f"(({moment} % 1000000 + 1000000) % 1000000)"
    seconds = f"strftime('%Y-%m-%dT%H:%M:%S', ({moment} - {rest}) / 1000000, 'unixepoch')"
    return f"({seconds} || printf('.%06dZ', {rest}))"


def _hours(since: str, until: str) -> str:
    if _sqlite():
        return f"(({until} - {since}) / 3600000000.0)"
    between = f"(extract(epoch FROM {until} - {since}) * 1000000)"
    return f"(CAST({between} AS double precision) / CAST(3600000000.0 AS double precision))"


def _hex(digest: str) -> str:
    return f"lower(hex({digest}))" if _sqlite() else f"encode({digest}, 'hex')"


def _word(words: str, number: str) -> str:
    return f"(SELECT word FROM word WHERE list = '{words}' AND number = {number})"


def _stated(name: str, document: str) -> str:
    """A text among the circumstances. A document that holds an escaped NUL is left alone: PostgreSQL cannot say it."""
    found = f"json_extract({document}, '$.{name}')" if _sqlite() else f"CAST({document} AS json) ->> '{name}'"
    place = f"instr({document}, '\\u0000')" if _sqlite() else f"strpos({document}, '\\u0000')"
    return f"(CASE WHEN {place} = 0 THEN {found} END)"


_ARTICLE = "(o.name || ':' || a.key)"


def _then() -> str:
    """SQLite keeps the order of a cross join: outlet and article first, so that either is a cheap thing to ask for."""
    return "CROSS JOIN" if _sqlite() else "JOIN"


def _of_outlet(alias: str, table: str) -> str:
    return f"FROM outlet o {_then()} {table} {alias} ON {alias}.outlet_id = o.id"


def _version(digest: str) -> str:
    return f"({_ARTICLE} || '@' || substr({_hex(digest)}, 1, 12))"


def _url(article: str) -> str:
    """The address that answered when the article was first seen."""
    return (
        "(SELECT d.url FROM sighting s JOIN capture c ON c.id = s.first_capture_id "
        "JOIN address d ON d.id = coalesce(c.final_address_id, c.address_id) "
        f"WHERE s.article_id = {article} AND s.n = 0)"
    )


def _outlets() -> str:
    return """SELECT name AS outlet, family, title, country, languages, timezone, controlled_by FROM outlet"""


def _domains() -> str:
    return """SELECT o.name AS outlet, d.host, nullif(d.since, '') AS since, nullif(d.until, '') AS until,
    CAST(d.mirror AS integer) AS mirror
FROM outlet o JOIN domain d ON d.outlet_id = o.id"""


def _articles() -> str:
    looks = "(SELECT {} FROM sighting s WHERE s.article_id = a.id)"
    return f"""SELECT {_ARTICLE} AS article, o.name AS outlet, a.key, {_url("a.id")} AS url,
    {_word("life_state", "a.life")} AS life, {_when("a.life_since")} AS life_since,
    {_hex("a.life_evidence")} AS life_evidence,
    (SELECT count(*) FROM version n WHERE n.article_id = a.id AND n.number IS NOT NULL) AS versions,
    coalesce({looks.format("max(s.n)")}, 0) AS edits,
    {_when(looks.format("min(s.first_seen)"))} AS first_seen, {_when("l.last_seen")} AS last_seen,
    {_version("v.digest")} AS latest_version, t.headline, t.language, t.date_published,
    {_stated("section", "p.document")} AS section
{_of_outlet("a", "article")}
LEFT JOIN sighting l ON l.article_id = a.id AND l.n = (SELECT max(s.n) FROM sighting s WHERE s.article_id = a.id)
LEFT JOIN version v ON v.id = l.version_id
LEFT JOIN text t ON t.id = v.text_id
LEFT JOIN capture c ON c.id = l.last_capture_id
LEFT JOIN circumstances p ON p.id = c.circumstances_id"""


def _addresses() -> str:
    return f"""SELECT {_ARTICLE} AS article, o.name AS outlet, d.url
{_of_outlet("a", "article")}
{_then()} article_address e ON e.article_id = a.id
JOIN address d ON d.id = e.address_id"""


def _versions() -> str:
    looks = "(SELECT {} FROM sighting s WHERE s.version_id = v.id)"
    return f"""SELECT {_version("v.digest")} AS version, {_ARTICLE} AS article, o.name AS outlet, v.number,
    {_url("a.id")} AS url, t.headline, t.description, t.body, t.block_types, t.authors, t.date_published,
    t.date_published_raw, t.images, t.read_also, t.language, {_stated("section", "p.document")} AS section,
    {_when(looks.format("min(s.first_seen)"))} AS first_seen, {_when(looks.format("max(s.last_seen)"))} AS last_seen,
    {looks.format("count(*)")} AS sightings, {looks.format("CAST(sum(s.times) AS integer)")} AS looks,
    CASE WHEN v.number = (SELECT max(n.number) FROM version n WHERE n.article_id = a.id) THEN 1 ELSE 0 END AS newest,
    {_hex("c.uid")} AS capture, {_word("source", "c.source")} AS source, {_hex("t.digest")} AS text_digest
{_of_outlet("a", "article")}
{_then()} version v ON v.article_id = a.id AND v.number IS NOT NULL
JOIN text t ON t.id = v.text_id
JOIN sighting f ON f.version_id = v.id AND f.article_id = v.article_id
    AND f.n = (SELECT min(s.n) FROM sighting s WHERE s.version_id = v.id)
JOIN capture c ON c.id = f.first_capture_id
LEFT JOIN circumstances p ON p.id = c.circumstances_id"""


def _sightings() -> str:
    return f"""SELECT {_version("v.digest")} AS version, {_ARTICLE} AS article, o.name AS outlet, s.n,
    {_when("s.first_seen")} AS first_seen, {_when("s.last_seen")} AS last_seen, s.times,
    (SELECT {_hex("c.uid")} FROM capture c WHERE c.id = s.first_capture_id) AS first_capture,
    (SELECT {_hex("c.uid")} FROM capture c WHERE c.id = s.last_capture_id) AS last_capture
{_of_outlet("a", "article")}
{_then()} sighting s ON s.article_id = a.id
JOIN version v ON v.id = s.version_id"""


def _edits() -> str:
    return f"""SELECT {_ARTICLE} AS article, o.name AS outlet, {_url("a.id")} AS url,
    {_version("x.digest")} AS from_version, {_version("y.digest")} AS to_version,
    x.number AS from_number, y.number AS to_number,
    {_when("b.last_seen")} AS not_before, {_when("f.first_seen")} AS not_after,
    {_hours("b.last_seen", "f.first_seen")} AS hours_between,
    (SELECT {_word("outcome", "c.outcome")} FROM capture c WHERE c.id = f.first_capture_id) AS outcome,
    u.headline AS headline_before, t.headline AS headline_after, u.description AS description_before,
    t.description AS description_after, u.body AS body_before, t.body AS body_after,
    u.date_published, t.language
{_of_outlet("a", "article")}
{_then()} sighting f ON f.article_id = a.id AND f.n > 0
JOIN sighting b ON b.article_id = f.article_id AND b.n = f.n - 1
JOIN version x ON x.id = b.version_id
JOIN version y ON y.id = f.version_id
JOIN text u ON u.id = x.text_id
JOIN text t ON t.id = y.text_id"""


def _captures() -> str:
    """Captures of articles are found by their article, the others by their outlet: an index for each. Only keys pass
    through the union, because SQLite works out every column of one, wanted or not."""
    return f"""SELECT {_hex("c.uid")} AS capture, o.outlet, o.article,
    (SELECT o.article || '@' || substr({_hex("v.digest")}, 1, 12) FROM version v WHERE v.id = c.version_id) AS version,
    (SELECT d.url FROM address d WHERE d.id = c.address_id) AS url,
    (SELECT d.url FROM address d WHERE d.id = coalesce(c.final_address_id, c.address_id)) AS final_url,
    {_when("c.fetched_at")} AS fetched_at, c.status, {_word("source", "c.source")} AS source,
    {_word("time_basis", "c.time_basis")} AS time_basis,
    (SELECT n.name FROM vantage n WHERE n.id = c.vantage_id) AS vantage, {_word("verdict", "c.verdict")} AS verdict,
    (SELECT r.text FROM reason r WHERE r.id = c.reason_id) AS reason, {_word("outcome", "c.outcome")} AS outcome,
    (SELECT r.name FROM run r WHERE r.id = c.run_id) AS run,
    (SELECT w.name FROM warc_file w WHERE w.id = c.warc_file_id) AS warc_file, c.warc_offset, c.warc_length,
    {_hex("c.digest")} AS payload_digest,
    (SELECT {_hex("k.uid")} FROM capture k WHERE k.id = c.revisit_of_id) AS revisit_of, c.size AS characters,
    (SELECT p.document FROM circumstances p WHERE p.id = c.circumstances_id) AS circumstances
FROM (
    SELECT o.name AS outlet, {_ARTICLE} AS article, c.id
    {_of_outlet("a", "article")} {_then()} capture c ON c.article_id = a.id
    UNION ALL
    SELECT o.name AS outlet, NULL AS article, c.id
    {_of_outlet("c", "capture")} WHERE c.article_id IS NULL
) o JOIN capture c ON c.id = o.id"""


def _removed() -> str:
    return f"""SELECT {_hex("c.uid")} AS capture, o.name AS outlet, {_ARTICLE} AS article,
    {_when("c.fetched_at")} AS fetched_at, r.n, k.name AS rule, k.kind, u.text
{_of_outlet("a", "article")}
{_then()} capture c ON c.article_id = a.id
JOIN removal r ON r.set_id = c.removals_id
JOIN rule k ON k.id = r.rule_id
JOIN furniture u ON u.id = r.furniture_id"""


def _discoveries() -> str:
    return f"""SELECT o.name AS outlet, d.url, s.url AS found_in, {_when("f.found_at")} AS found_at,
    {_word("discovery_state", "f.state")} AS state, f.title, f.published, f.modified, f.attempts,
    {_when("f.next_at")} AS next_at
{_of_outlet("f", "discovery")}
JOIN address d ON d.id = f.address_id
LEFT JOIN address s ON s.id = f.found_in_id"""


def _attempts() -> str:
    return f"""SELECT o.name AS outlet, d.url, {_when("f.at")} AS ended_at, {_word("attempt", "f.word")} AS why,
    (SELECT r.text FROM reason r WHERE r.id = f.reason_id) AS reason,
    (SELECT r.name FROM run r WHERE r.id = f.run_id) AS run
{_of_outlet("f", "attempt")}
JOIN address d ON d.id = f.address_id"""


def _gaps() -> str:
    day = "c.fetched_at + 86400000000" if _sqlite() else "c.fetched_at + interval '24 hours'"
    after = "SELECT {} FROM capture n WHERE n.outlet_id = c.outlet_id AND n.fetched_at > c.fetched_at"
    until = f"({after.format('min(n.fetched_at)')})"
    return f"""SELECT DISTINCT o.name AS outlet, {_when("c.fetched_at")} AS since, {_when(until)} AS until,
    {_hours("c.fetched_at", until)} AS hours
{_of_outlet("c", "capture")}
WHERE NOT EXISTS ({after.format("1")} AND n.fetched_at <= {day})"""


def _runs() -> str:
    return f"""SELECT name AS run, {_word("run_kind", "kind")} AS kind, {_when("started_at")} AS started_at,
    {_when("ended_at")} AS ended_at, CAST(killed AS integer) AS killed, program, counts, place, {_hex("seal")} AS seal
FROM run"""


_VIEWS = {
    "v1_outlets": _outlets,
    "v1_domains": _domains,
    "v1_articles": _articles,
    "v1_addresses": _addresses,
    "v1_versions": _versions,
    "v1_sightings": _sightings,
    "v1_edits": _edits,
    "v1_captures": _captures,
    "v1_removed": _removed,
    "v1_discoveries": _discoveries,
    "v1_attempts": _attempts,
    "v1_gaps": _gaps,
    "v1_runs": _runs,
}


def upgrade() -> None:
    """Make the views, and the index by which captures of one outlet are found."""
    op.create_index("ix_capture_outlet_id_fetched_at", "capture", ["outlet_id", "fetched_at"])
    for name, select in _VIEWS.items():
        # As it is: in an SQL text of SQLAlchemy a colon begins a parameter.
        op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {select()}")


def downgrade() -> None:
    """Drop them."""
    for name in _VIEWS:
        op.execute(f"DROP VIEW {name}")
    op.drop_index("ix_capture_outlet_id_fetched_at", table_name="capture")
