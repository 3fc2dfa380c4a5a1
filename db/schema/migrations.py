"""The database schema, as migrations.

They bring the file of an older policytrail up to date. Facts are stored once and are never derived:
retailers, their attributes, policies, pages, clues, captures, bodies, conflicts, saves, crawls,
known_changes. Texts, versions, changes, claims, findings, and the columns `verdict`, `reason` and `text_id`
of fetched captures are derived from facts, and `rebuild` derives them again. Derived rows have computed ids
(`ids`).
"""

from sqlite_utils import Database, Migrations

from db import times
from db.schema import (
    attributes,
    claims,
    findings,
    marks,
    panel_view,
    portable_views,
    quick_views,
    tables,
    views,
)
from db.urlkey import urlkey

APPLICATION_ID = 0x706F6C74  # "polt": distinguishes an archive from other SQLite files
migrations = Migrations("policytrail")


@migrations()
def m001_facts_and_derived(db: Database) -> None:
    """Create the tables and views of the first release."""
    for statement in [*tables.TABLES.split(";\n"), *tables.VIEWS.split(";\n"), *tables.SEARCH]:
        db.execute(statement)


@migrations()
def m002_variants(db: Database) -> None:
    """Add the table `variants`, and count its rows in the view `timeline`.

    A variant is another wording that a retailer showed during the period of a version.
    """
    db.execute(tables.VARIANTS)
    db.execute("create index variants_policy on variants(policy_id, first_seen)")
    db.execute("create index variants_version on variants(version_id)")
    db.execute("create index variants_text on variants(text_id)")
    db.execute("create index variants_page on variants(page_id)")
    db.execute("drop view timeline")
    db.execute(tables.TIMELINE)


@migrations()
def m003_gaps(db: Database) -> None:
    """Make every gap a row of the view `gaps`, with its reason.

    A gap is a time without a good capture. The view `capture_health` shows the most frequent reasons.
    """
    for statement in (
        *views.INDEXES,
        "drop view gaps",
        views.GAPS,
        "drop view capture_health",
        views.CAPTURE_HEALTH,
    ):
        db.execute(statement)


@migrations()
def m004_coverage(db: Database) -> None:
    """Add the table of the index parts that were read.

    A refresh then requests only the other parts.
    """
    db.execute(tables.COVERAGE)


@migrations()
def m005_saves(db: Database) -> None:
    """Add the table of save requests (requests to capture a page now)."""
    db.execute(tables.SAVES)
    db.execute("create index saves_page on saves(page_id, asked_at)")
    db.execute("create index saves_capture on saves(capture_id)")


@migrations()
def m006_reading(db: Database) -> None:
    """Add an index on changes, and a label for each version ("version 3, 2018-05-25")."""
    db.execute("create index changes_seen on changes(kind, first_new)")
    db.execute("drop view capture_health")
    db.execute(views.CAPTURE_HEALTH)
    db.execute(
        """alter table versions add column label text
        generated always as ('version ' || number || ', ' || substr(first_seen, 1, 10)) virtual"""
    )


@migrations()
def m007_discovery(db: Database) -> None:
    """Add the tables for discovery: evidence for addresses, and the state of searches.

    The column `waypoint` marks a redirect-only page: its index is not requested. `policies.kind` is one of
    `db.store.retailers.KINDS`. `relation` is own or other (docs/glossary.md). `finding` is one line about
    what discovery found out about a page.
    """
    db.execute(tables.CLUES)
    db.execute("create unique index clues_once on clues(page_id, way, coalesce(capture_id, 0))")
    db.execute("create index clues_capture on clues(capture_id)")
    db.execute("alter table pages add column waypoint integer not null default 0 check (waypoint in (0, 1))")
    db.execute("alter table pages add column relation text check (relation in ('own', 'other'))")
    db.execute("alter table pages add column finding text")
    db.execute("update pages set waypoint = 1 where found_by = 'link'")
    db.execute(tables.SEARCHES)
    for statement in (
        "drop view gaps",
        views.PRIVACY_GAPS,
        "drop view capture_health",
        views.PRIVACY_HEALTH,
        views.LINEAGE,
    ):
        db.execute(statement)


@migrations()
def m008_conflicts(db: Database) -> None:
    """Add the table of conflicts: merged archive files have different bodies for one capture."""
    db.execute(tables.CONFLICTS)
    db.execute(
        "create unique index conflicts_once"
        " on conflicts(capture_id, coalesce(body_id, 0), coalesce(text_id, 0))"
    )
    db.execute("create index conflicts_body on conflicts(body_id)")
    db.execute("create index conflicts_text on conflicts(text_id)")
    db.execute(views.CONFLICTING_CAPTURES)


@migrations()
def m009_replay_key(db: Database) -> None:
    """Timestamps have 14 digits; the archive's own string is stored where it has another number of digits.

    Rows that were stored as failed because of a short timestamp become listed. Addresses of international
    hosts get the
    urlkey of the host that browsers visit.
    """
    db.execute("alter table captures add column replay_key text")
    short = """select id, timestamp from captures
    where state = 'failed' and captured_at is null and length(timestamp) between 4 and 13"""
    for capture_id, written in db.execute(short).fetchall():
        moment = times.moment(times.padded(written)) if written.isdecimal() else None
        if moment:
            db.execute(
                """update or ignore captures set timestamp = ?, replay_key = ?, captured_at = ?,
                state = 'listed', reason = null, attempts = 0 where id = ?""",
                [times.padded(written), written, times.iso(moment), capture_id],
            )
    for page_id, url, key in db.execute(
        "select id, url, urlkey from pages where url glob '*[^ -~]*'"
    ).fetchall():
        if urlkey(url) != key:
            db.execute("update or ignore pages set urlkey = ? where id = ?", [urlkey(url), page_id])


