"""The schema of the archive, as migrations, which bring the file of an older policytrail up to date.

Facts (retailers, policies, pages, clues, captures, bodies, conflicts, saves, crawls) are never derived again.
Texts, versions and changes, and the columns `verdict`, `reason` and `text_id` of fetched captures, are
derived from facts; `rebuild` derives them again. Their ids are computed (`ids`).
"""

from sqlite_utils import Database, Migrations

from db.schema import tables, views

APPLICATION_ID = 0x706F6C74  # "polt": distinguishes an archive from other SQLite files
migrations = Migrations("policytrail")


@migrations()
def m001_facts_and_derived(db: Database) -> None:
    """Create the tables of the first release."""
    for statement in [*tables.TABLES.split(";\n"), *tables.VIEWS.split(";\n"), *tables.SEARCH]:
        db.execute(statement)


@migrations()
def m002_variants(db: Database) -> None:
    """Add variants; the timeline counts them."""
    db.execute(tables.VARIANTS)
    db.execute("create index variants_policy on variants(policy_id, first_seen)")
    db.execute("create index variants_version on variants(version_id)")
    db.execute("create index variants_text on variants(text_id)")
    db.execute("create index variants_page on variants(page_id)")
    db.execute("drop view timeline")
    db.execute(tables.TIMELINE)


@migrations()
def m003_gaps(db: Database) -> None:
    """Make every gap a row with its reason; `capture_health` shows the most frequent reasons."""
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
    """Add the listed part of each index, so that a refresh requests only the rest."""
    db.execute(tables.COVERAGE)


@migrations()
def m005_saves(db: Database) -> None:
    """Add save requests."""
    db.execute(tables.SAVES)
    db.execute("create index saves_page on saves(page_id, asked_at)")
    db.execute("create index saves_capture on saves(capture_id)")


@migrations()
def m006_reading(db: Database) -> None:
    """Add an index of changes and names of versions, for reading."""
    db.execute("create index changes_seen on changes(kind, first_new)")
    db.execute("drop view capture_health")
    db.execute(views.CAPTURE_HEALTH)
    db.execute(
        """alter table versions add column label text
        generated always as ('version ' || number || ', ' || substr(first_seen, 1, 10)) virtual"""
    )


@migrations()
def m007_discovery(db: Database) -> None:
    """Add discovery evidence. `waypoint` marks a redirect-only page: its index is not requested.

    `policies.kind` is one of `db.store.retailers.KINDS`. `relation` is own or other (docs/glossary.md);
    `finding` is one line about what discovery found out about a page.
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
    """Add conflicts: two bodies of merged archives for one capture."""
    db.execute(tables.CONFLICTS)
    db.execute(
        "create unique index conflicts_once"
        " on conflicts(capture_id, coalesce(body_id, 0), coalesce(text_id, 0))"
    )
    db.execute("create index conflicts_body on conflicts(body_id)")
    db.execute("create index conflicts_text on conflicts(text_id)")
    db.execute(views.CONFLICTING_CAPTURES)