@migrations()
def m010_duckdb(db: Database) -> None:
    """Views and indexes that DuckDB can read too: docs/decisions/0019-views-for-duckdb.md."""
    for statement in (
        "drop index captures_unjudged",
        portable_views.UNJUDGED_INDEX,
        "drop view gaps",
        portable_views.GAPS,
        "drop view capture_health",
        portable_views.CAPTURE_HEALTH,
    ):
        db.execute(statement)


@migrations()
def m011_stated_date(db: Database) -> None:
    """Add the date that a text states: the extraction computes it, and the history reads it.

    Texts of versions get the date that the history had computed. A rebuild computes all dates again.
    """
    db.execute("alter table texts add column stated_date text")
    db.execute(
        """update texts set stated_date =
        (select min(stated_date) from versions where versions.text_id = texts.id)"""
    )


@migrations()
def m012_differences(db: Database) -> None:
    """Add the table of the places where the captures of a change differ, and which texts they have.

    Changes of an older policytrail have no differences until their history is derived again.
    """
    db.execute("alter table changes add column set_aside integer not null default 0")
    for column in ("old_text_id", "new_text_id"):
        db.execute(f"alter table changes add column {column} integer references texts(id)")
        db.execute(f"create index changes_{column.removesuffix('_id')} on changes({column})")
    db.execute(tables.DIFFERENCES)
    db.execute(tables.DIFFERENCES_GO)
    db.execute("drop view change_log")
    db.execute(tables.CHANGE_LOG)


@migrations()
def m013_marks(db: Database) -> None:
    """Add the marks of versions and changes: what is suspect, and whether the stated date announces a change.

    Changes of an older policytrail have no value in `announced` until their history is derived again.
    """
    for statement in (
        *marks.COLUMNS,
        "drop view change_log",
        marks.CHANGE_LOG,
        "drop view timeline",
        marks.TIMELINE,
    ):
        db.execute(statement)


@migrations()
def m014_underived(db: Database) -> None:
    """Add the table of histories that could not be derived, each with its reason."""
    db.execute(tables.UNDERIVED)


@migrations()
def m015_known_changes(db: Database) -> None:
    """Add the table of when each change became known.

    The changes that an older policytrail found are known since the first run.
    """
    db.execute(tables.KNOWN_CHANGES)
    db.execute("create index known_changes_policy on known_changes(policy_id, known_at)")
    db.execute(
        """insert into known_changes
            (policy_id, kind, old_wording, new_wording, last_old, first_new, known_at)
        select c.policy_id, c.kind, a.wording, b.wording, c.last_old, c.first_new,
            coalesce((select min(started_at) from crawls), ?)
        from changes c join versions o on o.id = c.old_version join versions n on n.id = c.new_version
        join texts a on a.id = o.text_id join texts b on b.id = n.text_id order by c.id""",
        [times.now()],
    )


@migrations()
def m016_attributes(db: Database) -> None:
    """Add the table of retailers' attributes: what a user's list says about a retailer beside its name."""
    for statement in (
        attributes.RETAILER_ATTRIBUTES,
        *(f"drop view {view}" for view in ("change_log", "timeline", "latest_policies")),
        *(attributes.CHANGE_LOG, attributes.TIMELINE, attributes.LATEST_POLICIES),
    ):
        db.execute(statement)


@migrations()
def m017_set_aside(db: Database) -> None:
    """Add how many places differ within a version and do not count.

    Versions of an older policytrail have no value until their history is derived again.
    """
    db.execute("alter table versions add column set_aside integer")


@migrations()
def m018_text_sizes(db: Database) -> None:
    """Add indexes with the lengths and languages of texts.

    Both columns come after the text, so SQLite would read the whole text for them.
    """
    db.execute("create index texts_sizes on texts(id, words)")
    db.execute("create index texts_language on texts(language)")


@migrations()
def m019_quick_gaps(db: Database) -> None:
    """Make the view of gaps again, with the same rows in less time."""
    db.execute("drop view gaps")
    db.execute(quick_views.GAPS)


@migrations()
def m020_findings(db: Database) -> None:
    """Add the tables of what changes mean.

    Changes of an older policytrail have no findings until their history is derived again.
    """
    for statement in (
        findings.FINDINGS,
        findings.READINGS,
        *findings.INDEXES,
        findings.FINDINGS_GO,
        findings.FINDING_LOG,
    ):
        db.execute(statement)


@migrations()
def m021_panel(db: Database) -> None:
    """Add the view of the panel: a row for each policy and half of a year."""
    db.execute(panel_view.PANEL_HALF_YEARS)


@migrations()
def m022_claims(db: Database) -> None:
    """Add the tables of what the texts of versions state.

    Texts of an older policytrail have no claims until their history is derived again.
    """
    for statement in (
        claims.CLAUSES,
        claims.CLAUSE_PLACES,
        claims.CLAIM_READINGS,
        *claims.INDEXES,
        claims.CLAIMS,
    ):
        db.execute(statement)
